#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/api/zephyr.h"
#include "domain/stream/stream.h"
#include "io/json/json.h"

#include "extract.h"
#include "list/list.h"
#include "list/names.h"
#include "list/odd.h"
#include "read/result_row.h"
#include "read/script.h"
#include "read/step_pages.h"
#include "read/unread.h"
#include "reader.h"
#include "request.h"
#include "select/selection.h"

/*
 * Step results of executions.  Their canonical text is stored with
 * "step":null, since the steps of the case may be read later.  Marks hold what
 * is needed to find the step of each result when the record is written, in the
 * order of the results: a line "NUMBER ROW PLACE TEXT".  ROW is the data row, or
 * -1; PLACE counts the results of the data row; TEXT is a fingerprint.  Earlier
 * versions stored something else for NUMBER, so nobody reads it.
 */
static const char what[] = "results";

static struct request *
result_request_new(struct extract *x, int64_t id, const char *key,
    const struct steps_cursor *c)
{
	struct buf b = { 0 };
	struct request *a;

	buf_printf(&b, "/testexecutions/%" PRId64 "/teststeps", id);
	a = request_new(x, &result_reader, step_pages_path(&b, c));
	a->id = id;
	a->key = mem_dup(key);
	a->accept = ZEPHYR_ACCEPT_LAST;
	a->start = c->start;
	a->size = c->size;
	return a;
}

static int
result_ready(const struct extract *x, const struct todo *t)
{
	(void)t;
	return list_done(&x->lists[LIST_EXECUTIONS]);
}

static int
result_page(struct extract *x, struct todo *t, struct err *e)
{
	struct db_query q;
	struct todo_row *r;

	db_query(&q, x->db, "SELECT id, CASE WHEN results IS NULL THEN 0"
	    " ELSE 1 END FROM test_execution o WHERE project = ?1"
	    " AND script_pass IS NULL AND" SELECTED("test_executions",
	    "CAST(o.id AS TEXT)", "?4", "pass_seen = ?2") " AND id > ?3"
	    " ORDER BY id LIMIT 64", "siii", x->st.project, x->st.pass,
	    t->last.id, selection_read_grade(x, STREAM_EXECUTIONS));
	while (db_row(&q) && (r = todo_add(t)) != NULL) {
		r->id = db_int(&q, 0);
		r->key = mem_fmt("%" PRId64, r->id);
		r->partial = (int)db_int(&q, 1);
	}
	return db_done(&q, e);
}

static int
result_request(struct extract *x, const struct todo *t, const struct todo_row *r,
    struct request **out, struct err *e)
{
	struct steps_cursor c = { 0, STEPS_PAGE };

	(void)t;
	if (r->partial && step_pages_left(x, what, r->key, &c, e) == -1)
		return -1;
	*out = result_request_new(x, r->id, r->key, &c);
	return 0;
}

static int
result_part_get(struct request *a, struct buf *out, struct buf *slots, struct err *e)
{
	struct db_query q;

	if (a->start == 0) {
		buf_putc(out, '[');
		return 0;
	}
	db_query(&q, a->x->db, "SELECT results, step_slots FROM test_execution"
	    " WHERE project = ?1 AND id = ?2", "si", a->x->st.project, a->id);
	if (db_row(&q) && !db_null(&q, 0) && db_len(&q, 0) > 1) {
		buf_add(out, db_str(&q, 0), db_len(&q, 0) - 1);
		if (!db_null(&q, 1))
			buf_puts(slots, db_str(&q, 1));
	}
	return db_done(&q, e);
}

static int
results_put(struct request *a, const struct zephyr_page *p, struct buf *out,
    struct buf *slots, struct err *e)
{
	struct results r = { .out = out, .slots = slots };
	struct json step;
	int i;

	if (result_part_get(a, out, slots, e) == -1)
		return -1;
	results_count(&r, buf_str(slots));
	odd_folded(&r.odd, &p->doc);
	for (i = 0; i < p->n; i++) {
		step = json_at(&p->rows, i);
		if (i > 0 || a->start > 0)
			buf_putc(out, ',');
		results_add(a->x, &r, &step, a->start + i + 1);
		json_free(&step);
	}
	buf_putc(out, ']');
	free(r.counts);
	if (names_report(a->x, e) == -1) {
		odd_free(&r.odd);
		return -1;
	}
	if (a->start > 0 && r.odd.n == 0)
		return 0;
	return odd_report(&r.odd, a->x, STREAM_EXECUTIONS, a->key, a->start > 0 ?
	    "results-shape-more" : "results-shape", e);
}

static int
result_page_put(struct request *a, const struct zephyr_page *p, struct err *e)
{
	struct steps_cursor c = { a->start, a->size };
	struct buf b = { 0 }, slots = { 0 };
	struct extract *x = a->x;
	int last, anew, rc = 0;

	if ((last = step_pages_move(a, p, a->start, &c, &anew, e)) == -1)
		return -1;
	if (anew)
		c.start = 0;
	if (anew || !last) {
		a->more = result_request_new(x, a->id, a->key, &c);
		a->more->tries = a->tries + anew;
	}
	if (!anew)
		rc = results_put(a, p, &b, &slots, e);
	if (rc == 0 && !anew && last)
		rc = store_results(&x->st, a->id, b.s, b.len, buf_str(&slots),
		    NULL, e);
	if (rc == 0 && !last)
		rc = store_results_part(&x->st, a->id, b.s, b.len,
		    buf_str(&slots), e);
	if (rc == 0 && !last)
		rc = step_pages_save(x, what, a->key, &c, e);
	if (rc == 0 && last && !anew && a->start > 0)
		rc = step_pages_forget(x, what, a->key, e);
	buf_free(&b);
	buf_free(&slots);
	return rc;
}

/* Store that there are no results, or (unread) why they could not be read. */
static int
result_none_put(struct request *a, const char *unread, struct err *e)
{
	if (a->start > 0 && step_pages_forget(a->x, what, a->key, e) == -1)
		return -1;
	return store_results(&a->x->st, a->id, "[]", 2, "", unread, e);
}

static int
result_answer_store(struct request *a, struct err *e)
{
	struct zephyr_page p;
	int rc;

	if (a->status == 404 || a->status == 422) {
		if (finding_issue(&a->x->finding, "extract", STREAM_EXECUTIONS,
		    a->key, "results-missing", "warning", "Zephyr lists this execution but has no "
		    "step results for it", e) == -1)
			return -1;
		return result_none_put(a, NULL, e);
	}
	if (a->status != 200)
		return zephyr_refused(a->path, a->status, &a->body, e);
	if (zephyr_page(&p, a->path, &a->body, e) == -1)
		return -1;
	rc = result_page_put(a, &p, e);
	zephyr_page_free(&p);
	return rc;
}

static int
result_store(struct request *a, struct err *e)
{
	static const char rule[] = "results-unread";
	struct err why = { 0 };
	char words[64];
	int rc;

	if (result_answer_store(a, &why) == 0)
		return a->more != NULL ? 0 :
		    unread_forget(a, STREAM_EXECUTIONS, a->key, rule, e);
	if ((rc = unread_put(a, STREAM_EXECUTIONS, a->key, rule, &why, e)) != 1)
		return rc;
	return result_none_put(a, unread_words(a, words), e);
}

const struct reader result_reader = { .name = "step results", .id = READ_RESULTS,
    .ready = result_ready, .page = result_page, .request = result_request,
    .store = result_store, .committed = unread_reader_committed };
