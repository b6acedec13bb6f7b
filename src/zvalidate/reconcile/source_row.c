#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "reconcile/source.h"
#include "reconcile/source_row.h"

static void
source_row_folder(struct compare *c, struct found *f)
{
	struct db_query q;
	char want[64] = "", key[KEY_MAX] = "";

	db_query(&q, c->x->db, "SELECT name, parent_id, orphan FROM folder WHERE project = ?1"
	    " AND id = ?2", "si", c->x->project, (int64_t)strtoll(c->o.ekey + 7, NULL, 10));
	if (!db_row(&q)) {
		object_differs(&c->o, "row", c->o.ekey, "");
	} else {
		source_name(c, value_or_empty(db_str(&q, 0)), f);
		if (!db_null(&q, 1) && db_int(&q, 2) == 0)
			snprintf(want, sizeof(want), "folder:%lld", (long long)db_int(&q, 1));
		if (f->pkind >= 0)
			stage_key(c->stage, c->o.kind, f->parent, key);
		if (strcmp(want, key) != 0 && !(want[0] == '\0' && strcmp(key, "@root") == 0))
			object_differs(&c->o, "parent", want, key);
	}
	differences_query_end(c->o.to, &q);
}

/* Look for the day of a date of the source in HTML. */
static void
source_row_day(struct object *o, const char *what, const char *html, const char *date)
{
	char *s;

	if (date == NULL || strlen(date) < 10)
		return;
	s = mem_dupn(date, 10);
	source_words(o, what, html, s);
	free(s);
}

static void
source_row_head(struct compare *c, const struct json *head, const struct found *f)
{
	struct object *o = &c->o;
	struct buf b = { 0 };
	int release = o->kind == RELEASE;

	if (o->kind == SUITE)
		return;		/* its text is a property, compared as such */
	buf_puts(&b, value_text(&f->doc, "description"));
	source_words(o, "description", buf_str(&b), json_str(head, "description"));
	source_words(o, "objective", buf_str(&b), json_str(head, "objective"));
	buf_printf(&b, "<p>%s<p>%s", release ? value_text(&f->doc, "start_date") : "",
	    release ? value_text(&f->doc, "end_date") : "");
	source_row_day(o, "planned start", buf_str(&b), json_str(head, "plannedStartDate"));
	source_row_day(o, "planned end", buf_str(&b), json_str(head, "plannedEndDate"));
	source_words(o, "status", buf_str(&b), json_str(head, "status.name"));
	buf_free(&b);
}

void
source_row(struct compare *c, struct found *f)
{
	struct db_query q;
	struct json head = { 0 };

	if (!source_begin(&c->o) || c->o.ekey[0] == '@')
		return;
	if (strncmp(c->o.ekey, "folder:", 7) == 0) {
		source_row_folder(c, f);
		return;
	}
	if (c->o.kind == MODULE)
		return;
	db_query(&q, c->x->db, c->o.kind == RELEASE ?
	    "SELECT name, head FROM test_plan WHERE project = ?1 AND key = ?2" :
	    "SELECT name, head FROM test_cycle WHERE project = ?1 AND key = ?2", "ss",
	    c->x->project, c->o.ekey);
	if (!db_row(&q)) {
		object_differs(&c->o, "row", c->o.ekey, "");
	} else if (json_parse(&head, db_str(&q, 1), db_len(&q, 1), NULL, NULL) == 0) {
		source_name(c, value_or_empty(db_str(&q, 0)), f);
		source_row_head(c, &head, f);
	}
	differences_query_end(c->o.to, &q);
	json_free(&head);
}

static const int64_t YEAR_1 = -62135596800000;

static void
source_row_dates(struct object *o, const struct json *head, int64_t end_ms,
    const struct json *doc)
{
	char want[TIME_MAX];
	int64_t took = json_int(head, "executionTime", -1), a, b;

	/* a date without a time zone is compared by the map alone */
	if (time_parse(value_text(head, "actualEndDate"), &a) == -1)
		return;
	end_ms -= (end_ms % 1000 + 1000) % 1000;
	time_iso_offset(end_ms, want);
	compare_date(o, "end date", want, value_text(doc, "exe_end_date"));
	a = end_ms - (took > 0 ? took : 0);
	if (a < YEAR_1)		/* no such date: the start is the end */
		a = end_ms;
	time_iso_offset(a, want);
	if (time_parse(value_text(doc, "exe_start_date"), &b) == -1 || b < a - 1000 ||
	    b > a + 1000)
		object_differs(o, "start date", want, value_text(doc, "exe_start_date"));
}

/* Check that a status of the source is the same status of qTest in all logs. */
static void
source_row_status(struct compare *c, const struct json *head, const struct json *doc)
{
	const char *src = json_str(head, "testExecutionStatus.name");
	const char *dst = json_str(doc, "status.name");
	char before[KEY_MAX];

	if (src != NULL && dst != NULL && !stage_mapped(c->stage, src, dst, before))
		object_differs(&c->o, "status", before, dst);
}

static void
source_row_results(struct object *o, const char *script, size_t len, const struct json *doc)
{
	struct json v = { 0 }, one = { 0 }, *logs;
	struct buf b = { 0 };
	char what[64];
	int i, n;

	if (script == NULL || json_parse(&v, script, len, NULL, NULL) == -1)
		return;
	buf_puts(&b, value_text(doc, "note"));
	n = value_list(doc, "test_step_logs", &logs);
	for (i = 0; i < n; i++)
		buf_printf(&b, "<p>%s", value_text(&logs[i], "actual_result"));
	value_list_free(logs, n);
	for (i = 0; json_each(&v, &i, &one);) {
		snprintf(what, sizeof(what), "result %d", i);
		source_words(o, what, buf_str(&b), json_str(&one, "inline.actualResult"));
	}
	json_free(&v);
	buf_free(&b);
}

void
source_row_log(struct compare *c, struct found *f)
{
	struct db_query q;
	struct json head = { 0 };

	if (!source_begin(&c->o))
		return;
	db_query(&q, c->x->db, "SELECT head, end_ms, results FROM test_execution WHERE project = ?1"
	    " AND id = ?2", "si", c->x->project, (int64_t)strtoll(c->o.ekey + 2, NULL, 10));
	if (!db_row(&q)) {
		object_differs(&c->o, "row", c->o.ekey, "");
	} else if (json_parse(&head, db_str(&q, 0), db_len(&q, 0), NULL, NULL) == 0) {
		source_row_dates(&c->o, &head, db_int(&q, 1), &f->doc);
		source_row_status(c, &head, &f->doc);
		source_words(&c->o, "comment", value_text(&f->doc, "note"),
		    json_str(&head, "comment"));
		source_row_results(&c->o, db_str(&q, 2), db_len(&q, 2), &f->doc);
	}
	differences_query_end(c->o.to, &q);
	json_free(&head);
}
