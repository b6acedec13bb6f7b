#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/ledger/ledger.h"

#define COLS "kind, ekey, stream, skey, lane, needs, map, hash, want," \
	" pid, modified, error, steps, path, state, verb, phase, ord, id, version_id," \
	" attempts, http_status, last_log_ms, {now} - COALESCE(intent_at, 0) AS age"

/* Read COLS of a row; return the number of the column that follows them. */
static int
ledger_effect_row(struct effect *f, struct db_query *q)
{
	char **text[] = { &f->kind, &f->ekey, &f->stream, &f->skey, &f->lane,
	    &f->needs, &f->map, &f->hash, &f->desired_hash, &f->pid, &f->modified,
	    &f->error, &f->steps, &f->path };
	int64_t *num[] = { &f->phase, &f->ord, &f->id, &f->version_id,
	    &f->attempts, &f->http_status, &f->last_log_ms, &f->intent_age };
	int i, n = (int)(sizeof(text) / sizeof(text[0]));

	memset(f, 0, sizeof(*f));
	for (i = 0; i < n; i++)
		*text[i] = mem_dup(db_str(q, i));
	f->type = effect_kind_parse(f->kind);
	f->state = effect_state_parse(db_str(q, n++));
	f->verb = effect_verb_parse(db_str(q, n++));
	for (i = 0; i < (int)(sizeof(num) / sizeof(num[0])); i++)
		*num[i] = db_int(q, n + i);
	return n + i;
}

static int
ledger_effect_rows(struct db_query *q, struct effect *out, struct err *e)
{
	int n = 0;

	while (db_row(q))
		(void)ledger_effect_row(&out[n++], q);
	if (db_done(q, e) == 0)
		return n;
	while (n > 0)
		effect_free(&out[--n]);
	return -1;
}

/* Another payload for a known row; what is under way stays under way. */
static int
ledger_desired_update(struct ledger *l, const struct effect *f, struct err *e)
{
	return db_exec(l->db, e, "UPDATE ledger SET map = ?5,"
	    " stream = ?6, skey = ?7, phase = ?8, ord = ?9, lane = ?10,"
	    " needs = ?11, state = CASE"
	    " WHEN state = 'intent' THEN state"
	    " WHEN state IN ('done', 'gone', 'pending') AND hash = ?12"
	    " AND id IS NOT NULL THEN 'done'"
	    " WHEN state = 'done' AND want = ?12 THEN state"
	    " ELSE 'pending' END,"
	    " id = CASE WHEN state = 'rolled_back' THEN NULL ELSE id END,"
	    " want = ?12 WHERE target = ?1 AND kind = ?2 AND ekey = ?3 AND project = ?4",
	    "sssssssiisss", l->target, f->kind, f->ekey, l->project, f->map,
	    f->stream, f->skey, f->phase, f->ord, f->lane,
	    f->needs != NULL ? f->needs : "[]", f->desired_hash) == -1 ? -1 : 0;
}

static int
ledger_desired_insert(struct ledger *l, const struct effect *f, struct err *e)
{
	return db_exec(l->db, e, "INSERT INTO ledger (target, kind, ekey,"
	    " project, map, stream, skey, phase, ord, lane, needs, want, state,"
	    " created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
	    " ?12, 'pending', {now})",
	    "sssssssiisss", l->target, f->kind, f->ekey, l->project, f->map,
	    f->stream, f->skey, f->phase, f->ord, f->lane,
	    f->needs != NULL ? f->needs : "[]", f->desired_hash) == -1 ? -1 : 0;
}

static int
ledger_is_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

int
ledger_set_desired(struct ledger *l, const struct effect *f, int *changed, struct err *e)
{
	struct effect old;
	int rc;

	*changed = 0;
	if ((rc = ledger_find(l, f->kind, f->ekey, &old, e)) == -1)
		return -1;
	if (rc == 0) {
		*changed = 1;
		return ledger_desired_insert(l, f, e);
	}
	if (!ledger_is_same(old.desired_hash, f->desired_hash) ||
	    !ledger_is_same(old.map, f->map) || old.ord != f->ord ||
	    !ledger_is_same(old.skey, f->skey) || !ledger_is_same(old.lane, f->lane) ||
	    !ledger_is_same(old.needs, f->needs) || old.state == STATE_GONE ||
	    old.state == STATE_ROLLED_BACK) {
		*changed = 1;
		rc = ledger_desired_update(l, f, e);
	}
	effect_free(&old);
	return rc == -1 ? -1 : 0;
}

int
ledger_retry(struct ledger *l, struct err *e)
{
	return db_exec(l->db, e, "UPDATE ledger SET state = 'pending'"
	    " WHERE target = ?1 AND state IN ('failed', 'skipped')"
	    " AND project = ?2", "ss", l->target, l->project) == -1 ? -1 : 0;
}

int
ledger_unkeep(struct ledger *l, struct err *e)
{
	return db_exec(l->db, e, "UPDATE ledger SET state = 'pending'"
	    " WHERE target = ?1 AND state = 'done' AND project = ?2"
	    " AND hash <> want", "ss", l->target, l->project) == -1 ? -1 : 0;
}

int
ledger_find(struct ledger *l, const char *kind, const char *ekey,
    struct effect *out, struct err *e)
{
	struct db_query q;

	memset(out, 0, sizeof(*out));
	db_query(&q, l->db, "SELECT " COLS " FROM ledger"
	    " WHERE target = ?1 AND kind = ?2 AND ekey = ?3"
	    " AND project = ?4",
	    "ssss", l->target, kind, ekey, l->project);
	return ledger_effect_rows(&q, out, e);
}

int
ledger_last_body(struct ledger *l, const char *kind, const char *ekey, char **out,
    struct err *e)
{
	struct db_query q;

	*out = NULL;
	db_query(&q, l->db, "SELECT sent FROM ledger"
	    " WHERE target = ?1 AND kind = ?2 AND ekey = ?3"
	    " AND project = ?4",
	    "ssss", l->target, kind, ekey, l->project);
	if (db_row(&q))
		*out = mem_dup(db_str(&q, 0));
	if (db_done(&q, e) == -1)
		return -1;
	return *out != NULL;
}

int
ledger_confirmed_body(struct ledger *l, const char *kind, const char *ekey, char **out,
    int *lost, struct err *e)
{
	struct db_query q;

	*out = NULL;
	*lost = 0;
	db_query(&q, l->db, "SELECT COALESCE(stood, sent), stood IS NOT NULL"
	    " FROM ledger WHERE target = ?1 AND kind = ?2 AND ekey = ?3"
	    " AND project = ?4",
	    "ssss", l->target, kind, ekey, l->project);
	if (db_row(&q)) {
		*out = mem_dup(db_str(&q, 0));
		*lost = db_int(&q, 1) != 0;
	}
	if (db_done(&q, e) == -1)
		return -1;
	return *out != NULL;
}

/* Read rows of ledger_next(): an effect and its row of table target. */
static int
ledger_body_rows(struct db_query *q, struct effect *out, struct err *e)
{
	int n = 0, at;

	while (db_row(q)) {
		at = ledger_effect_row(&out[n], q);
		out[n].pass = db_int(q, at);
		out[n].body_hash = mem_dup(db_str(q, at + 1));
		out[n++].body = mem_dup(db_str(q, at + 2));
	}
	if (db_done(q, e) == 0)
		return n;
	while (n > 0)
		effect_free(&out[--n]);
	return -1;
}

int
ledger_next(struct ledger *l, const struct ledger_place *at, int n,
    struct effect *out, struct err *e)
{
	struct db_query q;

	db_query(&q, l->db, "SELECT l.*, COALESCE(t.pass, 0), t.hash,"
	    " CASE WHEN l.kind <> 'approve' AND length(t.body) <= ?9 THEN t.body END"
	    " FROM (SELECT " COLS " FROM ledger"
	    " WHERE target = ?1 AND state = 'pending'"
	    " AND (phase, ord, kind, ekey) > (?2, ?3, ?4, ?5)"
	    " AND project = ?6 AND map = ?7"
	    " ORDER BY phase, ord, kind, ekey LIMIT ?8) l"
	    " LEFT JOIN target t ON t.project = ?6 AND t.map = ?7 AND t.ekey = l.ekey"
	    " AND t.kind = CASE WHEN l.kind = 'approve' THEN 'case' ELSE l.kind END"
	    " ORDER BY l.phase, l.ord, l.kind, l.ekey",
	    "siissssii", l->target, at->phase, at->ord,
	    at->kind != NULL ? at->kind : "", at->ekey != NULL ? at->ekey : "",
	    l->project, l->map, (int64_t)n, (int64_t)LEDGER_BODY_MAX);
	return ledger_body_rows(&q, out, e);
}

int
ledger_open_intents(struct ledger *l, const struct ledger_place *at, int n,
    struct effect *out, struct err *e)
{
	struct db_query q;

	db_query(&q, l->db, "SELECT " COLS " FROM ledger"
	    " WHERE target = ?1 AND state = 'intent' AND project = ?2"
	    " AND (phase, ord, kind, ekey) > (?3, ?4, ?5, ?6)"
	    " ORDER BY phase, ord, kind, ekey LIMIT ?7",
	    "ssiissi", l->target, l->project, at->phase, at->ord,
	    at->kind != NULL ? at->kind : "", at->ekey != NULL ? at->ekey : "",
	    (int64_t)n);
	return ledger_effect_rows(&q, out, e);
}

int
ledger_has_id(struct ledger *l, const char *kind, int64_t id, struct err *e)
{
	int64_t n;

	if (db_one(l->db, &n, 0, e, "SELECT 1 FROM ledger WHERE target = ?1"
	    " AND kind || '' = ?2 AND id = ?3 LIMIT 1", "ssi", l->target, kind, id) == -1)
		return -1;
	return n != 0;
}

int
ledger_key(struct ledger *l, const char *kind, int64_t id, char **ekey, struct err *e)
{
	struct db_query q;

	*ekey = NULL;
	db_query(&q, l->db, "SELECT ekey FROM ledger WHERE target = ?1"
	    " AND kind || '' = ?2 AND id = ?3 LIMIT 1", "ssi", l->target, kind, id);
	if (db_row(&q))
		*ekey = mem_dup(db_str(&q, 0));
	if (db_done(&q, e) == -1) {
		free(*ekey);
		*ekey = NULL;
		return -1;
	}
	return *ekey != NULL;
}
