#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session.h"
#include "cache/id_cache.h"
#include "input/input.h"
#include "relink/relink_target.h"
#include "work/task.h"
#include "work/work.h"

/* What the letter of a key stands for, and the kinds that it may be in qTest. */
static const struct type {
	char		 letter;
	enum stream	 stream;
	const char	*kind, *other;
} types[] = {
	{ 'T', STREAM_CASES, "case", NULL }, { 'P', STREAM_PLANS, "release", NULL },
	{ 'R', STREAM_CYCLES, "cycle", "suite" }, { 'E', STREAM_EXECUTIONS, "run", NULL }
};

/* Find the id of an effect, which it has when it was done once.  An enum relink_found, -1. */
static int
relink_target_id(const struct task *t, const char *kind, const char *ekey, int64_t *id,
    struct err *e)
{
	struct known_id k;
	struct effect f;
	char why[200];
	int rc = id_cache_find(t->work->ids, kind, ekey, &k, why, sizeof(why), e), found;

	*id = k.id;
	if (rc == ID_DONE || rc == -1)
		return rc == -1 ? -1 : RELINK_KNOWN;
	if (rc == ID_ABSENT || (found = ledger_find(&t->session->ledger, kind, ekey, &f, e)) == 0)
		return RELINK_NONE;
	if (found == -1)
		return -1;
	*id = f.id;
	effect_free(&f);
	return *id != 0 ? RELINK_KNOWN : rc == ID_BROKEN ? RELINK_NONE : RELINK_LATER;
}

/* Return the key of the run of an execution (the caller frees it) in *ekey, NULL when the
   database does not have the execution.  0, -1. */
static int
relink_target_run(const struct task *t, const char *key, char **ekey, struct err *e)
{
	struct db_query q;

	*ekey = NULL;
	db_query(&q, t->session->db, "SELECT x.case_key || '|' || COALESCE(c.key, '@adhoc') || '|'"
	    " || CAST(x.environment_id AS TEXT) FROM test_execution x LEFT JOIN test_cycle c"
	    " ON c.project = x.project AND c.id = x.cycle_id WHERE x.project = ?1 AND x.key = ?2",
	    "ss", t->session->ledger.project, key);
	if (db_row(&q))
		*ekey = mem_dup(db_str(&q, 0));
	return db_done(&q, e);
}

int
relink_target(const struct task *t, const char *key, struct relink_target *out, struct err *e)
{
	const struct input *in = t->work->input;
	const char *dash = strrchr(key, '-');
	const struct type *type = types, *end = types + sizeof(types) / sizeof(types[0]);
	int rc;

	while (type < end && (dash == NULL || dash[1] != type->letter))
		type++;
	*out = (struct relink_target){ .kind = type < end ? type->kind : NULL };
	if (type == end)
		return RELINK_NONE;
	if (type->letter != 'E')
		out->ekey = mem_dup(key);
	else if (relink_target_run(t, key, &out->ekey, e) == -1)
		return -1;
	if (out->ekey == NULL)
		return RELINK_NONE;
	rc = relink_target_id(t, out->kind, out->ekey, &out->id, e);
	if (rc == RELINK_NONE && type->other != NULL) {
		out->kind = type->other;
		rc = relink_target_id(t, out->kind, out->ekey, &out->id, e);
	}
	return rc == RELINK_NONE && in->is_open && !in->stream_read[type->stream] ?
	    RELINK_LATER : rc;
}
