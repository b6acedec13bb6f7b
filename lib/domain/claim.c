#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "domain/claim.h"

enum { LEASE_MS = 60000 };

struct take {
	struct claim	*c;
	char		*who;
	size_t		 n;
	int		 won;
};

static int
claim_row_take(struct db *db, void *arg, struct err *e)
{
	struct take *t = arg;
	struct claim *c = t->c;
	struct db_query q;
	char lease[33] = "", host[256] = "";
	int64_t left = 0;

	t->won = 0;
	c->until = time_mono_ms() + c->lease_ms;
	db_query(&q, db, "SELECT lease, host, until - {now} FROM claim"
	    " WHERE kind = ?1 AND key = ?2 {skip}", "ss", c->kind, c->key);
	if (db_row(&q)) {
		snprintf(lease, sizeof(lease), "%s", db_str(&q, 0));
		snprintf(host, sizeof(host), "%s", db_str(&q, 1) ? db_str(&q, 1) : "");
		left = db_int(&q, 2);
	}
	if (db_done(&q, e) == -1)
		return -1;
	if (left > 0 && !(strcmp(host, c->lease.host) == 0 && lease_is_dead(lease))) {
		snprintf(t->who, t->n, "a process on %s (%" PRId64 " s left of its lease)",
		    host, left / 1000);
		return 0;
	}
	if (*lease != '\0' && db_exec(db, e, "DELETE FROM claim WHERE kind = ?1"
	    " AND key = ?2 AND lease = ?3", "sss", c->kind, c->key, lease) == -1)
		return -1;
	/* another process may have been faster: then nothing is inserted */
	t->won = (int)db_exec(db, e, "INSERT INTO claim (kind, key, lease, host,"
	    " until) VALUES (?1, ?2, ?3, ?4, {now} + ?5) ON CONFLICT DO NOTHING",
	    "ssssi", c->kind, c->key, c->lease.id, c->lease.host, c->lease_ms);
	if (t->won == 0)
		snprintf(t->who, t->n, "another process");
	return t->won == -1 ? -1 : 0;
}

int
claim_take(struct claim *c, struct db *db, const char *kind, const char *key,
    int64_t lease_ms, char *who, size_t n, struct err *e)
{
	struct take t = { c, who, n, 0 };

	memset(c, 0, sizeof(*c));
	snprintf(c->kind, sizeof(c->kind), "%s", kind);
	c->key = mem_dup(key);
	c->lease_ms = lease_ms > 0 ? lease_ms : LEASE_MS;
	if (lease_open(&c->lease, e) == -1 || db_tx(db, claim_row_take, &t, e) == -1) {
		claim_drop(c, db);
		return -1;
	}
	c->held = t.won == 1;
	c->renew_at = time_mono_ms() + c->lease_ms / 3;
	if (!c->held)
		claim_drop(c, db);
	return t.won == 1;
}

int
claim_keep(struct claim *c, struct db *db, struct err *e)
{
	int64_t now = time_mono_ms(), n;

	if (!c->held || now < c->renew_at)
		return 0;
	c->renew_at = now + c->lease_ms / 3;
	n = db_exec(db, e, "UPDATE claim SET until = {now} + ?4"
	    " WHERE kind = ?1 AND key = ?2 AND lease = ?3", "sssi", c->kind, c->key,
	    c->lease.id, c->lease_ms);
	if (n == 0)
		return err_set(e, ZX_RETRY, "lost the lease on %s %s (this process was suspended "
		    "for too long); run the same command again", c->kind,
		    c->key);
	if (n == -1)
		return -1;
	c->until = now + c->lease_ms;
	return 0;
}

void
claim_drop(struct claim *c, struct db *db)
{
	int row = c->held && db_exec(db, NULL, "DELETE FROM claim WHERE kind = ?1 AND key = ?2"
	    " AND lease = ?3", "sss", c->kind, c->key, c->lease.id) == -1;

	/* a row that could not be removed (full disk) keeps its lock file, too: once
	   that is unlocked, the next process sees that the holder is dead */
	c->held = 0;
	lease_close(&c->lease, row);
	free(c->key);
	c->key = NULL;
}
