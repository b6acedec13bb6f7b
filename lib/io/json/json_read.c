#include <string.h>

#include "io/json/json_back.h"

/*
 * A text becomes values of libjq, in one look at it.  Not by its own parser:
 * that of 1.6 takes nan, 007 and two values in a row, spoils long numbers and
 * lone surrogates, so each word has to be looked at before; then it copies
 * byte by byte, a third of the time that extraction takes.
 */
enum {
	TEXT_MAX = 128 * 1024 * 1024,	/* lengths are ints there, and double */
	READ_DEPTH = 200,
	READ_FOLD = 150
};

static jv	 json_read_value(struct reader *);

char
read_ahead(struct reader *r)
{
	while (r->p < r->end && (*r->p == ' ' || *r->p == '\n' ||
	    *r->p == '\r' || *r->p == '\t'))
		r->p++;
	return r->p < r->end ? *r->p : '\0';
}

jv
read_stray(struct reader *r, const char *else_why)
{
	if (r->p == r->end)
		return read_fail(r, r->p, r->depth > 0 ? "Unfinished JSON term" :
		    "the text ends too early");
	return read_fail(r, r->p, *r->p == ']' ? "Unmatched ']'" :
	    *r->p == '}' ? "Unmatched '}'" : else_why);
}

jv
read_word(struct reader *r, const char *text, jv v)
{
	size_t n = strlen(text);

	if ((size_t)(r->end - r->p) < n || memcmp(r->p, text, n) != 0)
		return read_fail(r, r->p, "unknown word (only true, false and null are allowed)");
	r->p += n;
	return v;
}

/* A bracket: 1 when the end of it follows at once, -1 too deep. */
static int
json_read_enter(struct reader *r, char close)
{
	if (r->depth++ == READ_DEPTH) {
		read_fail(r, r->p, "nested deeper than 200 levels");
		return -1;
	}
	r->p++;
	return read_ahead(r) == close;
}

/* Behind a value in brackets: 1 when they end, 0 when there is another. */
static int
json_read_more(struct reader *r, char close, const char *why)
{
	char c = read_ahead(r);

	if (c == close)
		return 1;
	if (c != ',') {
		read_stray(r, "',' or ':' is missing");
		return -1;
	}
	r->p++;
	if (read_ahead(r) == close) {
		read_fail(r, r->p, why);
		return -1;
	}
	return 0;
}

static jv
json_read_array(struct reader *r)
{
	jv a = jv_array(), v;
	int over = json_read_enter(r, ']');

	while (over == 0) {
		v = json_read_value(r);
		if (r->why != NULL)
			break;
		a = jv_array_append(a, v);
		over = json_read_more(r, ']', "Expected another array element");
	}
	if (r->why != NULL) {
		jv_free(a);
		return jv_invalid();
	}
	r->p++;
	r->depth--;
	return a;
}

/* One member into *o. */
static void
json_read_member(struct reader *r, jv *o)
{
	const char *s;
	size_t n;
	jv name, v;

	if (read_ahead(r) != '"') {
		read_stray(r, "a member must begin with its name in quotes");
		return;
	}
	if (read_string(r, &s, &n) == -1)
		return;
	name = json_name(s, n);
	if (read_ahead(r) == ':') {
		r->p++;
		v = read_ahead(r) == '}' ? read_fail(r, r->p, "a value is missing") :
		    json_read_value(r);
	} else {
		v = read_stray(r, "',' or ':' is missing");
	}
	if (r->why == NULL)
		*o = jv_object_set(*o, name, v);
	else
		jv_free(name);
}

static jv
json_read_object(struct reader *r)
{
	jv o = jv_object();
	int over = json_read_enter(r, '}');

	while (over == 0) {
		json_read_member(r, &o);
		if (r->why != NULL)
			break;
		over = json_read_more(r, '}', "Expected another key-value pair");
	}
	if (r->why != NULL) {
		jv_free(o);
		return jv_invalid();
	}
	r->p++;
	r->depth--;
	return o;
}

static jv
json_read_value(struct reader *r)
{
	const char *s;
	size_t n;

	switch (read_ahead(r)) {
	case '{':
		return r->depth == r->fold ? read_folded(r) : json_read_object(r);
	case '[':
		return r->depth == r->fold ? read_folded(r) : json_read_array(r);
	case '"':
		return read_string(r, &s, &n) == -1 ? jv_invalid() :
		    jv_string_sized(s, (int)n);
	case 't':
		return read_word(r, "true", jv_true());
	case 'f':
		return read_word(r, "false", jv_false());
	case 'n':
		return read_word(r, "null", jv_null());
	case '-': case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
		return read_number(r);
	default:
		return read_stray(r, "no JSON value begins like this");
	}
}

static int
json_read_refused(const char *s, const struct reader *r, struct err *e)
{
	const char *p;
	int line = 1;

	for (p = s; p < r->at; p++)
		line += *p == '\n';
	return err_set(e, ZX_DATA, "invalid JSON at offset %zu (line %d): %s",
	    (size_t)(r->at - s), line, r->why);
}

/* fold: values beyond so many levels become texts; -1: they are refused. */
static int
json_read_parse(struct json *j, const char *s, size_t len, int fold, int *mended,
    struct err *e)
{
	struct reader r = { .p = s, .end = s + len, .fold = fold };
	jv v;

	memset(j, 0, sizeof(*j));
	if (len > TEXT_MAX)
		return err_set(e, ZX_DATA, "a JSON text of %zu bytes is too long",
		    len);
	if (len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
		r.p += 3;
	v = json_read_value(&r);
	if (r.why == NULL && (read_ahead(&r) != '\0' || r.p < r.end)) {
		jv_free(v);
		read_stray(&r, "text after the end of the value");
	}
	if (r.why == NULL)
		*j = (struct json){ .v = v, .set = 1, .folded = r.folded };
	else
		json_read_refused(s, &r, e);
	if (mended != NULL)
		*mended = r.count;
	buf_free(&r.text);
	return j->set ? 0 : -1;
}

int
json_parse(struct json *j, const char *s, size_t len, int *mended,
    struct err *e)
{
	return json_read_parse(j, s, len, -1, mended, e);
}

int
json_parse_answer(struct json *j, const char *s, size_t len, int *mended,
    struct err *e)
{
	return json_read_parse(j, s, len, READ_FOLD, mended, e);
}

int
json_parse_item(struct json *j, const struct json_span *text, int *mended,
    struct err *e)
{
	return json_read_parse(j, text->s, text->len, READ_FOLD - 2, mended, e);
}
