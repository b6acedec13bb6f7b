#include <string.h>

#include "domain/stream/stream.h"

#include "select/selection_rows.h"
#include "source.h"

#define PUT	"INSERT INTO chosen (project, stream, key, grade)"

/*
 * ?1 project, ?2 pass, ?3 kind of folder ('': any row), ?4 its path, ?5 the beginning
 * of the paths below it, ?6 the limit.
 */
#define SEED(stream, key, from, which, order)				\
	PUT " SELECT o.project, '" stream "', " key ", 2 FROM " from " o" \
	" WHERE o.project = ?1 AND o.pass_seen = ?2"			\
	" AND CAST(?4 AS TEXT) IS NOT NULL"				\
	" AND CAST(?5 AS TEXT) IS NOT NULL"				\
	" AND (CAST(?3 AS TEXT) = '' OR " which ")"			\
	" ORDER BY " order " LIMIT ?6"
#define HERE(f)	"(" f ".kind = ?3 AND (" f ".path = ?4"			\
	" OR substr(" f ".path, 1, length(CAST(?5 AS TEXT))) = ?5))"
#define IN_FOLDER							\
	"EXISTS (SELECT 1 FROM folder f WHERE f.project = ?1"		\
	" AND f.id = o.folder_id AND f.pass_seen = ?2 AND " HERE("f") ")"
#define ASKED(stream, key)						\
	"EXISTS (SELECT 1 FROM chosen k WHERE k.project = ?1"		\
	" AND k.stream = '" stream "' AND k.key = " key ")"

/* In this order: a folder of plans chooses their cycles, and cases and cycles choose
   their executions. */
static const char *const seeds[STREAM_COUNT] = {
	[STREAM_FOLDERS] = SEED("folders", "CAST(o.id AS TEXT)", "folder",
	    HERE("o"), "o.depth, o.kind, coalesce(o.parent_id, 0),"
	    " o.position, o.id"),
	[STREAM_CASES] = SEED("test_cases", "o.key", "test_case", IN_FOLDER,
	    "o.num, o.key"),
	[STREAM_PLANS] = SEED("test_plans", "o.key", "test_plan", IN_FOLDER,
	    "o.num, o.key"),
	[STREAM_CYCLES] = SEED("test_cycles", "o.key", "test_cycle",
	    IN_FOLDER " OR EXISTS (SELECT 1 FROM link l WHERE l.project = ?1"
	    " AND l.kind = 'cycle' AND l.other_id = o.id"
	    " AND l.stream = 'test_plans' AND " ASKED("test_plans", "l.key")
	    ") OR EXISTS (SELECT 1 FROM link l JOIN test_plan p"
	    " ON p.project = l.project AND p.id = l.other_id"
	    " WHERE l.project = ?1 AND l.stream = 'test_cycles'"
	    " AND l.key = o.key AND l.kind || '' = 'plan'"
	    " AND " ASKED("test_plans", "p.key") ")", "o.num, o.key"),
	[STREAM_EXECUTIONS] = SEED("test_executions", "CAST(o.id AS TEXT)",
	    "test_execution", ASKED("test_cases", "o.case_key")
	    " OR EXISTS (SELECT 1 FROM test_cycle y WHERE y.project = ?1"
	    " AND y.id = o.cycle_id AND " ASKED("test_cycles", "y.key") ")",
	    "o.case_num, o.case_key, o.cycle_id, o.environment_id, o.end_ms,"
	    " o.id"),
};

/* Remove rows of streams that are not written: they have chosen rows of other
   streams, and come back as far as those refer to them. */
static int
selection_rows_only_written(struct selection *c, struct err *e)
{
	int s;

	for (s = 0; s < STREAM_COUNT; s++)
		if (!c->writes[s] && db_exec(c->src->db, e, "DELETE"
		    " FROM chosen WHERE project = ?1 AND stream = ?2", "ss",
		    c->src->st.project, stream_name((enum stream)s)) == -1)
			return -1;
	return 0;
}

int
selection_clear(struct selection *c, struct err *e)
{
	return db_exec(c->src->db, e, "DELETE FROM chosen WHERE project = ?1", "s",
	    c->src->st.project) == -1 ? -1 : 0;
}

int
selection_keep(struct selection *c, enum stream s, struct err *e)
{
	int i;

	for (i = 0; i < c->keys; i++)
		if (db_exec_async(c->src->db, e, PUT " VALUES (?1, ?2, ?3, ?4)"
		    " ON CONFLICT (project, stream, key) DO UPDATE"
		    " SET grade = excluded.grade", "sssi", c->src->st.project,
		    stream_name(s), c->key[i], (int64_t)SEL_MATCH) == -1)
			return -1;
	return 0;
}

int
selection_init(struct selection *c, struct err *e)
{
	int64_t most = c->limit > 0 && c->select == NULL ? c->limit :
	    INT64_MAX;
	int s;

	for (s = 0; s < STREAM_COUNT; s++)
		if ((c->writes[s] || c->folder != NULL) &&
		    db_exec(c->src->db, e, seeds[s], "sisssi", c->src->st.project,
		    c->src->st.pass, c->folder ? c->kind : "",
		    c->folder ? c->path : "", c->folder ? c->below : "",
		    most) == -1)
			return -1;
	return selection_rows_only_written(c, e);
}

/* ?1 project, ?2 pass, ?3 grade; o is the record that k refers to. */
#define BRING(stream, from, key, join)					\
	PUT " SELECT DISTINCT k.project, '" stream "', " key ","	\
	" CAST(?3 AS BIGINT) FROM chosen k " join			\
	" WHERE k.project = ?1 AND k.stream = '" from "'"		\
	" AND k.grade >= ?3 AND o.pass_seen = ?2"			\
	" ON CONFLICT (project, stream, key) DO UPDATE"			\
	" SET grade = excluded.grade WHERE chosen.grade < excluded.grade"
#define ROW(table, as, key)						\
	" JOIN " table " " as " ON " as ".project = k.project AND " key
#define FOLDER_OF(from, table)						\
	BRING("folders", from, "CAST(o.id AS TEXT)",			\
	    ROW(table, "r", "r.key = k.key") ROW("folder", "o",		\
	    "o.id = r.folder_id"))
#define EXECUTION	ROW("test_execution", "r", "r.id = CAST(k.key AS BIGINT)")

static const char *const bring[] = {
	BRING("test_cases", "test_executions", "o.key",
	    EXECUTION ROW("test_case", "o", "o.key = r.case_key")),
	BRING("test_cycles", "test_executions", "o.key",
	    EXECUTION ROW("test_cycle", "o", "o.id = r.cycle_id")),
	BRING("test_cases", "test_cases", "o.key",
	    ROW("test_case", "r", "r.key = k.key AND r.script_pass IS NOT NULL")
	    ROW("test_step", "s", "s.case_key = k.key")
	    ROW("test_case", "o", "o.key = s.called_key")),
	BRING("test_plans", "test_cycles", "o.key",
	    ROW("link", "l", "l.stream = 'test_cycles' AND l.key = k.key"
	    " AND l.kind || '' = 'plan'")
	    ROW("test_plan", "o", "o.id = l.other_id")),
	BRING("test_plans", "test_cycles", "o.key",
	    ROW("test_cycle", "r", "r.key = k.key")
	    ROW("link", "l", "l.kind = 'cycle' AND l.other_id = r.id"
	    " AND l.stream = 'test_plans'")
	    ROW("test_plan", "o", "o.key = l.key")),
	FOLDER_OF("test_cases", "test_case"),
	FOLDER_OF("test_plans", "test_plan"),
	FOLDER_OF("test_cycles", "test_cycle"),
	BRING("folders", "folders", "CAST(o.id AS TEXT)",
	    ROW("folder", "r", "r.id = CAST(k.key AS BIGINT)")
	    ROW("folder", "o", "o.id = r.parent_id")),
};

int
selection_add_dependencies(struct selection *c, enum selection_grade grade, struct err *e)
{
	int64_t n, more;
	size_t i;

	do {
		more = 0;
		for (i = 0; i < sizeof(bring) / sizeof(*bring); i++) {
			if ((n = db_exec(c->src->db, e, bring[i], "sii",
			    c->src->st.project, c->src->st.pass, (int64_t)grade)) == -1)
				return -1;
			more += n;
		}
	} while (more > 0);
	return 0;
}

#define LEFT(stream, from, key)						\
	"SELECT 1 FROM " from " o WHERE o.project = ?1"			\
	" AND o.pass_seen = ?2 AND NOT EXISTS (SELECT 1 FROM chosen k"	\
	" WHERE k.project = ?1 AND k.stream = '" stream "'"		\
	" AND k.key = " key " AND k.grade >= ?3) LIMIT 1"

static const char *const lefts[STREAM_COUNT] = {
	[STREAM_FOLDERS] = LEFT("folders", "folder", "CAST(o.id AS TEXT)"),
	[STREAM_CASES] = LEFT("test_cases", "test_case", "o.key"),
	[STREAM_PLANS] = LEFT("test_plans", "test_plan", "o.key"),
	[STREAM_CYCLES] = LEFT("test_cycles", "test_cycle", "o.key"),
	[STREAM_EXECUTIONS] = LEFT("test_executions", "test_execution",
	    "CAST(o.id AS TEXT)"),
};

int
selection_is_partial(struct selection *c, enum selection_grade grade, struct err *e)
{
	int64_t left;
	int s;

	for (s = 0; s < STREAM_COUNT; s++) {
		if (db_one(c->src->db, &left, 0, e, lefts[s], "sii", c->src->st.project,
		    c->src->st.pass, (int64_t)grade) == -1)
			return -1;
		c->left[s] = left != 0;
	}
	return 0;
}
