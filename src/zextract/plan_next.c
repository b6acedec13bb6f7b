#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/api/zephyr.h"
#include "domain/stream/stream.h"

#include "files/attach.h"
#include "plan_next.h"
#include "select/selection.h"
#include "source.h"

/* SQL to copy the rows of a table, a page at a time; the first column is where the
   next page begins.  ?1 project, ?2 that column. */
struct plan_table {
	const char	*read, *write;
	const char	*types;		/* a letter for each column: s or i */
};

#define PLAN_PAGE	" LIMIT 500"
/* A table of which a pass needs key, place and hash of each row. */
#define PLAN_KEYED(table)						\
	{ "SELECT key, num, id, folder_id, head_hash, pass_seen,"	\
	    " pass_changed FROM " table " WHERE project = ?1 AND key > ?2" \
	    " ORDER BY key" PLAN_PAGE,					\
	    "INSERT INTO " table " (project, key, num, id, folder_id,"	\
	    " head_hash, pass_seen, pass_changed, name, head)"		\
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, '', '')", "siiisii" }

static const struct plan_table tables[] = {
	{ "SELECT key, id, jira_id, source, line FROM project WHERE key = ?1"
	    " AND key > ?2 ORDER BY key" PLAN_PAGE,
	    "INSERT INTO project (key, id, jira_id, source, line)"
	    " SELECT ?2, ?3, ?4, ?5, ?6 WHERE ?1 = ?2", "siiss" },
	/* an open pass counts as read so far */
	{ "SELECT n, opened_at, since FROM pass WHERE project = ?1"
	    " AND n > ?2 ORDER BY n" PLAN_PAGE,
	    "INSERT INTO pass (project, n, opened_at, since, sealed_at, state)"
	    " VALUES (?1, ?2, ?3, ?4, ?3, 'sealed')", "iis" },
	/* which forms of a list and which parameters the server knows */
	{ "SELECT scope, cursor, seen, total, state, at FROM checkpoint"
	    " WHERE project = ?1 AND pass = 0 AND stage = 'extract'"
	    " AND (scope LIKE 'nextgen:%' OR scope LIKE 'updated:%')"
	    " AND scope > ?2 ORDER BY scope" PLAN_PAGE,
	    "INSERT INTO checkpoint (project, scope, cursor, seen, total,"
	    " state, at, pass, stage)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, 0, 'extract')", "ssiisi" },
	{ "SELECT id, kind, parent_id, idx, name, head_hash, pass_seen,"
	    " pass_changed FROM folder WHERE project = ?1 AND id > ?2"
	    " ORDER BY id" PLAN_PAGE,
	    "INSERT INTO folder (project, id, kind, parent_id, idx, name,"
	    " head_hash, pass_seen, pass_changed, head)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, '')", "isiissii" },
	{ "SELECT key, num, id, folder_id, state, head_hash, row_hash, route,"
	    " script_pass, pass_seen, pass_changed FROM test_case"
	    " WHERE project = ?1 AND key > ?2 ORDER BY key" PLAN_PAGE,
	    "INSERT INTO test_case (project, key, num, id, folder_id, state,"
	    " head_hash, row_hash, route, script_pass, pass_seen,"
	    " pass_changed, name, head) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7,"
	    " ?8, ?9, ?10, ?11, ?12, '', '')", "siiissssiii" },
	PLAN_KEYED("test_plan"),
	PLAN_KEYED("test_cycle"),
	{ "SELECT id, key, head_hash, row_hash, script_pass,"
	    " CASE WHEN step_slots IS NOT NULL THEN '' END, pass_seen, pass_changed, end_ms"
	    " FROM test_execution WHERE project = ?1 AND id > ?2"
	    " ORDER BY id" PLAN_PAGE,
	    "INSERT INTO test_execution (project, id, key, head_hash, row_hash,"
	    " script_pass, step_slots, pass_seen, pass_changed, end_ms, head)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, '')", "isssisiii" },
};

enum { PLAN_COLUMNS = 12 };

struct plan_copy {
	struct db	*from;
	const char	*project;
	const struct plan_table *table;
	char		*after;		/* the first column of the last row */
	int64_t		 after_id;
	int		 rows;		/* of the last page */
};

/* Put the row of q into db. */
static int
plan_copy_row(struct plan_copy *c, struct db *db, struct db_query *q,
    struct err *e)
{
	struct db_val v[1 + PLAN_COLUMNS] = {
		{ .type = 's', .s = c->project, .len = strlen(c->project) } };
	int i, n = (int)strlen(c->table->types);

	for (i = 0; i < n; i++) {
		if (db_null(q, i))
			continue;
		v[1 + i].type = c->table->types[i];
		if (v[1 + i].type == 'i') {
			v[1 + i].i = db_int(q, i);
		} else {
			v[1 + i].s = db_str(q, i);
			v[1 + i].len = db_len(q, i);
		}
	}
	return db_exec_vals(db, e, c->table->write, v, 1 + n) == -1 ? -1 : 0;
}

static int
plan_copy_page(struct db *db, void *arg, struct err *e)
{
	struct plan_copy *c = arg;
	int by_id = c->table->types[0] == 'i', rc = 0;
	struct db_query q;

	c->rows = 0;
	if (by_id)
		db_query(&q, c->from, c->table->read, "si", c->project,
		    c->after_id);
	else
		db_query(&q, c->from, c->table->read, "ss", c->project,
		    c->after);
	while (rc == 0 && db_row(&q)) {
		c->rows++;
		if (by_id) {
			c->after_id = db_int(&q, 0);
		} else {
			free(c->after);
			c->after = mem_dup(db_str(&q, 0));
		}
		rc = plan_copy_row(c, db, &q, e);
	}
	return db_done(&q, rc == -1 ? NULL : e) == -1 ? -1 : rc;
}

int
plan_next_copy(struct db *from, struct db *to, const char *project,
    struct err *e)
{
	struct plan_copy c = { .from = from, .project = project };
	size_t i;
	int rc = 0;

	for (i = 0; i < sizeof(tables) / sizeof(tables[0]) && rc == 0; i++) {
		c.table = &tables[i];
		c.after = mem_dup("");
		c.after_id = -1;
		do
			rc = db_tx(to, plan_copy_page, &c, e);
		while (rc == 0 && c.rows > 0);
		free(c.after);
	}
	return rc;
}

int
plan_next_mark(struct db *db, struct err *e)
{
	return db_script(db,
	    "CREATE TABLE plan_known AS"
	    " SELECT 'test_cases' stream, key FROM test_case"
	    " WHERE state = 'listed'"
	    " UNION ALL SELECT 'folders', id FROM folder"
	    " UNION ALL SELECT 'test_plans', key FROM test_plan"
	    " UNION ALL SELECT 'test_cycles', key FROM test_cycle"
	    " UNION ALL SELECT 'test_executions', id FROM test_execution;"
	    "CREATE UNIQUE INDEX plan_known_key ON plan_known (stream, key);"
	    "CREATE TABLE plan_unread AS"
	    " SELECT 'test_cases' stream, key FROM test_case"
	    " WHERE script_pass IS NULL"
	    " UNION ALL SELECT 'test_executions', id FROM test_execution"
	    " WHERE script_pass IS NULL;"
	    "CREATE UNIQUE INDEX plan_unread_key ON plan_unread (stream, key)",
	    e);
}

/* The counts of one stream. */
struct plan_count {
	int64_t	 all, fresh, changed, gone, to_read, files;
};

/*
 * known: the row's key in plan_known.  read: SQL, true when the row's details are
 * still to be read.  A row is changed when its list row is, or when its details are to
 * be read again.  has: SQL, true when the files of the row are read.  ?1 project, ?2 the
 * new pass, ?3 the last sealed pass, ?4 1 if the files of all rows are read again, ?5 1 for
 * --attachments all.
 */
#define PLAN_COUNT(name, table, known, read, has)			\
	{ name, "SELECT coalesce(sum(seen), 0), coalesce(sum(seen AND NOT had), 0)," \
	    " coalesce(sum(seen AND had AND (moved OR (todo AND NOT late))), 0)," \
	    " coalesce(sum(NOT seen AND had AND pass_seen >= ?3), 0),"	\
	    " coalesce(sum(seen AND todo), 0), coalesce(sum(seen AND has"		\
	    " AND (?4 = 1 OR NOT had OR moved OR (todo AND NOT late))), 0)" \
	    " FROM (SELECT " has " has, pass_seen, pass_seen = ?2 seen,"		\
	    " pass_changed = ?2 moved, " read " todo,"			\
	    " EXISTS (SELECT 1 FROM plan_known k WHERE k.stream = '" name "'" \
	    " AND k.key = o." known ") had,"				\
	    " EXISTS (SELECT 1 FROM plan_unread k WHERE k.stream = '" name "'" \
	    " AND k.key = o." known ") late"				\
	    " FROM " table " o WHERE project = ?1)" }

static const struct {
	const char	*name, *sql;
} counts[STREAM_COUNT] = {
	[STREAM_FOLDERS] = PLAN_COUNT("folders", "folder", "id", "0", "?5 < 0"),
	[STREAM_CASES] = PLAN_COUNT("test_cases", "test_case", "key",
	    "(script_pass IS NULL AND state = 'listed')", "?5 >= 0"),
	[STREAM_PLANS] = PLAN_COUNT("test_plans", "test_plan", "key", "0", "?5 >= 0"),
	[STREAM_CYCLES] = PLAN_COUNT("test_cycles", "test_cycle", "key", "0",
	    "?5 >= 0"),
	[STREAM_EXECUTIONS] = PLAN_COUNT("test_executions", "test_execution",
	    "id", "script_pass IS NULL", "(end_ms <> 0 OR ?5 = 1)"),
};

static int
plan_next_count(const struct plan *plan, enum stream s, int64_t sealed,
    struct plan_count *n, struct err *e)
{
	struct db_query q;

	*n = (struct plan_count){ 0 };
	db_query(&q, plan->src->db, counts[s].sql, "siiii", plan->src->st.project,
	    plan->src->st.pass, sealed, (int64_t)plan->deep,
	    (int64_t)(attach_depth(plan->depth) == ATTACH_ALL));
	if (db_row(&q))
		*n = (struct plan_count){ db_int(&q, 0), db_int(&q, 1),
		    db_int(&q, 2), db_int(&q, 3), db_int(&q, 4), db_int(&q, 5) };
	return db_done(&q, e);
}

/* Print how many requests the pass would send; n: the counts of each stream. */
static void
plan_next_requests(const struct plan *plan, const struct plan_count *n)
{
	enum attach_depth depth = attach_depth(plan->depth);
	int64_t lists = api_requests(zephyr_api(plan->src->z)), files = 0, old = 0;
	int s;

	for (s = STREAM_CASES; s < STREAM_COUNT; s++)
		if (depth >= (s == STREAM_CASES ? ATTACH_CASES :
		    ATTACH_ENTITIES) && plan->selection->writes[s])
			files += n[s].files;
	if (plan->versions && plan->selection->writes[STREAM_CASES])
		old = plan->deep ? n[STREAM_CASES].all :
		    n[STREAM_CASES].fresh + n[STREAM_CASES].changed;
	printf("requests         %10" PRId64 "  lists (sent by this plan already)\n",
	    lists);
	printf("                 %10" PRId64 "  scripts, at least\n",
	    n[STREAM_CASES].to_read);
	printf("                 %10" PRId64 "  step results\n",
	    n[STREAM_EXECUTIONS].to_read);
	printf("                 %10" PRId64 "  lists of files%s\n", files,
	    files > 0 ? ", plus one per file" : "");
	if (plan->versions)
		printf("                 %10" PRId64 "  lists of versions, plus one per old "
		    "version\n", old);
	printf("                 %10" PRId64 "  in total, in pass %" PRId64 " of %s\n",
	    lists + n[STREAM_CASES].to_read +
	    n[STREAM_EXECUTIONS].to_read + files + old, plan->src->st.pass,
	    plan->src->st.project);
}

int
plan_next_print(const struct plan *plan, struct err *e)
{
	struct plan_count n[STREAM_COUNT] = { { 0 } };
	int64_t sealed;
	int s;

	if (db_one(plan->src->db, &sealed, 0, e, "SELECT max(n) FROM pass"
	    " WHERE project = ?1 AND n < ?2", "si", plan->src->st.project,
	    plan->src->st.pass) == -1)
		return -1;
	printf("since pass %-5" PRId64 "  in Zephyr        new    changed"
	    "       gone\n", sealed);
	for (s = 0; s < STREAM_COUNT; s++) {
		if (!plan->selection->writes[s])
			continue;
		if (plan_next_count(plan, (enum stream)s, sealed, &n[s], e) == -1)
			return -1;
		printf("%-16s %10" PRId64 " %10" PRId64 " %10" PRId64 " %10"
		    PRId64 "\n", counts[s].name, n[s].all, n[s].fresh,
		    n[s].changed, n[s].gone);
	}
	plan_next_requests(plan, n);
	return 0;
}
