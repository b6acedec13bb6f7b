#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/ledger/ledger.h"

#define COLS "kind, ekey, stream, skey, lane, needs, map, hash, want," \
	" pid, modified, error, steps, path, conflict, state, verb, phase, ord, id, version_id," \
	" attempts, http_status, last_log_ms, deleted_at, {now} - COALESCE(intent_at, 0) AS age"

#define ROW " FROM ledger WHERE target = ?1 AND kind = ?2 AND ekey = ?3 AND project = ?4"

/* Read COLS of a row; return the number of the column that follows them. */
static int
ledger_effect_row(struct effect *f, struct db_query *q)
{
	int64_t *num[] = { &f->phase, &f->ord, &f->id, &f->version_id,
	    &f->attempts, &f->http_status, &f->last_log_ms, &f->deleted_at,
	    &f->intent_age };
	int i, n = EFFECT_TEXTS;

	memset(f, 0, sizeof(*f));
	for (i = 0; i < n; i++)
		f->text[i] = mem_dup(db_str(q, i));
	f->type = effect_kind_parse(f->kind);
	f->state = effect_state_parse(db_str(q, n++));
	f->verb = effect_verb_parse(db_str(q, n++));
	for (i = 0; i < (int)(sizeof(num) / sizeof(num[0])); i++)
		*num[i] = db_int(q, n + i);
	return n + i;
}

/* Read rows of COLS, which ledger_next continues with pass, hash and body of the target
   row; return how many, or -1. */
static int
ledger_rows(struct db_query *q, int with_body, struct effect *out, struct err *e)
{
	int n = 0, at;

	while (db_row(q)) {
		at = ledger_effect_row(&out[n], q);
		if (with_body) {
			out[n].pass = db_int(q, at);
			out[n].body_hash = mem_dup(db_str(q, at + 1));
			out[n].body = mem_dup(db_str(q, at + 2));
		}
		n++;
	}
	if (db_done(q, e) == 0)
		return n;
	while (n > 0)
		effect_free(&out[--n]);
	return -1;
}

int
ledger_find(struct ledger *l, const char *kind, const char *ekey,
    struct effect *out, struct err *e)
{
	struct db_query q;

	memset(out, 0, sizeof(*out));
	db_query(&q, l->db, "SELECT " COLS ROW, "ssss", l->target, kind, ekey, l->project);
	return ledger_rows(&q, 0, out, e);
}

/* Read a body and a flag from the row of an effect. */
static int
ledger_body(struct ledger *l, const char *sql, const char *kind, const char *ekey, char **out,
    int *flag, struct err *e)
{
	struct db_query q;

	*out = NULL;
	*flag = 0;
	db_query(&q, l->db, sql, "ssss", l->target, kind, ekey, l->project);
	if (db_row(&q)) {
		*out = mem_dup(db_str(&q, 0));
		*flag = db_int(&q, 1) != 0;
	}
	return db_done(&q, e) == -1 ? -1 : *out != NULL;
}

int
ledger_last_body(struct ledger *l, const char *kind, const char *ekey, char **out,
    struct err *e)
{
	int none;

	return ledger_body(l, "SELECT sent, 0" ROW, kind, ekey, out, &none, e);
}

int
ledger_confirmed_body(struct ledger *l, const char *kind, const char *ekey, char **out,
    int *lost, struct err *e)
{
	return ledger_body(l, "SELECT COALESCE(stood, sent),"
	    " CASE WHEN stood IS NOT NULL THEN 1 ELSE 0 END" ROW, kind, ekey, out, lost, e);
}

int
ledger_next(struct ledger *l, const struct ledger_place *at, int64_t last_phase, int n,
    struct effect *out, struct err *e)
{
	struct db_query q;

	/* The rows of the target are joined after LIMIT, since PostgreSQL would join them for
	   all pending effects until the tables are analysed.  The database need not sort the
	   bodies a second time. */
	db_query(&q, l->db, "SELECT l.*, COALESCE(t.pass, 0), t.hash,"
	    " CASE WHEN l.kind <> 'approve' AND length(t.body) <= ?9 THEN t.body END"
	    " FROM (SELECT " COLS " FROM ledger"
	    " WHERE target = ?1 AND state = 'pending'"
	    " AND (phase, ord, kind, ekey) > (?2, ?3, ?4, ?5)"
	    " AND project = ?6 AND map = ?7 AND phase <= ?10"
	    " ORDER BY phase, ord, kind, ekey LIMIT ?8) l"
	    " LEFT JOIN target t ON t.project = ?6 AND t.map = ?7 AND t.ekey = l.ekey"
	    " AND t.kind = CASE WHEN l.kind = 'approve' THEN 'case' ELSE l.kind END",
	    "siissssiii", l->target, at->phase, at->ord,
	    at->kind != NULL ? at->kind : "", at->ekey != NULL ? at->ekey : "",
	    l->project, l->map, (int64_t)n, (int64_t)LEDGER_BODY_MAX, last_phase);
	n = ledger_rows(&q, 1, out, e);
	if (n > 0)
		qsort(out, (size_t)n, sizeof(*out), effect_cmp);
	return n;
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
	return ledger_rows(&q, 0, out, e);
}

int
ledger_key(struct ledger *l, const char *kind, int64_t id, char **ekey, struct err *e)
{
	struct db_query q;
	char *key = NULL;
	int found;

	db_query(&q, l->db, "SELECT ekey FROM ledger WHERE target = ?1"
	    " AND kind || '' = ?2 AND id = ?3 LIMIT 1", "ssi", l->target, kind, id);
	if ((found = db_row(&q)) && ekey != NULL)
		key = mem_dup(db_str(&q, 0));
	if (ekey != NULL)
		*ekey = key;
	return db_done(&q, e) == -1 ? -1 : found;
}

int
ledger_is_foreign(struct ledger *l, const char *kind, int64_t id, struct err *e)
{
	struct db_query q;
	int found;

	db_query(&q, l->db, "SELECT 1 FROM ledger WHERE target = ?1 AND kind || '' = ?2"
	    " AND id = ?3 AND conflict IN ('skip', 'update') LIMIT 1", "ssi", l->target, kind, id);
	found = db_row(&q);
	return db_done(&q, e) == -1 ? -1 : found;
}

int
ledger_open_file(struct ledger *l, const char *skey, char **ekey, struct err *e)
{
	struct db_query q;

	*ekey = NULL;
	db_query(&q, l->db, skey == NULL ? "SELECT ekey FROM ledger WHERE target = ?1"
	    " AND project = ?2 AND map = ?3 AND state IN ('pending', 'intent')"
	    " AND stream = 'test_cases' AND kind = 'blob' LIMIT 1" :
	    "SELECT ekey FROM ledger WHERE target = ?1 AND project = ?2 AND map = ?3"
	    " AND state IN ('pending', 'intent') AND stream = 'test_cases' AND kind = 'blob'"
	    " AND skey = ?4 LIMIT 1", skey == NULL ? "sss" : "ssss", l->target, l->project,
	    l->map, skey);
	if (db_row(&q))
		*ekey = mem_dup(db_str(&q, 0));
	return db_done(&q, e) == -1 ? -1 : *ekey != NULL;
}

int
ledger_open_deletes(struct ledger *l, int64_t *n, struct err *e)
{
	return db_one(l->db, n, 0, e, "SELECT count(*) FROM ledger WHERE target = ?1"
	    " AND state = 'intent' AND verb = 'delete'", "s", l->target);
}
