#include <inttypes.h>
#include <string.h>

#include "row.h"
#include "step.h"

/* Members of a step that stand at their place already. */
static int
is_known(const char *name)
{
	return strcmp(name, "id") == 0 || strcmp(name, "inline") == 0 ||
	    strcmp(name, "testCase") == 0 || strcmp(name, "self") == 0;
}

/* What the fact sheet does not know is kept all the same. */
static void
unknown(struct buf *out, size_t from, const struct json *step)
{
	struct buf text = { 0 }, val = { 0 };
	struct json_iter it;
	struct json v;
	const char *name;

	for (json_iter(&it, step); json_next(&it, step, &name, &v);
	    json_free(&v)) {
		if (is_known(name))
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
call_put(struct buf *out, const struct json *call)
{
	struct json p = json_member(call, "parameters");
	const char *key = json_str(call, "testCaseKey");

	buf_puts(out, ",\"testCase\":{\"parameters\":");
	if (json_type(&p, "") == JSON_ARR)
		row_bare(&p, out);
	else
		buf_puts(out, "null");
	json_free(&p);
	buf_puts(out, ",\"testCaseKey\":");
	buf_quote(out, key, strlen(key));
	buf_putc(out, '}');
}

void
step_put(struct buf *out, const struct json *step, int64_t n)
{
	struct json call = json_member(step, "testCase"), in;
	int known = 0, calls = json_str(&call, "testCaseKey") != NULL;
	size_t from = out->len;

	buf_puts(out, "{\"id\":");
	if (json_type(step, "id") == JSON_NUM)
		buf_int(out, json_int(step, "id", 0));
	else
		buf_puts(out, "null");
	known += json_type(step, "id") != JSON_NONE;
	known += json_type(step, "inline") != JSON_NONE;
	known += json_type(step, "testCase") != JSON_NONE;
	if (!calls) {
		in = json_member(step, "inline");
		buf_puts(out, ",\"inline\":");
		if (json_type(&in, "") == JSON_OBJ)
			row_bare(&in, out);
		else
			buf_puts(out, "{}");
		json_free(&in);
	}
	buf_printf(out, ",\"n\":%" PRId64, n);
	if (calls)
		call_put(out, &call);
	buf_putc(out, '}');
	if (json_len(step, "") > known)
		unknown(out, from, step);
	json_free(&call);
}

static int
is_blank(const char *s)
{
	return s == NULL || s[strspn(s, " \t\r\n")] == '\0';
}

int
step_fake(const struct json *step)
{
	return json_str(step, "testCase.testCaseKey") == NULL &&
	    is_blank(json_str(step, "inline.description")) &&
	    is_blank(json_str(step, "inline.testData")) &&
	    is_blank(json_str(step, "inline.expectedResult"));
}
