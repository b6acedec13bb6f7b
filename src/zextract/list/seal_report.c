#include <inttypes.h>

#include "base/log.h"
#include "domain/store/store_case.h"

#include "list/seal_report.h"
#include "source.h"

/* Reports objects that earlier passes have seen and this pass has not; their rows
   stay. */

/* key, same: SQL of an object's key, and of the comparison of an issue's key with it */
#define GONE(...)	GONE_OF(__VA_ARGS__)
#define GONE_OF(name, table, key, same, gone, here)			\
	{ name, "SELECT " key " AS key, 'no longer exists in Zephyr;"	\
	    " its objects in qTest stay' AS what FROM " table " o"	\
	    " WHERE o.project = ?1 AND " gone,				\
	    table " o WHERE o.project = ?1 AND " same " AND " here }

#define BY_KEY	"o.key", "o.key = issue.key"
#define BY_ID	"CAST(o.id AS TEXT)", "o.id = CAST(issue.key AS BIGINT)"
#define UNSEEN	"o.pass_seen < ?2"
#define SEEN	"o.pass_seen = ?2"

static const struct {
	const char	*name, *gone, *here;
} kinds[] = {
	GONE("folders", "folder", BY_ID, UNSEEN, SEEN),
	GONE("test_cases", "test_case", BY_KEY,
	    "o.state <> 'stub' AND (" UNSEEN " OR o.state = 'gone')",
	    SEEN " AND o.state = 'listed'"),
	GONE("test_plans", "test_plan", BY_KEY, UNSEEN, SEEN),
	GONE("test_cycles", "test_cycle", BY_KEY, UNSEEN, SEEN),
	GONE("test_executions", "test_execution", BY_ID, UNSEEN, SEEN),
};

static int
seal_report_gone(struct source *src, struct err *e)
{
	const struct db_val pass = { .type = 'i', .i = src->st.pass };
	struct issue gone = { .side = "extract", .rule = "gone", .level = "info" };
	size_t i;
	int64_t n;

	if (src->st.pass == 1)
		return 0;
	for (i = 0; i < sizeof(kinds) / sizeof(*kinds); i++) {
		gone.stream = kinds[i].name;
		if (finding_remove_if(&src->finding, &gone, kinds[i].here, &pass, e) == -1 ||
		    (n = finding_put_rows(&src->finding, &gone, kinds[i].gone, &pass, e)) == -1)
			return -1;
		if (n > 0)
			log_info(kinds[i].name, "%" PRId64 " no longer exist in Zephyr (see table "
			    "issue)", n);
	}
	return store_gone(&src->st, e) == -1 ? -1 : 0;
}

/* Report plan folders without plans at any depth. */
static int
seal_report_folders(struct source *src, struct err *e)
{
	static const struct issue empty = { .side = "extract", .stream = "folders",
	    .rule = "plan-folder-empty", .level = "warning" };
	const struct db_val pass = { .type = 'i', .i = src->st.pass };

	if (finding_remove(&src->finding, "extract", NULL, NULL, empty.rule, e) == -1)
		return -1;
	return finding_put_rows(&src->finding, &empty, "WITH RECURSIVE used(id) AS"
	    " (SELECT folder_id FROM test_plan WHERE project = ?1 AND pass_seen = ?2"
	    " AND folder_id IS NOT NULL UNION SELECT f.parent_id FROM folder f"
	    " JOIN used u ON f.id = u.id WHERE f.project = ?1"
	    " AND f.parent_id IS NOT NULL)"
	    " SELECT CAST(f.id AS TEXT) AS key, 'The"
	    " folder is not in qTest, since it has no test plans and releases"
	    " have no folders: ' || coalesce(f.path, f.name) AS what"
	    " FROM folder f WHERE f.project = ?1 AND f.pass_seen = ?2"
	    " AND f.kind = 'TEST_PLAN' AND f.id NOT IN (SELECT id FROM used)",
	    &pass, e) == -1 ? -1 : 0;
}

int
seal_report(struct source *src, struct err *e)
{
	return seal_report_gone(src, e) == -1 ? -1 : seal_report_folders(src, e);
}
