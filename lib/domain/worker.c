#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "domain/worker.h"

enum { WORKER_LEASE_MS = 60000, WORKER_DEAD_MAX = 64 };

static int
worker_row_insert(struct db *db, void *arg, struct err *e)
{
	struct worker *w = arg;
	int i;

	for (i = 0; i < WORKER_PARTS; i++)
		if (db_exec_async(db, e, "INSERT INTO part (job, n) VALUES (?1, ?2)"
		    " ON CONFLICT DO NOTHING", "si", w->job, (int64_t)i) == -1)
			return -1;
	w->until = time_boot_ms() + w->lease_ms;
	return db_exec(db, e, "INSERT INTO worker (lease, job, host, started, until)"
	    " VALUES (?1, ?2, ?3, {now}, {now} + ?4)", "sssi", w->lease.id, w->job,
	    w->lease.host, w->lease_ms) == -1 ? -1 : 0;
}

int
worker_start(struct worker *w, struct db *db, const char *job, int64_t lease_ms,
    struct err *e)
{
	memset(w, 0, sizeof(*w));
	w->job = mem_dup(job);
	w->lease_ms = lease_ms > 0 ? lease_ms : WORKER_LEASE_MS;
	if (lease_open(&w->lease, e) == -1 || db_tx(db, worker_row_insert, w, e) == -1)
		return -1;
	w->held = 1;
	return 0;
}

int
worker_fence(struct worker *w, struct db *db, struct err *e)
{
	int64_t now = time_boot_ms(), n;

	n = db_exec(db, e, "UPDATE worker SET until = {now} + ?2"
	    " WHERE lease = ?1 AND until > {now}", "si", w->lease.id, w->lease_ms);
	if (n == 0)
		return err_set(e, ZX_RETRY, "lost the share of %s (this process was suspended"
		    " for too long); run the same command again", w->job);
	if (n == -1)
		return -1;
	w->until = now + w->lease_ms;
	return 0;
}

/* Remove the workers of w's job that are dead: those of this host whose lock is free,
   and those whose lease has ended. */
static int
worker_dead_remove(struct worker *w, struct db *db, struct err *e)
{
	char dead[WORKER_DEAD_MAX][sizeof(w->lease.id)];
	struct db_query q;
	int i, n = 0;

	db_query(&q, db, "SELECT lease FROM worker WHERE job = ?1 AND host = ?2"
	    " AND lease <> ?3 ORDER BY lease", "sss", w->job, w->lease.host, w->lease.id);
	while (n < WORKER_DEAD_MAX && db_row(&q))
		if (lease_is_dead(db_str(&q, 0)))
			snprintf(dead[n++], sizeof(dead[0]), "%s", db_str(&q, 0));
	if (db_done(&q, e) == -1)
		return -1;
	for (i = 0; i < n; i++)
		if (db_exec(db, e, "DELETE FROM worker WHERE lease = ?1", "s", dead[i]) == -1)
			return -1;
	return db_exec(db, e, "DELETE FROM worker WHERE lease IN (SELECT lease FROM worker"
	    " WHERE job = ?1 AND until <= {now} {skip})", "s", w->job) == -1 ? -1 : 0;
}

static int
worker_parts_read(struct worker *w, struct db *db, struct err *e)
{
	struct db_query q;

	w->parts = 0;
	memset(w->mine, 0, sizeof(w->mine));
	db_query(&q, db, "SELECT n FROM part WHERE job = ?1 AND lease = ?2", "ss", w->job,
	    w->lease.id);
	while (db_row(&q)) {
		w->mine[db_int(&q, 0)] = 1;
		w->parts++;
	}
	return db_done(&q, e);
}

/* The lock of part 0 lets one worker of the job at a time share: each statement behind it
   sees all workers and parts of earlier shares. */
static int
worker_parts_take(struct db *db, void *arg, struct err *e)
{
	struct worker *w = arg;
	int64_t living, want;

	if (worker_fence(w, db, e) == -1 || db_exec(db, e, "UPDATE part SET epoch = epoch"
	    " WHERE job = ?1 AND n = 0", "s", w->job) == -1 ||
	    worker_dead_remove(w, db, e) == -1 ||
	    worker_parts_read(w, db, e) == -1 ||
	    db_one(db, &living, 1, e, "SELECT count(*) FROM worker WHERE job = ?1", "s",
	    w->job) == -1)
		return -1;
	want = (WORKER_PARTS + living - 1) / living;
	w->surplus = w->parts > want ? (int)(w->parts - want) : 0;
	if (w->parts >= want)
		return 0;
	if (db_exec(db, e, "UPDATE part SET lease = ?1, epoch = epoch + 1 WHERE job = ?2"
	    " AND n IN (SELECT p.n FROM part p WHERE p.job = ?2 AND (p.lease IS NULL"
	    " OR NOT EXISTS (SELECT 1 FROM worker w WHERE w.lease = p.lease))"
	    " ORDER BY p.n LIMIT ?3)", "ssi", w->lease.id, w->job, want - w->parts) == -1)
		return -1;
	return worker_parts_read(w, db, e);
}

int
worker_share(struct worker *w, struct db *db, struct err *e)
{
	return db_tx(db, worker_parts_take, w, e);
}

int
worker_give(struct worker *w, struct db *db, int n, struct err *e)
{
	if (db_exec(db, e, "UPDATE part SET lease = NULL WHERE job = ?1 AND n = ?2"
	    " AND lease = ?3", "sis", w->job, (int64_t)n, w->lease.id) == -1)
		return -1;
	w->parts -= w->mine[n];
	w->surplus -= w->surplus > 0 && w->mine[n];
	w->mine[n] = 0;
	return 0;
}

void
worker_leave(struct worker *w, struct db *db)
{
	/* parts without a worker are free */
	int keep = w->held && db_exec(db, NULL, "DELETE FROM worker WHERE lease = ?1", "s",
	    w->lease.id) == -1;

	w->held = 0;
	lease_close(&w->lease, keep);
	free(w->job);
	w->job = NULL;
}
