#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/stream/stream.h"
#include "io/http/http.h"

#include "files/attach_owner.h"
#include "reading.h"
#include "select/selection.h"
#include "source.h"
#include "todo.h"

/* Selects the owners whose files are read: a table of kinds, and a page of owners. */

/* This is no join, since PostgreSQL has no statistics of a new table and would scan
   all of it for each owner. */
#define LIST(table, key, what)						\
	"(SELECT " what " FROM attachment_list l"			\
	" WHERE l.project = o.project AND l.stream = '" table "s'"	\
	" AND l.owner_key = " key " AND l.step_id = 0)"
#define OWNER(num, table, key, hash, read)				\
	"SELECT " num ", " key ", o." hash ", "				\
	LIST(table, key, "l.owner_hash")				\
	" FROM " table " o"						\
	" WHERE o.project = ?1 AND" SELECTED(table "s", key, "?6",	\
	"o.pass_seen = ?2" read)					\
	" AND coalesce(" LIST(table, key, "CASE WHEN l.owner_hash = o."	\
	hash " AND l.depth >= ?5 THEN 1 ELSE 0 END") ", 0) = 0"

static const char case_sql[] = OWNER("o.num", "test_case", "o.key",
    "row_hash", " AND o.script_pass IS NOT NULL")
    " AND o.state = 'listed' AND ?3 >= 0 AND o.key > ?4"
    " ORDER BY o.key LIMIT 64";
static const char plan_sql[] = OWNER("o.num", "test_plan", "o.key",
    "head_hash", "")
    " AND (o.num, o.key) > (?3, ?4) ORDER BY o.num, o.key LIMIT 64";
static const char cycle_sql[] = OWNER("o.num", "test_cycle", "o.key",
    "head_hash", "")
    " AND (o.num, o.key) > (?3, ?4) ORDER BY o.num, o.key LIMIT 64";
static const char run_sql[] = OWNER("o.id", "test_execution",
    "CAST(o.id AS TEXT)", "row_hash", " AND o.script_pass IS NOT NULL")
    " AND o.id > ?3 AND (o.end_ms <> 0 OR CAST(?4 AS TEXT) = 'all')"
    " ORDER BY o.id LIMIT 64";
static const char step_sql[] = "SELECT l.step_id, l.owner_key, '', NULL"
    " FROM attachment_list l WHERE l.project = ?1 AND l.stream = ?2"
    " AND l.pass_read IS NULL AND" SELECTED_OF("?2", "l.owner_key", "?5", "1 = 1")
    " AND (l.owner_key, l.step_id) > (?4, ?3)"
    " ORDER BY l.owner_key, l.step_id LIMIT 64";

#define KIND(stream, name, path, sql, depth, steps)			\
	{ stream, name, path, sql, depth, "attachments-unread" steps,	\
	    "attachments-unavailable" steps }

const struct attach_kind_of attach_kinds[ATTACH_KINDS] = {
	KIND(STREAM_CASES, "cases", "/testcases/", case_sql, ATTACH_CASES, ""),
	KIND(STREAM_PLANS, "plans", "/testplans/", plan_sql, ATTACH_ENTITIES, ""),
	KIND(STREAM_CYCLES, "cycles", "/testcycles/", cycle_sql, ATTACH_ENTITIES, ""),
	KIND(STREAM_EXECUTIONS, "executions", "/testexecutions/", run_sql, ATTACH_ENTITIES, ""),
	KIND(STREAM_CASES, "steps of cases", "/testcases/", step_sql, ATTACH_STEPS, "-steps"),
	KIND(STREAM_EXECUTIONS, "steps of executions", "/testexecutions/", step_sql,
	    ATTACH_STEPS, "-steps"),
};

char *
attach_path(enum stream stream, const char *owner, int64_t step, int64_t id)
{
	struct buf b = { 0 };
	int k;

	for (k = 0; attach_kinds[k].stream != stream; k++)
		continue;
	buf_puts(&b, attach_kinds[k].path);
	http_escape(&b, owner);
	if (step != 0)
		buf_printf(&b, "/teststeps/%" PRId64, step);
	buf_puts(&b, "/attachments");
	if (id != 0)
		buf_printf(&b, "/%" PRId64, id);
	return buf_take(&b, NULL);
}

int
attach_is_step(int kind)
{
	return kind >= ATTACH_CASE_STEP;
}

int
attach_page(struct attach *t, struct todo *todo, struct err *e)
{
	int kind = todo->kind;
	const struct attach_kind_of *k = &attach_kinds[kind];
	int64_t steps = t->depth >= ATTACH_STEPS &&
	    (kind == ATTACH_CASE || kind == ATTACH_RUN);
	const char *after = kind != ATTACH_RUN ? todo_after(todo) :
	    t->depth >= ATTACH_ALL ? "all" : "";
	struct todo_row *r;
	struct db_query q;

	if (attach_is_step(kind))
		db_query(&q, t->src->db, k->sql, "ssisi", t->src->st.project,
		    stream_name(k->stream), todo->last.num, after,
		    selection_read_grade(t->reading->selection, k->stream));
	else
		db_query(&q, t->src->db, k->sql, "siisii", t->src->st.project,
		    t->src->st.pass, todo->last.num, after, steps,
		    selection_read_grade(t->reading->selection, k->stream));
	while (db_row(&q) && (r = todo_add(todo)) != NULL) {
		r->num = db_int(&q, 0);
		r->key = mem_dup(db_str(&q, 1));
		r->hash = mem_dup(db_str(&q, 2));
		r->was_stored = !db_null(&q, 3);
		r->id = attach_is_step(kind) ? r->num : 0;
		r->listed = r->was_stored && strcmp(r->hash, db_str(&q, 3)) == 0;
	}
	return db_done(&q, e);
}
