#include <inttypes.h>
#include <stdlib.h>

#include "base/mem.h"
#include "base/time.h"
#include "zdb.h"

static int
stats_tables(struct db *db, struct json *doc, struct err *e)
{
	struct names t = { 0 };
	struct json list = json_array(), one;
	char *sql;
	int64_t n;
	int i, rc;

	rc = tables_read(db, NULL, &t, e);
	for (i = 0; rc == 0 && i < t.n; i++) {
		sql = mem_fmt("SELECT count(*) FROM %s", t.v[i]);
		rc = db_one(db, &n, 0, e, sql, "");
		free(sql);
		one = json_object();
		json_set_str(&one, "name", t.v[i]);
		json_set_int(&one, "rows", n);
		json_push(&list, one);
	}
	tables_names_free(&t);
	json_set(doc, "tables", list);
	return rc;
}

static void
stats_set_time(struct json *o, const char *name, struct db_query *q, int col)
{
	char iso[TIME_MAX];

	if (!db_null(q, col))
		time_iso(db_int(q, col), iso);
	json_set_str(o, name, db_null(q, col) ? NULL : iso);
}

static int
stats_passes(struct db *db, struct json *doc, struct err *e)
{
	struct json list = json_array(), one;
	struct db_query q;

	db_query(&q, db, "SELECT project, n, state, opened_at, sealed_at"
	    " FROM pass ORDER BY project, n", "");
	while (db_row(&q)) {
		one = json_object();
		json_set_str(&one, "project", db_str(&q, 0));
		json_set_int(&one, "n", db_int(&q, 1));
		json_set_str(&one, "state", db_str(&q, 2));
		stats_set_time(&one, "opened", &q, 3);
		stats_set_time(&one, "sealed", &q, 4);
		json_push(&list, one);
	}
	json_set(doc, "passes", list);
	return db_done(&q, e);
}

/* The last twenty, the newest first. */
static int
stats_runs(struct db *db, struct json *doc, struct err *e)
{
	struct json list = json_array(), one;
	struct db_query q;

	db_query(&q, db, "SELECT id, tool, project, target, started_at,"
	    " ended_at, status, error FROM run ORDER BY started_at DESC, job"
	    " LIMIT 20", "");
	while (db_row(&q)) {
		one = json_object();
		json_set_str(&one, "id", db_str(&q, 0));
		json_set_str(&one, "tool", db_str(&q, 1));
		json_set_str(&one, "project", db_str(&q, 2));
		json_set_str(&one, "target", db_str(&q, 3));
		stats_set_time(&one, "started", &q, 4);
		stats_set_time(&one, "ended", &q, 5);
		json_set(&one, "status", db_null(&q, 6) ? json_null() :
		    json_number((double)db_int(&q, 6)));
		json_set_str(&one, "error", db_str(&q, 7));
		json_push(&list, one);
	}
	json_set(doc, "runs", list);
	return db_done(&q, e);
}

int
stats_read(struct db *db, struct json *doc, struct err *e)
{
	int64_t schema, size;

	*doc = json_object();
	json_set_str(doc, "database", db_where(db));
	if (db_one(db, &schema, 0, e,
	    "SELECT max(version) FROM schema_version", "") == -1 ||
	    db_one(db, &size, 0, e, db_kind(db) == DB_PG ?
	    "SELECT pg_database_size(current_database())" :
	    "SELECT page_count * page_size FROM pragma_page_count,"
	    " pragma_page_size", "") == -1)
		return -1;
	json_set_int(doc, "schema", schema);
	json_set_int(doc, "size", size);
	return stats_tables(db, doc, e) == -1 || stats_passes(db, doc, e) == -1 ||
	    stats_runs(db, doc, e) == -1 ? -1 : 0;
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
	char status[24] = "-";

	if (json_type(r, "status") == JSON_NUM)
		snprintf(status, sizeof(status), "%" PRId64,
		    json_int(r, "status", 0));
	buf_printf(b, "  %-12s %-10s %-12s %s  %-20s %3s%s%s\n", stats_word(r, "id"),
	    stats_word(r, "tool"), stats_word(r, "project"), stats_word(r, "started"),
	    stats_word(r, "ended"), status, json_str(r, "error") ? "  " : "",
	    json_str(r, "error") ? json_str(r, "error") : "");
}

static void
stats_section(const struct json *doc, const char *name, const char *title,
    void (*line)(const struct json *, struct buf *), struct buf *b)
{
	struct json list = json_member(doc, name), one;
	int i, n = json_len(&list, "");

	buf_printf(b, "\n%s\n", title);
	if (n == 0)
		buf_puts(b, "  none\n");
	for (i = 0; i < n; i++) {
		one = json_at(&list, i);
		line(&one, b);
		json_free(&one);
	}
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
