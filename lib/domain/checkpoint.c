#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "domain/checkpoint.h"

static void
checkpoint_copy(char *to, size_t size, const char *s)
{
	snprintf(to, size, "%s", s ? s : "");
}

int
checkpoint_get(const struct checkpoint_of *of, const char *scope,
    struct checkpoint *c, struct err *e)
{
	struct db_query q;
	int found = 0;

	*c = (struct checkpoint){ .total = -1 };
	db_query(&q, of->db, "SELECT cursor, seen, total, state FROM checkpoint"
	    " WHERE stage = ?1 AND project = ?2 AND pass = ?3 AND scope = ?4",
	    "ssis", of->stage, of->project, of->pass, scope);
	if (db_row(&q)) {
		found = 1;
		checkpoint_copy(c->cursor, sizeof(c->cursor), db_str(&q, 0));
		c->seen = db_int(&q, 1);
		c->total = db_null(&q, 2) ? -1 : db_int(&q, 2);
		checkpoint_copy(c->state, sizeof(c->state), db_str(&q, 3));
	}
	return db_done(&q, e) == -1 ? -1 : found;
}

#define PUT "INSERT INTO checkpoint"					\
	" (stage, project, pass, scope, cursor, seen, total, state, at)"	\
	" VALUES (?1, ?2, ?3, ?4, ?5, ?6, nullif(CAST(?7 AS BIGINT), -1), ?8, {now})" \
	" ON CONFLICT (stage, project, pass, scope) DO UPDATE SET"	\
	" cursor = excluded.cursor, seen = excluded.seen,"		\
	" total = excluded.total, state = excluded.state, at = excluded.at"

static int
checkpoint_write(const struct checkpoint_of *of, const char *sql, const char *scope,
    const char *cursor, int64_t seen, int64_t total, const char *state, struct err *e)
{
	return db_exec_async(of->db, e, sql, "ssissiis", of->stage, of->project, of->pass,
	    scope, cursor, seen, total, state);
}

int
checkpoint_put(const struct checkpoint_of *of, const char *scope,
    const struct checkpoint *c, struct err *e)
{
	return checkpoint_write(of, PUT, scope, c->cursor, c->seen, c->total, c->state, e);
}

int
checkpoint_put_text(const struct checkpoint_of *of, const char *scope, const char *text,
    int64_t seen, int64_t total, struct err *e)
{
	return checkpoint_write(of, PUT, scope, text, seen, total, "done", e);
}

int
checkpoint_drop(const struct checkpoint_of *of, const char *scope, struct err *e)
{
	return db_exec_async(of->db, e, "DELETE FROM checkpoint WHERE stage = ?1"
	    " AND project = ?2 AND pass = ?3 AND scope = ?4", "ssis",
	    of->stage, of->project, of->pass, scope);
}

int
checkpoint_drop_all(const struct checkpoint_of *of, const char *prefix, struct err *e)
{
	return db_exec_async(of->db, e, "DELETE FROM checkpoint WHERE stage = ?1"
	    " AND project = ?2 AND pass = ?3 AND substr(scope, 1, length(?4)) = ?4", "ssis",
	    of->stage, of->project, of->pass, prefix);
}

int
checkpoint_end(const struct checkpoint_of *of, enum stream s, const char *what,
    const char *map, const struct stream_count *c, struct err *e)
{
	static const char *const words[] = { [STREAM_COMPLETE] = "done",
	    [STREAM_PARTIAL] = "partial", [STREAM_UNPROVEN] = "unproven" };
	char *scope = mem_fmt("end:%s:%s", stream_name(s), what);
	int rc = checkpoint_write(of, PUT " WHERE checkpoint.state <> 'done'"
	    " OR excluded.state = 'done' OR checkpoint.cursor <> excluded.cursor", scope,
	    map, c->records, c->records + c->rejected, words[c->status], e);

	free(scope);
	return rc;
}

int
checkpoint_fields_put(const struct checkpoint_of *of, const char *map,
    const char *fields, struct err *e)
{
	const struct checkpoint_of any = { of->db, of->stage, of->project, 0 };
	char *scope = mem_fmt("fields:%s", map);
	int rc = checkpoint_put_text(&any, scope, fields, 0, -1, e);

	free(scope);
	return rc;
}

int
checkpoint_fields_get(struct db *db, const char *project, const char *map,
    char **fields, struct err *e)
{
	char *scope = mem_fmt("fields:%s", map);
	struct db_query q;
	int found = 0;

	db_query(&q, db, "SELECT cursor FROM checkpoint WHERE project = ?1"
	    " AND scope = ?2 AND stage IN ('zload', 'ztransform')"
	    " ORDER BY at DESC LIMIT 1", "ss", project, scope);
	if (db_row(&q) && db_str(&q, 0) != NULL) {
		*fields = mem_dup(db_str(&q, 0));
		found = 1;
	}
	free(scope);
	return db_done(&q, e) == -1 ? -1 : found;
}
