#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "reconcile/reconcile_impl.h"

/*
 * Is every source object of the pass represented by an effect, or named with
 * a reason?  Parameters: project, pass, map, the last key.
 */
#define NAMED(stream, key)						\
	" AND NOT EXISTS (SELECT 1 FROM reject j WHERE j.project = ?1"	\
	" AND j.stream = '" stream "' AND j.key = " key ")"
#define LOST(stream, key)						\
	" AND NOT EXISTS (SELECT 1 FROM loss l WHERE l.project = ?1"	\
	" AND l.stream = '" stream "' AND l.key = " key ")"
#define EFFECT(kinds, key)						\
	" AND NOT EXISTS (SELECT 1 FROM target t WHERE t.project = ?1"	\
	" AND t.map = ?3 AND t.kind IN (" kinds ") AND t.ekey = " key ")"
#define ID	"CAST(s.id AS TEXT)"
#define RUN_KEY	"s.case_key || '|' || coalesce(c.key, '@adhoc') || '|' || " \
	"CAST(s.environment_id AS TEXT)"

static void
reconcile_cover_uncovered(
    struct recon *r, const char *stream, const char *key, const char *what)
{
	tell_of(r, SOURCE, stream, key, key, what, "an effect, or a reject or loss that explains "
	    "why there is none", "");
	r->tally[SOURCE].missing++;
}

static int
reconcile_cover_add(
    struct recon *r, struct db_query *q, const char *stream, char **last, struct err *e)
{
	int n = 0;

	for (; db_row(q); n++) {
		reconcile_cover_uncovered(r, stream, db_str(q, 0), "not represented");
		free(*last);
		*last = mem_dup(db_str(q, 0));
	}
	return db_done(q, e) == -1 ? -1 : n;
}

static int
cover_rows(struct recon *r, enum stream s, char **last, struct err *e)
{
	struct db_query q;

	switch (s) {
	case STREAM_FOLDERS:
		db_query(&q, r->db, "SELECT " ID " FROM folder s WHERE s.project = ?1"
		    " AND s.pass_seen >= ?2" EFFECT("'module', 'cycle'", "'folder:' || " ID)
		    NAMED("folders", ID) LOST("folders", ID) " AND " ID " > ?4 ORDER BY 1"
		    " LIMIT 200", "siss", r->project, r->pass, r->map, *last);
		break;
	case STREAM_CASES:
		db_query(&q, r->db, "SELECT s.key FROM test_case s WHERE s.project = ?1"
		    " AND s.pass_seen >= ?2" EFFECT("'case'", "s.key")
		    NAMED("test_cases", "s.key") " AND s.key > ?4 ORDER BY 1 LIMIT 200", "siss",
		    r->project, r->pass, r->map, *last);
		break;
	case STREAM_PLANS:
		db_query(&q, r->db, "SELECT s.key FROM test_plan s WHERE s.project = ?1"
		    " AND s.pass_seen >= ?2" EFFECT("'release'", "s.key")
		    NAMED("test_plans", "s.key") " AND s.key > ?4 ORDER BY 1 LIMIT 200", "siss",
		    r->project, r->pass, r->map, *last);
		break;
	case STREAM_CYCLES:
		db_query(&q, r->db, "SELECT s.key FROM test_cycle s WHERE s.project = ?1"
		    " AND s.pass_seen >= ?2" EFFECT("'cycle', 'suite'", "s.key")
		    NAMED("test_cycles", "s.key") " AND s.key > ?4 ORDER BY 1 LIMIT 200", "siss",
		    r->project, r->pass, r->map, *last);
		break;
	default:
		/* the run always; the log when it ended, else a named loss or a
		   default status */
		db_query(&q, r->db, "SELECT " ID " FROM test_execution s LEFT JOIN test_cycle c"
		    " ON c.project = s.project AND c.id = s.cycle_id AND s.cycle_id > 0"
		    " WHERE s.project = ?1 AND s.pass_seen >= ?2 AND " ID " > ?4"
		    " AND (NOT EXISTS (SELECT 1 FROM target t WHERE t.project = ?1"
		    " AND t.map = ?3 AND t.kind = 'run' AND t.ekey = " RUN_KEY ")"
		    " OR (NOT EXISTS (SELECT 1 FROM target t WHERE t.project = ?1"
		    " AND t.map = ?3 AND t.kind = 'log' AND t.ekey = 'E:' || " ID ")"
		    " AND (s.end_ms <> 0 OR NOT EXISTS (SELECT 1 FROM lookup k"
		    " WHERE k.project = ?1 AND k.kind = 'status' AND k.id = s.status_id"
		    " AND k.is_default = 1))" LOST("test_executions", ID) "))"
		    NAMED("test_executions", ID) " ORDER BY 1 LIMIT 200", "siss", r->project,
		    r->pass, r->map, *last);
	}
	return reconcile_cover_add(r, &q, stream_name(s), last, e);
}

static int
reconcile_cover_count_rows(struct recon *r, struct err *e)
{
	int64_t n = 0;

	if (db_one(r->db, &n, 0, e,
	    "SELECT (SELECT count(*) FROM folder WHERE project = ?1 AND pass_seen >= ?2)"
	    " + (SELECT count(*) FROM test_case WHERE project = ?1 AND pass_seen >= ?2)"
	    " + (SELECT count(*) FROM test_plan WHERE project = ?1 AND pass_seen >= ?2)"
	    " + (SELECT count(*) FROM test_cycle WHERE project = ?1 AND pass_seen >= ?2)"
	    " + (SELECT count(*) FROM test_execution WHERE project = ?1 AND pass_seen >= ?2)",
	    "si", r->project, r->pass) == -1)
		return -1;
	r->tally[SOURCE].compared = n;
	return 0;
}

int
recon_covered(struct recon *r, struct err *e)
{
	char *last;
	int s, n;

	if (reconcile_cover_count_rows(r, e) == -1)
		return -1;
	for (s = 0; s < STREAM_COUNT; s++) {
		last = mem_dup("");
		do {
			/* what a page tells is stored once it is closed */
			tell_flush(r);
			n = cover_rows(r, (enum stream)s, &last, e);
		} while (n == 200);
		free(last);
		if (n == -1)
			return -1;
	}
	r->tally[SOURCE].equal = r->tally[SOURCE].compared - r->tally[SOURCE].missing;
	return 0;
}
