#include <string.h>

#include "base/mem.h"
#include "domain/ledger/key_effect.h"

/* What the letter of a key stands for. */
static const struct {
	char		 letter;
	struct key_effect effect;
} letters[] = {
	{ 'T', { STREAM_CASES, "case", NULL, NULL } },
	{ 'P', { STREAM_PLANS, "release", NULL, NULL } },
	{ 'R', { STREAM_CYCLES, "cycle", "suite", NULL } },
	{ 'E', { STREAM_EXECUTIONS, "run", NULL, NULL } }
};

/* Find the key of the run of an execution in *ekey, NULL when the database lacks the execution.
   0, -1. */
static int
key_effect_run(struct db *db, const char *project, const char *key, char **ekey, struct err *e)
{
	struct db_query q;

	db_query(&q, db, "SELECT x.case_key || '|' || COALESCE(c.key, '@adhoc') || '|'"
	    " || CAST(x.environment_id AS TEXT) FROM test_execution x LEFT JOIN test_cycle c"
	    " ON c.project = x.project AND c.id = x.cycle_id WHERE x.project = ?1 AND x.key = ?2",
	    "ss", project, key);
	if (db_row(&q))
		*ekey = mem_dup(db_str(&q, 0));
	return db_done(&q, e);
}

int
key_effect_find(struct db *db, const char *project, const char *key, struct key_effect *out,
    struct err *e)
{
	const char *dash = key != NULL ? strrchr(key, '-') : NULL;
	size_t i, n = sizeof(letters) / sizeof(letters[0]);

	memset(out, 0, sizeof(*out));
	for (i = 0; i < n && (dash == NULL || dash[1] != letters[i].letter); i++)
		continue;
	if (i == n)
		return 0;
	*out = letters[i].effect;
	if (out->stream == STREAM_EXECUTIONS)
		return key_effect_run(db, project, key, &out->ekey, e) == -1 ? -1 : 1;
	out->ekey = mem_dup(key);
	return 1;
}
