#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "reconcile/reconcile_impl.h"

/* Source rows of folders, plans, cycles and executions; and is every source
   object represented at all? */

static void
reconcile_rows_source_folder(struct recon *r, struct found *f)
{
	struct db_query q;
	char want[64] = "", key[KEY_MAX] = "";

	db_query(&q, r->db, "SELECT name, parent_id, orphan FROM folder WHERE project = ?1"
	    " AND id = ?2", "si", r->project, (int64_t)strtoll(r->ekey + 7, NULL, 10));
	if (!db_row(&q)) {
		tell(r, "source row", r->ekey, "");
	} else {
		source_name(r, or_empty(db_str(&q, 0)), f);
		if (!db_null(&q, 1) && db_int(&q, 2) == 0)
			snprintf(want, sizeof(want), "folder:%lld", (long long)db_int(&q, 1));
		if (f->pkind[0] != '\0')
			stage_key(r, r->kind, f->parent, key);
		if (strcmp(want, key) != 0 && !(want[0] == '\0' && strcmp(key, "@root") == 0))
			tell(r, "source parent", want, key);
	}
	recon_end(r, &q);
}

/* A day of the source, where qTest keeps it as text. */
static void
reconcile_rows_day(struct recon *r, const char *what, const char *html, const char *date)
{
	char *s;

	if (date == NULL || strlen(date) < 10)
		return;
	s = mem_dupn(date, 10);
	source_words(r, what, html, s);
	free(s);
}

static void
reconcile_rows_source_head(struct recon *r, const struct json *head, const struct found *f)
{
	struct json hold = { 0 };
	struct buf b = { 0 };
	int release = r->kind == RELEASE;

	if (r->kind == SUITE)
		return;		/* its text is a property, compared as such */
	buf_puts(&b, or_empty(json_str(&f->doc, "description")));
	source_words(r, "description", buf_str(&b), json_str(head, "description"));
	source_words(r, "objective", buf_str(&b), json_str(head, "objective"));
	buf_puts(&b, "<p>");
	buf_puts(&b, release ? or_empty(json_str(&f->doc, "start_date")) : "");
	buf_puts(&b, "<p>");
	buf_puts(&b, release ? or_empty(json_str(&f->doc, "end_date")) : "");
	reconcile_rows_day(r, "planned start", buf_str(&b), json_str(head, "plannedStartDate"));
	reconcile_rows_day(r, "planned end", buf_str(&b), json_str(head, "plannedEndDate"));
	source_words(r, "status", buf_str(&b), json_str(head, "status.name"));
	json_free(&hold);
	buf_free(&b);
}

void
source_row(struct recon *r, const char *table, struct found *f)
{
	struct db_query q;
	struct json head = { 0 };

	if (r->odd > 0)
		return;
	if (strcmp(table, "folder") == 0) {
		reconcile_rows_source_folder(r, f);
		return;
	}
	if (strcmp(table, "test_plan") == 0)
		db_query(&q, r->db, "SELECT name, head FROM test_plan WHERE project = ?1"
		    " AND key = ?2", "ss", r->project, r->ekey);
	else
		db_query(&q, r->db, "SELECT name, head FROM test_cycle WHERE project = ?1"
		    " AND key = ?2", "ss", r->project, r->ekey);
	if (!db_row(&q)) {
		tell(r, "source row", r->ekey, "");
	} else if (json_parse(&head, db_str(&q, 1), db_len(&q, 1), NULL, NULL) == 0) {
		source_name(r, or_empty(db_str(&q, 0)), f);
		reconcile_rows_source_head(r, &head, f);
	}
	recon_end(r, &q);
	json_free(&head);
}

static const int64_t YEAR_1 = -62135596800000;

static void
reconcile_rows_source_dates(
    struct recon *r, const struct json *head, int64_t end_ms, const struct json *doc)
{
	char want[TIME_MAX];
	int64_t took = json_int(head, "executionTime", -1), a, b;

	/* without a time zone it is read as UTC, by the map alone */
	if (time_parse(or_empty(json_str(head, "actualEndDate")), &a) == -1)
		return;
	end_ms -= (end_ms % 1000 + 1000) % 1000;
	time_iso_offset(end_ms, want);
	same_date(r, "source end date", want, or_empty(json_str(doc, "exe_end_date")));
	a = end_ms - (took > 0 ? took : 0);
	if (a < YEAR_1)		/* no such date: the start is the end */
		a = end_ms;
	time_iso_offset(a, want);
	if (time_parse(or_empty(json_str(doc, "exe_start_date")), &b) == -1 || b < a - 1000 ||
	    b > a + 1000)
		tell(r, "source start date", want, or_empty(json_str(doc, "exe_start_date")));
}

/* One status of the source is one status of qTest, everywhere. */
static void
reconcile_rows_source_status(struct recon *r, const struct json *head, const struct json *doc)
{
	const char *src = json_str(head, "testExecutionStatus.name");
	const char *dst = json_str(doc, "status.name");
	char before[KEY_MAX];

	if (src != NULL && dst != NULL && !stage_mapped(r, src, dst, before))
		tell(r, "source status", before, dst);
}

static void
reconcile_rows_source_results(
    struct recon *r, const char *script, size_t len, const struct json *doc)
{
	struct json v = { 0 }, one, *logs;
	struct buf b = { 0 };
	char what[64];
	int i, n;

	if (script == NULL || json_parse(&v, script, len, NULL, NULL) == -1)
		return;
	buf_puts(&b, or_empty(json_str(doc, "note")));
	n = in_order(doc, "test_step_logs", &logs);
	for (i = 0; i < n; i++) {
		buf_puts(&b, "<p>");
		buf_puts(&b, or_empty(json_str(&logs[i], "actual_result")));
		json_free(&logs[i]);
	}
	free(logs);
	for (i = 0; i < json_len(&v, ""); i++) {
		one = json_at(&v, i);
		snprintf(what, sizeof(what), "result %d", i + 1);
		source_words(r, what, buf_str(&b), json_str(&one, "inline.actualResult"));
		json_free(&one);
	}
	json_free(&v);
	buf_free(&b);
}

void
source_log(struct recon *r, struct found *f)
{
	struct db_query q;
	struct json head = { 0 };

	if (r->odd > 0)
		return;
	db_query(&q, r->db, "SELECT head, end_ms, results FROM test_execution WHERE project = ?1"
	    " AND id = ?2", "si", r->project, (int64_t)strtoll(r->ekey + 2, NULL, 10));
	if (!db_row(&q)) {
		tell(r, "source row", r->ekey, "");
	} else if (json_parse(&head, db_str(&q, 0), db_len(&q, 0), NULL, NULL) == 0) {
		reconcile_rows_source_dates(r, &head, db_int(&q, 1), &f->doc);
		reconcile_rows_source_status(r, &head, &f->doc);
		source_words(r, "comment", or_empty(json_str(&f->doc, "note")),
		    json_str(&head, "comment"));
		reconcile_rows_source_results(r, db_str(&q, 2), db_len(&q, 2), &f->doc);
	}
	recon_end(r, &q);
	json_free(&head);
}
