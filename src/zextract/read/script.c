#include <inttypes.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/api/zephyr.h"
#include "domain/api/zephyr_page.h"
#include "domain/store/store_case.h"
#include "domain/stream/stream.h"
#include "io/http/http.h"
#include "io/json/json.h"
#include "io/json/json_out.h"

#include "list/list.h"
#include "list/odd.h"
#include "read/script.h"
#include "read/script_text.h"
#include "read/step.h"
#include "read/step_pages.h"
#include "read/unread.h"
#include "request.h"
#include "source.h"
#include "todo.h"
#include "select/selection.h"

/* Reads scripts of cases: pages of steps, or a text (zephyr-api.md 3.7). */

/* Make the request for a text, or for the page of steps at the cursor. */
static struct request *
script_request_new(struct reading *reading, const char *key, int is_text,
    const struct steps_cursor *c)
{
	struct buf b = { 0 };
	struct request *a;

	buf_puts(&b, "/testcases/");
	http_escape(&b, key);
	buf_puts(&b, is_text ? "/testscript" : "/teststeps");
	if (is_text) {
		a = request_new(reading, &script_reader, buf_take(&b, NULL));
		a->key = mem_dup(key);
	} else {
		a = step_pages_request(reading, &script_reader, &b, key, c);
	}
	a->accept = ZEPHYR_ACCEPT_LAST;
	a->is_text = is_text;
	return a;
}

static int
script_ready(const struct reading *reading, const struct todo *t)
{
	(void)t;
	return list_done(&reading->lists->v[LIST_CASES]);
}

static int
script_page(struct reading *reading, struct todo *t, struct err *e)
{
	const struct source *src = reading->src;
	struct db_query q;

	db_query(&q, src->db, "SELECT c.key, 0, c.num,"
	    " CASE WHEN s.whole IS NULL THEN 0 ELSE 1 END,"
	    " CASE WHEN s.whole = 0 THEN 1 ELSE 0 END,"
	    " CASE WHEN c.route = 'testscript' THEN 1 ELSE 0 END"
	    " FROM test_case c LEFT JOIN test_script s"
	    " ON s.project = c.project AND s.case_key = c.key"
	    " WHERE c.project = ?1 AND c.script_pass IS NULL AND"
	    SELECTED("test_cases", "c.key", "?5",
	    "c.state = 'listed' AND c.pass_seen = ?2")
	    " AND (c.num, c.key) > (?3, ?4)"
	    " ORDER BY c.num, c.key LIMIT 64", "siisi", src->st.project,
	    src->st.pass, t->last.num, todo_after(t),
	    (int64_t)(reading->selection->rows ? SEL_DEPENDENCY : SEL_ALL));
	return todo_add_rows(t, &q, 6, e);
}

static int
script_request(struct reading *reading, const struct todo_row *r, struct request **out,
    struct err *e)
{
	struct steps_cursor c = { 0, STEPS_PAGE };

	if (r->partial && !r->is_text &&
	    step_pages_left(&reading->src->at, SCRIPT_STEPS, r->key, &c, e) == -1)
		return -1;
	*out = script_request_new(reading, r->key, r->is_text, &c);
	(*out)->was_stored = r->was_stored;
	return 0;
}

/* Return the row of a step, which borrows of it.  A step with a call gets no texts,
   since results never match them. */
static struct store_step
script_step_row(const struct step *step, int64_t n)
{
	int own = step->called == NULL;

	return (struct store_step){
		.n = n, .id = json_int(&step->id, "", 0),
		.called = step->called,
		.description = own ? json_str(&step->in, "description") : NULL,
		.data = own ? json_str(&step->in, "testData") : NULL,
		.expected = own ? json_str(&step->in, "expectedResult") : NULL,
	};
}

/* Append the stored steps of earlier pages, without the closing bracket, and set
   *calls to the number of calls among them. */
static int
script_part_get(struct request *a, struct buf *out, int64_t *calls, struct err *e)
{
	struct db_query q;

	*calls = 0;
	if (a->start == 0) {
		buf_putc(out, '[');
		return 0;
	}
	/* not WHERE called_key IS NOT NULL, by which SQLite would scan all calls */
	db_query(&q, a->src->db, "SELECT script, (SELECT count(s.called_key)"
	    " FROM test_step s WHERE s.project = c.project"
	    " AND s.case_key = c.case_key) FROM test_script c"
	    " WHERE c.project = ?1 AND c.case_key = ?2 AND c.whole = 0", "ss",
	    a->src->st.project, a->key);
	if (db_row(&q) && !db_null(&q, 0) && db_len(&q, 0) > 1) {
		buf_add(out, db_str(&q, 0), db_len(&q, 0) - 1);
		*calls = db_int(&q, 1);
	}
	return db_done(&q, e);
}

static int
script_steps_put(struct request *a, const struct zephyr_page *p, struct buf *out,
    int64_t *calls, struct odd *odd, struct err *e)
{
	struct store_step rows[STORE_STEPS];
	struct step step[STORE_STEPS];
	int64_t at = a->start;
	int i, n = 0, rc = 0;

	if (a->start == 0 && (a->was_stored || a->tries > 0) &&
	    store_steps_clear(&a->src->st, a->key, e) == -1)
		return -1;
	for (i = 0; i < p->n && rc == 0; i++) {
		at++;
		step_open(&step[n], &p->rows, i, at, odd);
		if (at > 1)
			buf_putc(out, ',');
		step_put(out, &step[n], at);
		*calls += step[n].called != NULL;
		rows[n] = script_step_row(&step[n], at);
		if (++n < STORE_STEPS && i + 1 < p->n)
			continue;
		rc = store_steps(&a->src->st, a->key, rows, n, e);
		while (n > 0)
			step_close(&step[--n]);
	}
	buf_putc(out, ']');
	return rc;
}

static int
script_whole_put(struct request *a, const struct buf *steps, int64_t calls,
    struct err *e)
{
	struct buf b = { 0 };
	int rc;

	json_out_open(&b, NULL, '{');
	json_out_raw(&b, "steps", steps->s, steps->len);
	json_out_str(&b, "type", "steps");
	json_out_close(&b, '}');
	rc = store_script(&a->src->st, a->key, "steps", b.s, b.len, calls, e);
	buf_free(&b);
	return rc;
}

/* Store the script up to the page that answers a request. */
static int
script_pages_put(struct request *a, const struct zephyr_page *p, int is_whole,
    struct odd *odd, struct err *e)
{
	struct buf b = { 0 };
	int64_t calls;
	int rc = -1;

	if (script_part_get(a, &b, &calls, e) == 0 &&
	    script_steps_put(a, p, &b, &calls, odd, e) == 0)
		rc = is_whole ? script_whole_put(a, &b, calls, e) :
		    store_script_part(&a->src->st, a->key, b.s, b.len, e);
	buf_free(&b);
	return rc;
}

/* True when a page has no step, or one empty step, which means none. */
static int
script_is_empty(const struct zephyr_page *p)
{
	struct odd odd = { 0 };
	struct step first;
	int fake;

	if (p->n != 1)
		return p->n == 0;
	step_open(&first, &p->rows, 0, 1, &odd);
	odd_free(&odd);
	fake = step_fake(&first);
	step_close(&first);
	return fake;
}

/* Remove the finding of an earlier pass that the script is missing. */
static int
script_on_found(struct request *a, struct err *e)
{
	return !a->was_stored ? 0 : finding_forget(&a->src->finding, "extract",
	    STREAM_CASES, a->key, "script-missing", e);
}

static int
script_page_put(struct request *a, const struct zephyr_page *p, struct err *e)
{
	struct odd odd = { 0 };
	struct steps_cursor c;
	enum steps_move move = step_pages_move(a, p, &c, e);
	int rc = 0;

	if (move == STEPS_FAILED)
		return -1;
	odd_folded(&odd, &p->doc);
	if (move == STEPS_LAST && a->start == 0 && script_is_empty(p))
		rc = script_none(a, NULL, e);
	else if (move != STEPS_AGAIN && (rc = script_pages_put(a, p, move == STEPS_LAST, &odd,
	    e)) == 0)
		rc = step_pages_save(a, SCRIPT_STEPS, move, &c, e);
	if (rc == -1) {
		odd_free(&odd);
		return -1;
	}
	/* the finding of the first page stays when this page has none */
	if (a->start == 0 || odd.n > 0)
		rc = odd_report(&odd, &a->src->finding, STREAM_CASES, a->key,
		    a->start > 0 ? "script-shape-more" : "script-shape", e);
	return rc == -1 ? -1 : script_on_found(a, e);
}

/* Request the script as the other type, once. */
static int
script_other_route(struct request *a, struct err *e)
{
	const struct steps_cursor c = { 0, STEPS_PAGE };

	if (a->tried_other_route)
		return zephyr_refused(a->path, a->status, &a->body, e);
	a->more = script_request_new(a->reading, a->key, !a->is_text, &c);
	a->more->was_stored = a->was_stored;
	a->more->tries = a->tries;
	a->more->tried_other_route = 1;
	return 0;
}

/* Report a script that is not found: its case was deleted or archived meanwhile. */
static int
script_on_missing(struct request *a, struct err *e)
{
	if (finding_issue(&a->src->finding, "extract", STREAM_CASES, a->key,
	    "script-missing", "warning", "Zephyr lists this case but answers 404 for its script",
	    e) == -1)
		return -1;
	return script_none(a, "Zephyr answers 404 for it", e);
}

static int
script_text_put(struct request *a, const struct json *j, struct err *e)
{
	return script_on_found(a, e) == -1 ? -1 : script_text(a, j, e);
}

static int
script_answer_store(struct request *a, struct err *e)
{
	struct zephyr_page p;
	struct json j;
	int rc;

	if (a->status == 404)
		return script_on_missing(a, e);
	if (a->status == 422)
		return script_other_route(a, e);
	if (a->is_text || a->status != 200)
		return request_object(a, script_text_put, e);
	if (zephyr_page(&p, a->path, &a->body, e) == 0) {
		rc = script_page_put(a, &p, e);
		zephyr_page_free(&p);
		return rc;
	}
	/* older servers answer with an object that is no list */
	if (a->tried_other_route || zephyr_object(&j, a->path, &a->body, NULL) == -1)
		return -1;
	json_free(&j);
	return script_other_route(a, e);
}

static int
script_store(struct request *a, struct err *e)
{
	return unread_store(a, STREAM_CASES, "script-unread", script_answer_store, script_none, e);
}

const struct reader script_reader = { .id = READ_SCRIPTS,
    .ready = script_ready, .page = script_page, .request = script_request,
    .store = script_store, .committed = unread_reader_committed };
