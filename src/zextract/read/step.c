#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json.h"
#include "io/json/json_out.h"

#include "list/odd.h"
#include "list/row.h"
#include "read/step.h"

static const char *const step_texts[] = { "description", "testData",
    "expectedResult", NULL };

/* Keep a value as a text of the step under this name. */
static void
step_keep(struct step *s, const char *name, const struct json *v)
{
	if (json_type(&s->in, "") != JSON_OBJ) {
		json_free(&s->in);
		s->in = json_object();
	}
	json_set(&s->in, name, row_text_of(v));
	s->kept++;
}

/* Make each text of inline a string. */
static void
step_open_texts(struct step *s, int64_t n, struct odd *odd)
{
	const char *const *t;
	struct json v;

	if (json_type(&s->in, "") != JSON_OBJ && !odd_is_empty(&s->in)) {
		odd_add(odd, &s->in, "an object", "step %" PRId64 ": inline", n);
		v = json_copy(&s->in);
		step_keep(s, "description", &v);
		json_free(&v);
	}
	for (t = step_texts; *t != NULL; t++) {
		v = json_member(&s->in, *t);
		if (json_type(&v, "") != JSON_STR && v.set &&
		    json_type(&v, "") != JSON_NULL) {
			odd_add(odd, &v, "a text", "step %" PRId64 ": %s", n, *t);
			step_keep(s, *t, &v);
		}
		json_free(&v);
	}
}

/* True for a call without a value in any member. */
static int
step_call_is_empty(const struct json *call)
{
	struct json_iter it;
	struct json v;
	const char *name;
	int empty = 1;

	if (json_type(call, "") != JSON_OBJ)
		return odd_is_empty(call);
	for (json_iter(&it, call); json_next(&it, call, &name, &v);
	    json_free(&v))
		empty &= odd_is_empty(&v);
	return empty;
}

/* Set the key of the called case, from its member or from the URL alone. */
static void
step_open_call(struct step *s, int64_t n, struct odd *odd)
{
	const char *key = json_str(&s->call, "testCaseKey");
	const char *bare = json_str(&s->call, "");
	int64_t version;

	if (key != NULL && *key != '\0') {
		s->called = key;
		return;
	}
	if (step_call_is_empty(&s->call))
		return;
	s->own_key = row_case_key(bare ? bare : json_str(&s->call, "self"),
	    &version);
	if (*s->own_key == '\0' && bare != NULL && strchr(bare, '/') == NULL &&
	    bare[strcspn(bare, "-")] == '-') {
		free(s->own_key);
		s->own_key = mem_dup(bare);
	}
	if (*s->own_key != '\0') {
		s->called = s->own_key;
		if (bare != NULL)
			odd_add(odd, &s->call, "an object", "step %" PRId64 ": testCase", n);
		return;
	}
	odd_add(odd, &s->call, "the key of the called case", "step %" PRId64 ": testCase", n);
	step_keep(s, "testCase (as sent)", &s->call);
}

void
step_open(struct step *s, const struct json *rows, int i, int64_t n,
    struct odd *odd)
{
	*s = (struct step){ .raw = json_at(rows, i) };
	s->id = json_member(&s->raw, "id");
	s->in = json_member(&s->raw, "inline");
	s->call = json_member(&s->raw, "testCase");
	s->known = s->id.set + s->in.set + s->call.set;
	if (json_type(&s->raw, "") != JSON_OBJ) {
		odd_say(odd, "step %" PRId64 " is no object", n);
		if (!odd_is_empty(&s->raw))
			step_keep(s, "description", &s->raw);
		return;
	}
	step_open_texts(s, n, odd);
	step_open_call(s, n, odd);
	if (s->called == NULL && json_type(&s->in, "") != JSON_OBJ)
		odd_say(odd, "step %" PRId64 " has neither a text nor a call",
		    n);
}

void
step_close(struct step *s)
{
	json_free(&s->id);
	json_free(&s->in);
	json_free(&s->call);
	json_free(&s->raw);
	free(s->own_key);
	s->own_key = NULL;
}

/* True for a member of a step that step_put writes itself. */
static int
step_is_known(const char *name)
{
	return strcmp(name, "id") == 0 || strcmp(name, "inline") == 0 ||
	    strcmp(name, "testCase") == 0 || strcmp(name, "self") == 0;
}

/* Add the members to the text that the API's description does not have. */
static void
step_unknown(struct buf *out, size_t from, const struct json *step)
{
	struct buf text = { 0 }, val = { 0 };
	struct json_iter it;
	struct json v;
	const char *name;

	for (json_iter(&it, step); json_next(&it, step, &name, &v);
	    json_free(&v)) {
		if (step_is_known(name))
			continue;
		buf_reset(&text);
		buf_reset(&val);
		json_dump(&v, &val);
		json_splice(&text, out->s + from, out->len - from, name,
		    val.s, val.len);
		buf_cut(out, from);
		buf_add(out, text.s, text.len);
	}
	buf_free(&text);
	buf_free(&val);
}

static void
step_call_put(struct buf *out, const struct step *s)
{
	struct json p = json_member(&s->call, "parameters");

	json_out_open(out, "testCase", '{');
	json_out_name(out, "parameters");
	if (json_type(&p, "") == JSON_ARR) {
		row_bare(&p, out);
	} else if (odd_is_empty(&p)) {
		buf_puts(out, "null");
	} else {
		json_out_open(out, NULL, '[');
		json_out_open(out, NULL, '{');
		json_out_str(out, "name", "(as sent)");
		json_out_name(out, "value");
		row_bare(&p, out);
		buf_puts(out, "}]");
	}
	json_free(&p);
	json_out_str(out, "testCaseKey", s->called);
	json_out_close(out, '}');
}

static int
step_is_blank(const char *s)
{
	return s == NULL || s[strspn(s, " \t\r\n")] == '\0';
}

/* True when a step with a call has texts of its own. */
static int
step_has_text(const struct step *s)
{
	struct json f = json_member(&s->in, "customFields");
	int more = !odd_is_empty(&f);

	json_free(&f);
	return more || s->kept > 0 ||
	    !step_is_blank(json_str(&s->in, "description")) ||
	    !step_is_blank(json_str(&s->in, "testData")) ||
	    !step_is_blank(json_str(&s->in, "expectedResult"));
}

void
step_put(struct buf *out, const struct step *s, int64_t n)
{
	size_t from = out->len;

	json_out_open(out, NULL, '{');
	json_out_int_if(out, "id", json_type(&s->id, "") == JSON_NUM, json_int(&s->id, "", 0));
	if (s->called == NULL || step_has_text(s)) {
		json_out_name(out, "inline");
		if (json_type(&s->in, "") == JSON_OBJ)
			row_bare(&s->in, out);
		else
			buf_puts(out, "{}");
	}
	json_out_int(out, "n", n);
	if (s->called != NULL)
		step_call_put(out, s);
	buf_putc(out, '}');
	if (json_len(&s->raw, "") > s->known)
		step_unknown(out, from, &s->raw);
}

int
step_fake(const struct step *s)
{
	return s->called == NULL && s->kept == 0 &&
	    step_is_blank(json_str(&s->in, "description")) &&
	    step_is_blank(json_str(&s->in, "testData")) &&
	    step_is_blank(json_str(&s->in, "expectedResult"));
}
