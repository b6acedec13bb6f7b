#include <string.h>

#include "row.h"
#include "step.h"

void
step_open(struct step *s, const struct json *rows, int i)
{
	s->raw = json_at(rows, i);
	s->id = json_member(&s->raw, "id");
	s->in = json_member(&s->raw, "inline");
	s->call = json_member(&s->raw, "testCase");
	s->called = s->call.set ? json_str(&s->call, "testCaseKey") : NULL;
}

void
step_close(struct step *s)
{
	json_free(&s->id);
	json_free(&s->in);
	json_free(&s->call);
	json_free(&s->raw);
}

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
call_put(struct buf *out, const struct step *s)
{
	struct json p = json_member(&s->call, "parameters");

	buf_puts(out, ",\"testCase\":{\"parameters\":");
	if (json_type(&p, "") == JSON_ARR)
		row_bare(&p, out);
	else
		buf_puts(out, "null");
	json_free(&p);
	buf_puts(out, ",\"testCaseKey\":");
	buf_quote(out, s->called, strlen(s->called));
	buf_putc(out, '}');
}

void
step_put(struct buf *out, const struct step *s, int64_t n)
{
	size_t from = out->len;

	buf_puts(out, "{\"id\":");
	if (json_type(&s->id, "") == JSON_NUM)
		buf_int(out, json_int(&s->id, "", 0));
	else
		buf_puts(out, "null");
	if (s->called == NULL) {
		buf_puts(out, ",\"inline\":");
		if (json_type(&s->in, "") == JSON_OBJ)
			row_bare(&s->in, out);
		else
			buf_puts(out, "{}");
	}
	buf_puts(out, ",\"n\":");
	buf_int(out, n);
	if (s->called != NULL)
		call_put(out, s);
	buf_putc(out, '}');
	if (json_len(&s->raw, "") > s->id.set + s->in.set + s->call.set)
		unknown(out, from, &s->raw);
}

static int
is_blank(const char *s)
{
	return s == NULL || s[strspn(s, " \t\r\n")] == '\0';
}

int
step_fake(const struct step *s)
{
	return s->called == NULL && is_blank(json_str(&s->in, "description")) &&
	    is_blank(json_str(&s->in, "testData")) &&
	    is_blank(json_str(&s->in, "expectedResult"));
}
