#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/set.h"
#include "domain/html.h"
#include "steps/step_results.h"
#include "steps/step_ids.h"

/*
 * The places of a version (step_logs.h) are stored as JSON text:
 *	steps	[[id, text], ...], the steps of the version itself
 *	called	{"2": case id}, its steps that call a case
 *	calls	{"2": [[id, case, m, via, k, text], ...]}, the steps called there; absent
 *		when they were not requested; without the calls that qTest does not expand
 */
enum { DEPTH_MAX = 20 };

struct row {
	int64_t		 id, order;
	int		 at;
	struct json	 doc;
};

static int
step_ids_row_cmp(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return x->at - y->at;
}

/* Sort the steps of one list; top: only those that no step calls.  Return their number. */
static int
step_ids_rows_of(const struct json *list, int top, struct row **out)
{
	struct json one = { 0 };
	int i = 0, k = 0;

	*out = mem_zalloc(((size_t)json_len(list, "") + 1) * sizeof(**out));
	while (json_each(list, &i, &one))
		if (!top || json_int(&one, "parent_test_step_id", 0) == 0)
			(*out)[k++] = (struct row){ json_int(&one, "id", 0),
			    json_int(&one, "order", 0), i, json_copy(&one) };
	qsort(*out, (size_t)k, sizeof(**out), step_ids_row_cmp);
	return k;
}

static void
step_ids_rows_free(struct row *r, int n)
{
	while (n > 0)
		json_free(&r[--n].doc);
	free(r);
}

/* Append the words of a text without [~...], which is the name of a parameter or its number. */
static void
step_ids_words_add(struct buf *out, const char *html)
{
	struct buf b = { 0 };
	const char *p, *end;

	if (html != NULL)
		html_text(&b, html, strlen(html));
	p = buf_str(&b);
	while ((end = strstr(p, "[~")) != NULL) {
		buf_add(out, p, (size_t)(end - p));
		p = end + 2 + strcspn(end + 2, "]");
	}
	buf_puts(out, p);
	buf_putc(out, '\n');
	buf_free(&b);
}

void
step_text(char out[STEP_TEXT], const char *description, const char *expected)
{
	struct buf b = { 0 };

	step_ids_words_add(&b, description);
	step_ids_words_add(&b, expected);
	snprintf(out, STEP_TEXT, "%016" PRIx64, text_hash(buf_str(&b)));
	buf_free(&b);
}

static void
step_ids_text_push(struct json *to, const struct json *step)
{
	char text[STEP_TEXT];

	step_text(text, json_str(step, "description"), json_str(step, "expected"));
	json_push(to, json_string(text));
}

static void
step_ids_called_push(struct json *to, const struct json *step, int64_t of, int64_t m,
    int64_t via, int64_t k)
{
	const int64_t number[] = { json_int(step, "id", 0), of, m, via, k };
	struct json one = json_array();
	size_t i;

	for (i = 0; i < sizeof(number) / sizeof(*number); i++)
		json_push(&one, json_number((double)number[i]));
	step_ids_text_push(&one, step);
	json_push(to, one);
}

/* Add the called steps that qTest nests in the calling step.  Return 1 when it lists all, else
   0. */
static int
step_ids_nested_add(struct json *to, const struct json *call, int64_t of, int64_t via,
    int64_t k, int depth)
{
	struct json inner = json_get(call, "called_test_case.test_steps");
	int i, n, is_complete = json_type(&inner, "") == JSON_ARR && depth < DEPTH_MAX;
	struct row *r;
	int64_t called;

	n = step_ids_rows_of(&inner, 0, &r);
	for (i = 0; i < n && is_complete; i++) {
		called = json_int(&r[i].doc, "called_test_case_id", 0);
		if ((called != 0 && called != of) ||
		    json_type(&r[i].doc, "called_test_case") == JSON_OBJ)
			is_complete = step_ids_nested_add(to, &r[i].doc, called, of, i + 1,
			    depth + 1);
		else
			step_ids_called_push(to, &r[i].doc, of, i + 1, via, k);
	}
	step_ids_rows_free(r, n);
	json_free(&inner);
	return is_complete;
}

/* Add the called steps that qTest lists next to the calling step, whose id is by.  qTest does
   not name the caller of a step unless it is of case of.  Return the number of steps. */
static int
step_ids_flat_add(struct json *to, const struct json *list, int64_t by, int64_t of, int64_t k)
{
	struct json one = { 0 };
	int i = 0, found = 0;
	int64_t called;

	while (json_each(list, &i, &one)) {
		if (json_int(&one, "parent_test_step_id", 0) != by)
			continue;
		called = json_int(&one, "called_test_case_id", of);
		step_ids_called_push(to, &one, called, json_int(&one, "order", 0),
		    called == of ? VIA_OWN : 0, called == of ? k : 0);
		found++;
	}
	return found;
}

/* Add the steps that number n of the version, which calls case of, calls. */
static void
step_ids_call_add(struct json *calls, const struct json *list, const struct row *call,
    const char *n, int64_t of)
{
	struct json leaves = json_array();
	int64_t k = strtoll(n, NULL, 10);

	if (step_ids_nested_add(&leaves, &call->doc, of, VIA_OWN, k, 0) ||
	    (json_type(&call->doc, "called_test_case.test_steps") != JSON_ARR &&
	    step_ids_flat_add(&leaves, list, call->id, of, k) > 0))
		json_set(calls, n, leaves);
	else
		json_free(&leaves);
}

char *
steps_detail(const struct json *list, int expanded)
{
	struct json doc = json_object(), calls = json_object(), called = json_object();
	struct json steps = json_array(), one;
	struct buf b = { 0 };
	struct row *r;
	char name[24];
	int64_t of;
	int i, n;

	n = step_ids_rows_of(list, 1, &r);
	for (i = 0; i < n; i++) {
		one = json_array();
		json_push(&one, json_number((double)r[i].id));
		step_ids_text_push(&one, &r[i].doc);
		json_push(&steps, one);
		if ((of = json_int(&r[i].doc, "called_test_case_id", 0)) == 0)
			continue;
		snprintf(name, sizeof(name), "%d", i + 1);
		json_set_int(&called, name, of);
		step_ids_call_add(&calls, list, &r[i], name, of);
	}
	step_ids_rows_free(r, n);
	if (expanded || json_len(&called, "") == 0)
		json_set(&doc, "calls", calls);
	else
		json_free(&calls);
	json_set(&doc, "called", called);
	json_set(&doc, "steps", steps);
	json_dump(&doc, &b);
	json_free(&doc);
	return buf_take(&b, NULL);
}

/* Return element i of a list of numbers and texts. */
static int64_t
step_ids_number_at(const struct json *list, int i)
{
	struct json one = json_at(list, i);
	int64_t n = json_int(&one, "", 0);

	json_free(&one);
	return n;
}

int64_t
step_id(const struct json *detail, int64_t n)
{
	struct json steps = json_member(detail, "steps"), one;
	int64_t id = 0;

	if (n > 0 && n <= json_len(&steps, "")) {
		one = json_at(&steps, (int)n - 1);
		id = step_ids_number_at(&one, 0);
		json_free(&one);
	}
	json_free(&steps);
	return id;
}

static void
step_ids_text_at(const struct json *list, int i, char out[STEP_TEXT])
{
	struct json one = json_at(list, i);
	const char *s = json_str(&one, "");

	snprintf(out, STEP_TEXT, "%s", s != NULL ? s : "");
	json_free(&one);
}

/* Add a place, which the caller fills, to the list *v of *n places. */
static struct step_place *
step_ids_place_add(struct step_place **v, int *n)
{
	*v = mem_grow(*v, (size_t)*n + 1, sizeof(**v));
	return &(*v)[(*n)++];
}

/* Add the places of the steps that number n of the version, with id by, calls.  Return 1, or 0
   when qTest does not list them. */
static int
step_ids_called_places(const struct json *calls, int64_t n, int64_t by, struct step_place **v,
    int *nv)
{
	struct json leaves, one = { 0 };
	struct step_place *p;
	char name[24];
	int i = 0, is_listed;

	snprintf(name, sizeof(name), "%" PRId64, n);
	leaves = json_member(calls, name);
	is_listed = json_type(&leaves, "") == JSON_ARR;
	while (json_each(&leaves, &i, &one)) {
		p = step_ids_place_add(v, nv);
		*p = (struct step_place){ .n = n, .by = by, .id = step_ids_number_at(&one, 0),
		    .called = step_ids_number_at(&one, 1), .m = step_ids_number_at(&one, 2),
		    .via = step_ids_number_at(&one, 3), .k = step_ids_number_at(&one, 4) };
		step_ids_text_at(&one, 5, p->text);
	}
	json_free(&leaves);
	return is_listed;
}

int
step_places(const struct json *detail, struct step_place **out)
{
	struct json steps = json_member(detail, "steps"), one = { 0 };
	struct json calls = json_member(detail, "calls"), called = json_member(detail, "called");
	struct step_place *p;
	char name[24];
	int i = 0, n = 0, is_listed = 1;
	int64_t id;

	*out = NULL;
	while (is_listed && json_each(&steps, &i, &one)) {
		id = step_ids_number_at(&one, 0);
		snprintf(name, sizeof(name), "%d", i);
		if (json_type(&called, name) != JSON_NONE)
			is_listed = step_ids_called_places(&calls, i, id, out, &n);
		else {
			p = step_ids_place_add(out, &n);
			*p = (struct step_place){ .id = id, .n = i };
			step_ids_text_at(&one, 1, p->text);
		}
	}
	json_free(&one);
	json_free(&steps);
	json_free(&calls);
	json_free(&called);
	return is_listed ? n : -1;
}
