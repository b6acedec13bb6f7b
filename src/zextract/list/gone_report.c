#include <inttypes.h>

#include "base/log.h"

#include "extract.h"
#include "list/gone_report.h"

/* What earlier passes had and this one has not: told, and left where it is. */

/* key: the pair of what an issue's key is made of and how one is found */
#define GONE(...)	GONE_OF(__VA_ARGS__)
#define GONE_OF(name, table, key, same, gone, here)			\
	{ name, "INSERT INTO issue (project, side, stream, key, rule,"	\
	    " level, what, run, at) SELECT o.project, 'extract',"	\
	    " '" name "', " key ", 'gone', 'info', 'no more in Zephyr;"	\
	    " what was made of it stays in qTest', CAST(?3 AS TEXT),"	\
	    " {now} FROM " table " o WHERE o.project = ?1"		\
	    " AND " gone						\
	    " ON CONFLICT (project, side, stream, key, rule) DO NOTHING", \
	    "DELETE FROM issue WHERE project = ?1 AND side = 'extract'"	\
	    " AND stream = '" name "' AND rule = 'gone' AND EXISTS"	\
	    " (SELECT 1 FROM " table " o WHERE o.project = ?1 AND "	\
	    same " AND " here ")" }

#define BY_KEY	"o.key", "o.key = issue.key"
#define BY_ID	"CAST(o.id AS TEXT)", "o.id = CAST(issue.key AS BIGINT)"
#define UNSEEN	"o.pass_seen < ?2"
#define SEEN	"o.pass_seen = ?2"

static const struct {
	const char	*name, *tell, *forget;
} kinds[] = {
	GONE("folders", "folder", BY_ID, UNSEEN, SEEN),
	GONE("test_cases", "test_case", BY_KEY,
	    "o.state <> 'stub' AND (" UNSEEN " OR o.state = 'gone')",
	    SEEN " AND o.state = 'listed'"),
	GONE("test_plans", "test_plan", BY_KEY, UNSEEN, SEEN),
	GONE("test_cycles", "test_cycle", BY_KEY, UNSEEN, SEEN),
	GONE("test_executions", "test_execution", BY_ID, UNSEEN, SEEN),
};

int
report_gone(struct extract *x, struct err *e)
{
	size_t i;
	int64_t n;

	if (x->st.pass == 1)
		return 0;
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		if (db_exec(x->db, e, kinds[i].forget, "si", x->st.project,
		    x->st.pass) == -1 || (n = db_exec(x->db, e, kinds[i].tell,
		    "sis", x->st.project, x->st.pass, x->job->run)) == -1)
			return -1;
		if (n > 0)
			log_info(kinds[i].name, "%" PRId64 " of earlier passes "
			    "are gone, see table issue", n);
	}
	return store_gone(&x->st, e) == -1 ? -1 : 0;
}
