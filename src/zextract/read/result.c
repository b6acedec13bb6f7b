#include <inttypes.h>
#include <stdlib.h>

#include "domain/api/zephyr.h"
#include "domain/store/store_run.h"
#include "domain/stream/stream.h"
#include "io/json/json.h"

#include "list/list.h"
#include "list/names_ask.h"
#include "list/odd.h"
#include "read/result_row.h"
#include "read/result.h"
#include "read/step_pages.h"
#include "read/unread.h"
#include "request.h"
#include "source.h"
#include "todo.h"
#include "select/selection.h"

/*
 * Reads step results of executions.  Their canonical text is stored with "step":null,
 * since the steps of the case may be read later.  Column step_slots has a line "NUMBER
 * ROW PLACE TEXT" for each result, in their order, from which the step is found when
 * the record is written.  ROW is the data row, or -1; PLACE counts the results of the
 * data row; TEXT is a fingerprint.  NUMBER is not used, since earlier versions stored
 * something else there.
 */
static const char what[] = "results";

static int
result_ready(const struct reading *reading, const struct todo *t)
{
	(void)t;
	return list_done(&reading->lists->v[LIST_EXECUTIONS]);
}

static int
result_page(struct reading *reading, struct todo *t, struct err *e)
{
	const struct source *src = reading->src;
	struct db_query q;

	db_query(&q, src->db, "SELECT CAST(id AS TEXT), id, 0, 0,"
	    " CASE WHEN results IS NULL THEN 0 ELSE 1 END"
	    " FROM test_execution o WHERE project = ?1"
	    " AND script_pass IS NULL AND" SELECTED("test_executions",
	    "CAST(o.id AS TEXT)", "?4", "pass_seen = ?2") " AND id > ?3"
	    " ORDER BY o.id LIMIT 64", "siii", src->st.project, src->st.pass,
	    t->last.id, selection_read_grade(reading->selection, STREAM_EXECUTIONS));
	return todo_add_rows(t, &q, 5, e);
}

static int
result_request(struct reading *reading, const struct todo_row *r, struct request **out,
    struct err *e)
{
	struct steps_cursor c = { 0, STEPS_PAGE };
	struct buf b = { 0 };

	if (r->partial && step_pages_left(&reading->src->at, what, r->key, &c, e) == -1)
		return -1;
	buf_printf(&b, "/testexecutions/%" PRId64 "/teststeps", r->id);
	*out = step_pages_request(reading, &result_reader, &b, r->key, &c);
	(*out)->id = r->id;
	(*out)->accept = ZEPHYR_ACCEPT_LAST;
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
	db_query(&q, a->src->db, "SELECT results, step_slots FROM test_execution"
	    " WHERE project = ?1 AND id = ?2", "si", a->src->st.project, a->id);
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
		results_add(a->reading->names, &r, &step, a->start + i + 1);
		json_free(&step);
	}
	buf_putc(out, ']');
	free(r.counts);
	if (names_report(a->reading->names, a->src, e) == -1) {
		odd_free(&r.odd);
		return -1;
	}
	if (a->start > 0 && r.odd.n == 0)
		return 0;
	return odd_report(&r.odd, &a->src->finding, STREAM_EXECUTIONS, a->key, a->start > 0 ?
	    "results-shape-more" : "results-shape", e);
}

static int
result_page_put(struct request *a, const struct zephyr_page *p, struct err *e)
{
	struct buf b = { 0 }, slots = { 0 };
	struct steps_cursor c;
	enum steps_move move = step_pages_move(a, p, &c, e);
	int rc;

	if (move == STEPS_FAILED || move == STEPS_AGAIN)
		return move == STEPS_FAILED ? -1 : 0;
	rc = results_put(a, p, &b, &slots, e);
	if (rc == 0)
		rc = move == STEPS_LAST ? store_results(&a->src->st, a->id, b.s, b.len,
		    buf_str(&slots), NULL, e) : store_results_part(&a->src->st, a->id, b.s,
		    b.len, buf_str(&slots), e);
	if (rc == 0)
		rc = step_pages_save(a, what, move, &c, e);
	buf_free(&b);
	buf_free(&slots);
	return rc;
}

/* Store that an execution has no results; unread is the reason why they could not be
   read, or NULL. */
static int
result_none_put(struct request *a, const char *unread, struct err *e)
{
	if (a->start > 0 && step_pages_forget(&a->src->at, what, a->key, e) == -1)
		return -1;
	return store_results(&a->src->st, a->id, "[]", 2, "", unread, e);
}

static int
result_answer_store(struct request *a, struct err *e)
{
	if (a->status == 404 || a->status == 422) {
		if (finding_issue(&a->src->finding, "extract", STREAM_EXECUTIONS,
		    a->key, "results-missing", "warning", "Zephyr lists this execution but has no "
		    "step results for it", e) == -1)
			return -1;
		return result_none_put(a, NULL, e);
	}
	return request_page(a, result_page_put, e);
}

static int
result_store(struct request *a, struct err *e)
{
	return unread_store(a, STREAM_EXECUTIONS, "results-unread", result_answer_store,
	    result_none_put, e);
}

const struct reader result_reader = { .id = READ_RESULTS,
    .ready = result_ready, .page = result_page, .request = result_request,
    .store = result_store, .committed = unread_reader_committed };
