#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/api/zephyr.h"
#include "domain/stream/stream.h"
#include "io/http/http.h"
#include "io/json/json.h"
#include "io/json/json_out.h"

#include "extract.h"
#include "list/list.h"
#include "list/odd.h"
#include "read/script.h"
#include "read/step.h"
#include "read/step_pages.h"
#include "read/unread.h"
#include "reader.h"
#include "request.h"
#include "select/selection.h"

/* Scripts of cases: steps by pages, or a text (zephyr-api.md 3.7). */

static struct request *
script_request_new(struct extract *x, const char *key, int plain,
    const struct steps_cursor *c)
{
	struct buf b = { 0 };
	struct request *a;

	buf_puts(&b, "/testcases/");
	http_escape(&b, key);
	buf_puts(&b, plain ? "/testscript" : "/teststeps");
	a = request_new(x, &script_reader,
	    plain ? buf_take(&b, NULL) : step_pages_path(&b, c));
	a->key = mem_dup(key);
	a->accept = ZEPHYR_ACCEPT_LAST;
	a->is_text = plain;
	a->start = c->start;
	a->size = c->size;
	return a;
}

static int
script_ready(const struct extract *x, const struct todo *t)
{
	(void)t;
	return list_done(&x->lists[LIST_CASES]);
}

static int
script_page(struct extract *x, struct todo *t, struct err *e)
{
	struct db_query q;
	struct todo_row *r;

	db_query(&q, x->db, "SELECT c.num, c.key, c.route,"
	    " CASE WHEN s.whole IS NULL THEN 0 ELSE 1 END,"
	    " CASE WHEN s.whole = 0 THEN 1 ELSE 0 END"
	    " FROM test_case c LEFT JOIN test_script s"
	    " ON s.project = c.project AND s.case_key = c.key"
	    " WHERE c.project = ?1 AND c.script_pass IS NULL AND"
	    SELECTED("test_cases", "c.key", "?5",
	    "c.state = 'listed' AND c.pass_seen = ?2")
	    " AND (c.num, c.key) > (?3, ?4)"
	    " ORDER BY c.num, c.key LIMIT 64", "siisi", x->st.project,
	    x->st.pass, t->last.num, todo_after(t),
	    (int64_t)(x->selection->rows ? SEL_DEPENDENCY : SEL_ALL));
	while (db_row(&q) && (r = todo_add(t)) != NULL) {
		r->num = db_int(&q, 0);
		r->key = mem_dup(db_str(&q, 1));
		r->is_text = strcmp(db_str(&q, 2), "testscript") == 0;
		r->was_stored = (int)db_int(&q, 3);
		r->partial = (int)db_int(&q, 4);
	}
	return db_done(&q, e);
}

static int
script_request(struct extract *x, const struct todo *t, const struct todo_row *r,
    struct request **out, struct err *e)
{
	struct steps_cursor c = { 0, STEPS_PAGE };

	(void)t;
	if (r->partial && !r->is_text &&
	    step_pages_left(x, SCRIPT_STEPS, r->key, &c, e) == -1)
		return -1;
	*out = script_request_new(x, r->key, r->is_text, &c);
	(*out)->was_stored = r->was_stored;
	return 0;
}

/* Borrowed of the step.  Results never match the text beside a call. */
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

/* The steps of earlier pages as they are stored: "[{..},{..}", and how many
   calls are among them. */
static int
script_part_get(struct request *a, struct buf *out, int64_t *calls, struct err *e)
{
	struct db_query q;

	*calls = 0;
	if (a->start == 0) {
		buf_putc(out, '[');
		return 0;
	}
	/* not WHERE called_key IS NOT NULL: SQLite would walk all calls */
	db_query(&q, a->x->db, "SELECT script, (SELECT count(s.called_key)"
	    " FROM test_step s WHERE s.project = c.project"
	    " AND s.case_key = c.case_key) FROM test_script c"
	    " WHERE c.project = ?1 AND c.case_key = ?2 AND c.whole = 0", "ss",
	    a->x->st.project, a->key);
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
	    store_steps_clear(&a->x->st, a->key, e) == -1)
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
		rc = store_steps(&a->x->st, a->key, rows, n, e);
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
	rc = store_script(&a->x->st, a->key, "steps", b.s, b.len, calls, e);
	buf_free(&b);
	if (rc == 0 && a->start > 0)
		rc = step_pages_forget(a->x, SCRIPT_STEPS, a->key, e);
	return rc;
}

static struct request *
script_request_again(struct request *a, int plain, const struct steps_cursor *c)
{
	struct request *more = script_request_new(a->x, a->key, plain, c);

	more->was_stored = a->was_stored;
	more->tries = a->tries;
	more->tried_other_route = a->tried_other_route;
	return more;
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

static int
script_page_put(struct request *a, const struct zephyr_page *p, struct err *e)
{
	struct steps_cursor c = { a->start, a->size };
	struct odd odd = { 0 };
	struct buf b = { 0 };
	int64_t calls;
	int last, anew, rc = 0;

	odd_folded(&odd, &p->doc);
	last = step_pages_move(a, p, a->start, &c, &anew, e);
	if (last == 1 && anew) {
		c.start = 0;
		a->more = script_request_again(a, 0, &c);
		a->more->tries++;
	} else if (last == 1 && a->start == 0 && script_is_empty(p)) {
		rc = script_none(a, NULL, e);
	} else if (last != -1 && ((rc = script_part_get(a, &b, &calls, e)) == -1 ||
	    (rc = script_steps_put(a, p, &b, &calls, &odd, e)) == -1)) {
		;
	} else if (last == 1) {
		rc = script_whole_put(a, &b, calls, e);
	} else if (last == 0) {
		a->more = script_request_again(a, 0, &c);
		rc = store_script_part(&a->x->st, a->key, b.s, b.len, e);
		if (rc == 0)
			rc = step_pages_save(a->x, SCRIPT_STEPS, a->key, &c, e);
	}
	buf_free(&b);
	if (last == -1 || rc == -1) {
		odd_free(&odd);
		return -1;
	}
	/* SCRIPT_STEPS the first page said of the steps before stays */
	if (a->start > 0 && odd.n == 0)
		return 0;
	return odd_report(&odd, a->x, STREAM_CASES, a->key,
	    a->start > 0 ? "script-shape-more" : "script-shape", e);
}

/* Request the script as the other type, once. */
static int
script_other_route(struct request *a, struct err *e)
{
	const struct steps_cursor c = { 0, STEPS_PAGE };

	if (a->tried_other_route)
		return zephyr_refused(a->path, a->status, &a->body, e);
	a->more = script_request_again(a, !a->is_text, &c);
	a->more->tried_other_route = 1;
	return 0;
}

/* It is there (again): SCRIPT_STEPS an earlier pass said is no longer true. */
static int
script_on_found(struct request *a, struct err *e)
{
	return !a->was_stored ? 0 : finding_forget(&a->x->finding, "extract",
	    STREAM_CASES, a->key, "script-missing", e);
}

/* Report a script that is not found: its case was deleted or archived meanwhile. */
static int
script_on_missing(struct request *a, struct err *e)
{
	if (finding_issue(&a->x->finding, "extract", STREAM_CASES, a->key,
	    "script-missing", "warning", "Zephyr lists this case but answers 404 for its script",
	    e) == -1)
		return -1;
	return script_none(a, "Zephyr answers 404 for it", e);
}

static int
script_text_store(struct request *a, struct err *e)
{
	struct json j;
	int rc;

	if (a->status == 404)
		return script_on_missing(a, e);
	if (a->status == 422)
		return script_other_route(a, e);
	if (a->status != 200)
		return zephyr_refused(a->path, a->status, &a->body, e);
	if (zephyr_object(&j, a->path, &a->body, e) == -1)
		return -1;
	rc = script_on_found(a, e) == -1 ? -1 : script_text(a, &j, e);
	json_free(&j);
	return rc;
}

static int
script_steps_store(struct request *a, struct err *e)
{
	struct zephyr_page p;
	struct json j;
	int rc;

	if (a->status == 404)
		return script_on_missing(a, e);
	if (a->status == 422)
		return script_other_route(a, e);
	if (a->status != 200)
		return zephyr_refused(a->path, a->status, &a->body, e);
	if (zephyr_page(&p, a->path, &a->body, e) == 0) {
		rc = script_page_put(a, &p, e);
		if (rc == 0)
			rc = script_on_found(a, e);
		zephyr_page_free(&p);
		return rc;
	}
	/* older servers answer with something that is no list */
	if (a->tried_other_route || zephyr_object(&j, a->path, &a->body, NULL) == -1)
		return -1;
	json_free(&j);
	return script_other_route(a, e);
}

static int
script_store(struct request *a, struct err *e)
{
	static const char rule[] = "script-unread";
	struct err why = { 0 };
	char words[64];
	int rc = a->is_text ? script_text_store(a, &why) : script_steps_store(a, &why);

	if (rc == 0)
		return a->more != NULL ? 0 :
		    unread_forget(a, STREAM_CASES, a->key, rule, e);
	rc = unread_put(a, STREAM_CASES, a->key, rule, &why, e);
	return rc == 1 ? script_none(a, unread_words(a, words), e) : rc;
}

const struct reader script_reader = { .name = "scripts", .id = READ_SCRIPTS,
    .ready = script_ready, .page = script_page, .request = script_request,
    .store = script_store, .committed = unread_reader_committed };
