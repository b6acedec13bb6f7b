#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "io/rows.h"
#include "stats.h"
#include "tables.h"

static int
stats_tables(struct db *db, struct json *doc, struct err *e)
{
	struct json list = json_array(), tables, one;
	char *sql;
	int64_t n;
	int i, rc;

	if (tables_read(db, NULL, &tables, e) == -1)
		return -1;
	for (i = 0, rc = 0; rc == 0 && i < json_len(&tables, ""); i++) {
		one = json_at(&tables, i);
		sql = mem_fmt("SELECT count(*) FROM %s", json_str(&one, "name"));
		rc = db_one(db, &n, 0, e, sql, "");
		free(sql);
		json_set_int(&one, "rows", n);
		json_push(&list, one);
	}
	json_free(&tables);
	json_set(doc, "tables", list);
	return rc;
}

int
stats_read(struct db *db, struct json *doc, struct err *e)
{
	struct db_query q;
	struct json rows;
	int64_t schema, size;

	*doc = json_object();
	json_set_str(doc, "database", db_where(db));
	if (db_one(db, &schema, 0, e,
	    "SELECT max(version) FROM schema_version", "") == -1 ||
	    db_one(db, &size, 0, e, db_kind(db) == DB_PG ?
	    "SELECT pg_database_size(current_database())" :
	    "SELECT page_count * page_size FROM pragma_page_count,"
	    " pragma_page_size", "") == -1 || stats_tables(db, doc, e) == -1)
		return -1;
	json_set_int(doc, "schema", schema);
	json_set_int(doc, "size", size);
	db_query(&q, db, "SELECT project, n, state, opened_at, sealed_at"
	    " FROM pass ORDER BY project, n", "");
	if (rows_read(&q, "project n:i state opened:t sealed:t", &rows, e) == -1)
		return -1;
	json_set(doc, "passes", rows);
	db_query(&q, db, "SELECT id, tool, project, target, started_at, ended_at, status, error"
	    " FROM run ORDER BY started_at DESC, job LIMIT 20", "");
	if (rows_read(&q, "id tool project target started:t ended:t status:i error", &rows,
	    e) == -1)
		return -1;
	json_set(doc, "runs", rows);
	return 0;
}

static const char *
stats_word(const struct json *o, const char *name)
{
	const char *s = json_str(o, name);

	return s ? s : "-";
}

static void
stats_table_text(const struct json *t, struct buf *b)
{
	buf_printf(b, "  %-20s %10" PRId64 "\n", stats_word(t, "name"),
	    json_int(t, "rows", 0));
}

static void
stats_pass_text(const struct json *p, struct buf *b)
{
	buf_printf(b, "  %-12s %4" PRId64 "  %-9s %s  %s\n", stats_word(p, "project"),
	    json_int(p, "n", 0), stats_word(p, "state"), stats_word(p, "opened"),
	    stats_word(p, "sealed"));
}

static void
stats_run_text(const struct json *r, struct buf *b)
{
	const char *error = json_str(r, "error");
	char status[24] = "-";

	if (json_type(r, "status") == JSON_NUM)
		snprintf(status, sizeof(status), "%" PRId64, json_int(r, "status", 0));
	buf_printf(b, "  %-12s %-10s %-12s %s  %-20s %3s%s%s\n", stats_word(r, "id"),
	    stats_word(r, "tool"), stats_word(r, "project"), stats_word(r, "started"),
	    stats_word(r, "ended"), status, error != NULL ? "  " : "", error != NULL ? error : "");
}

static void
stats_section(const struct json *doc, const char *name, const char *title,
    void (*line)(const struct json *, struct buf *), struct buf *b)
{
	struct json list = json_member(doc, name), one = { 0 };
	int i = 0;

	buf_printf(b, "\n%s\n", title);
	if (json_len(&list, "") == 0)
		buf_puts(b, "  none\n");
	while (json_each(&list, &i, &one))
		line(&one, b);
	json_free(&list);
}

void
stats_text(const struct json *doc, struct buf *b)
{
	buf_printf(b, "%s\nschema %" PRId64 ", %.1f MB\n",
	    stats_word(doc, "database"), json_int(doc, "schema", 0),
	    json_num(doc, "size", 0) / 1e6);
	stats_section(doc, "tables", "rows", stats_table_text, b);
	stats_section(doc, "passes", "passes (project, number, state, opened, sealed)",
	    stats_pass_text, b);
	stats_section(doc, "runs", "last runs (id, tool, project, started, ended,"
	    " status)", stats_run_text, b);
}
