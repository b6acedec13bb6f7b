#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "reconcile/reconcile_impl.h"

static const char *
reconcile_order_stream_of(int kind, const char *ekey)
{
	switch (kind) {
	case MODULE: return "folders";
	case CASE: return "test_cases";
	case RELEASE: return "test_plans";
	case CYCLE: case SUITE:
		return strncmp(ekey, "folder:", 7) == 0 ? "folders" : "test_cycles";
	}
	return "test_executions";
}

/* A log that was written after younger ones is known, and listed as such. */
static int
reconcile_order_late(struct recon *r, const char *ekey)
{
	struct err e = { 0 };
	int64_t n = 0;

	if (db_one(r->db, &n, 0, &e, "SELECT count(*) FROM issue WHERE project = ?1"
	    " AND rule = 'history-order' AND (key = ?2 OR key = ?3)", "sss", r->project, ekey,
	    strncmp(ekey, "E:", 2) == 0 ? ekey + 2 : ekey) == -1)
		recon_fail(r, &e);
	return n > 0;
}

struct row {
	int64_t	 kind, pkind, parent, eord;
	char	 key[KEY_MAX];
};

static void
reconcile_order_row_read(struct row *w, struct db_query *q)
{
	w->kind = db_int(q, 0);
	w->pkind = db_int(q, 1);
	w->parent = db_int(q, 2);
	w->eord = db_int(q, 3);
	snprintf(w->key, sizeof(w->key), "%s", db_str(q, 4));
}

static void
reconcile_order_misplaced(struct recon *r, const struct row *before, const struct row *w)
{
	char *want, *found;
	int kind = (int)w->kind;

	if (kind == LOG && reconcile_order_late(r, w->key))
		return;
	want = mem_fmt("before %s", before->key);
	found = mem_fmt("after %s", before->key);
	tell_of(r, kind, reconcile_order_stream_of(kind, w->key), w->key, w->key,
	    "order", want, found);
	r->tally[kind].different++;
	r->tally[kind].equal -= r->tally[kind].equal > 0;
	free(want);
	free(found);
}

/* Siblings as qTest shows them must stand as the source has them; logs as
   they were submitted. */
static int
order(struct recon *r, struct err *e)
{
	struct row w, last = { .kind = -1 };
	struct db_query q;

	db_query(&q, r->stage, "SELECT kind, pkind, parent, eord, ekey FROM found"
	    " WHERE eord IS NOT NULL ORDER BY kind, pkind, parent,"
	    " CASE WHEN kind = ?1 THEN id ELSE ord END, n", "i", (int64_t)LOG);
	while (r->fail.code == 0 && db_row(&q)) {
		reconcile_order_row_read(&w, &q);
		if (w.kind == last.kind && w.pkind == last.pkind && w.parent == last.parent &&
		    w.eord < last.eord)
			reconcile_order_misplaced(r, &last, &w);
		else
			last = w;
	}
	return db_done(&q, e);
}

/* Is this key one that our project would give? */
static int
reconcile_order_ours(struct recon *r, int kind, const char *ekey, int64_t parent)
{
	static const char letters[KINDS] = { [CASE] = 'T', [RUN] = 'T', [RELEASE] = 'P',
	    [CYCLE] = 'R', [SUITE] = 'R' };
	size_t n = strlen(r->project);
	struct err e = { 0 };
	char key[KEY_MAX];
	int64_t there = 0;

	if (kind == LOG)
		return stage_key(r, RUN, parent, key) && reconcile_order_ours(r, RUN, key, 0);
	if (strncmp(ekey, "folder:", 7) == 0) {
		if (db_one(r->db, &there, 0, &e, "SELECT count(*) FROM folder"
		    " WHERE project = ?1 AND id = ?2", "si", r->project,
		    (int64_t)strtoll(ekey + 7, NULL, 10)) == -1)
			recon_fail(r, &e);
		return there > 0;
	}
	return letters[kind] != '\0' && strncmp(ekey, r->project, n) == 0 && ekey[n] == '-' &&
	    ekey[n + 1] == letters[kind];
}

static int
reconcile_order_strangers(struct recon *r, struct err *e)
{
	struct db_query q;
	char *found;
	int kind;

	db_query(&q, r->stage, "SELECT kind, ekey, id, parent FROM found"
	    " WHERE ekey IS NOT NULL AND seen = 0 ORDER BY n", "");
	while (r->fail.code == 0 && db_row(&q)) {
		kind = (int)db_int(&q, 0);
		if (!reconcile_order_ours(r, kind, db_str(&q, 1), db_int(&q, 3)))
			continue;
		found = mem_fmt("%s %lld", recon_names[kind], (long long)db_int(&q, 2));
		tell_of(r, kind, reconcile_order_stream_of(kind, db_str(&q, 1)),
		    db_str(&q, 1), db_str(&q, 1), "unexpected", "", found);
		r->tally[kind].unexpected++;
		free(found);
	}
	return db_done(&q, e);
}

int
recon_order(struct recon *r, struct err *e)
{
	if (order(r, e) == -1 || reconcile_order_strangers(r, e) == -1)
		return -1;
	if (r->fail.code != 0)
		*e = r->fail;
	return r->fail.code != 0 ? -1 : 0;
}
