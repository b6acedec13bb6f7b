#include <stdlib.h>

#include "base/mem.h"
#include "domain/store/store.h"
#include "reconcile/cover.h"

enum { PAGE = 200 };

/* Parameters of all queries: project, pass, map, the last key. */
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

#define KEYED(table, stream, kinds)					\
	"SELECT s.key FROM " table " s WHERE s.project = ?1"		\
	" AND s.pass_seen >= ?2" EFFECT(kinds, "s.key")			\
	NAMED(stream, "s.key") " AND s.key > ?4 ORDER BY 1 LIMIT 200"

/* A page of keys of what is not represented. */
static const char *const cover_missing[STREAM_COUNT] = {
	[STREAM_FOLDERS] = "SELECT " ID " FROM folder s WHERE s.project = ?1"
		" AND s.pass_seen >= ?2" EFFECT("'module', 'cycle'", "'folder:' || " ID)
		NAMED("folders", ID) LOST("folders", ID) " AND " ID " > ?4 ORDER BY 1 LIMIT 200",
	[STREAM_CASES] = KEYED("test_case", "test_cases", "'case'"),
	[STREAM_PLANS] = KEYED("test_plan", "test_plans", "'release'"),
	[STREAM_CYCLES] = KEYED("test_cycle", "test_cycles", "'cycle', 'suite'"),
	/* the run always; the log if the execution has an end, or if it has another
	   status than the default, unless a loss names it */
	[STREAM_EXECUTIONS] = "SELECT " ID " FROM test_execution s LEFT JOIN test_cycle c"
		" ON c.project = s.project AND c.id = s.cycle_id AND s.cycle_id > 0"
		" WHERE s.project = ?1 AND s.pass_seen >= ?2 AND " ID " > ?4"
		" AND (NOT EXISTS (SELECT 1 FROM target t WHERE t.project = ?1"
		" AND t.map = ?3 AND t.kind = 'run' AND t.ekey = " RUN_KEY ")"
		" OR (NOT EXISTS (SELECT 1 FROM target t WHERE t.project = ?1"
		" AND t.map = ?3 AND t.kind = 'log' AND t.ekey = 'E:' || " ID ")"
		" AND (s.end_ms <> 0 OR NOT EXISTS (SELECT 1 FROM lookup k"
		" WHERE k.project = ?1 AND k.kind = 'status' AND k.id = s.status_id"
		" AND k.is_default = 1))" LOST("test_executions", ID) "))"
		NAMED("test_executions", ID) " ORDER BY 1 LIMIT 200",
};

/* Report a page of objects after *last, which is replaced; return how many. */
static int
cover_page(const struct expected *x, struct differences *to, enum stream s, char **last,
    struct err *e)
{
	struct object o = { .to = to, .kind = SOURCE, .stream = stream_name(s) };
	struct db_query q;
	int n;

	/* differences are not stored while a query is open */
	differences_flush(to);
	db_query(&q, x->db, cover_missing[s], "siss", x->project, x->pass, x->map, *last);
	for (n = 0; db_row(&q); n++) {
		o.skey = o.ekey = db_str(&q, 0);
		object_differs(&o, "not represented", "an effect, or a reject or loss that "
		    "explains why there is none", "");
		free(*last);
		*last = mem_dup(o.skey);
	}
	to->tally[SOURCE].missing += n;
	return db_done(&q, e) == -1 ? -1 : n;
}

int
cover_check(const struct expected *x, struct differences *to, struct err *e)
{
	struct tally *y = &to->tally[SOURCE];
	char *last;
	int64_t count;
	int s, n;

	for (s = 0; s < STREAM_COUNT; s++) {
		if (store_count(x->db, x->project, (enum stream)s, x->pass, &count, e) == -1)
			return -1;
		y->compared += count;
		last = mem_dup("");
		do {
			n = cover_page(x, to, (enum stream)s, &last, e);
		} while (n == PAGE);
		free(last);
		if (n == -1)
			return -1;
	}
	y->equal = y->compared - y->missing;
	return 0;
}
