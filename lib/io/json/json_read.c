#include <string.h>

#include "io/json/json_back.h"

/*
 * Parses a text into values of libjq in one pass.  The parser of libjq 1.6 is not used: it
 * takes nan, 007 and two values in a row, changes long numbers and unpaired surrogates,
 * and copies strings byte by byte, which takes a third of the time of an extraction.
 */
enum {
	TEXT_MAX = 128 * 1024 * 1024,	/* libjq doubles lengths in an int */
	READ_DEPTH = 200,		/* most levels of arrays and objects */
	READ_FOLD = 150			/* levels of an answer that are kept */
};

/* Enter an array or object; returns 1 if a value or member follows. */
static int
json_read_enter(struct reader *r, char close)
{
	if (r->depth++ == READ_DEPTH) {
		read_fail(r, r->p, "nested deeper than 200 levels");
		return 0;
	}
	r->p++;
	return json_read_ahead(r) != close;
}

/* Move from the end of a value to the next one; returns 0 if there is none. */
static int
json_read_more(struct reader *r, char close)
{
	char c = json_read_ahead(r);

	if (c == close)
		return 0;
	if (c != ',') {
		read_stray(r, "',' or ':' is missing");
		return 0;
	}
	r->p++;
	if (json_read_ahead(r) != close)
		return 1;
	read_fail(r, r->p, close == ']' ? "Expected another array element" :
	    "Expected another key-value pair");
	return 0;
}

static jv json_read_value(struct reader *);

/* Read one member and add it to the object *o. */
static void
json_read_member(struct reader *r, jv *o)
{
	const char *s;
	size_t n;
	jv name, v;

	if (read_name(r, &s, &n) == -1)
		return;
	name = json_name(s, n);
	v = json_read_ahead(r) == '}' ? read_fail(r, r->p, "a value is missing") :
	    json_read_value(r);
	if (r->why == NULL)
		*o = jv_object_set(*o, name, v);
	else
		jv_free(name);
}

/* Read an array or object, which ends with close. */
static jv
json_read_list(struct reader *r, char close)
{
	jv list = close == ']' ? jv_array() : jv_object(), v;
	int more = json_read_enter(r, close);

	while (more) {
		if (close == '}')
			json_read_member(r, &list);
		else if (v = json_read_value(r), r->why == NULL)
			list = jv_array_append(list, v);
		more = r->why == NULL && json_read_more(r, close);
	}
	if (r->why != NULL) {
		jv_free(list);
		return jv_invalid();
	}
	r->p++;
	r->depth--;
	return list;
}

/* Read a value. */
static jv
json_read_value(struct reader *r)
{
	char c = json_read_ahead(r);

	if (c != '{' && c != '[')
		return read_scalar(r);
	return r->depth == r->fold ? read_folded(r) : json_read_list(r, c == '{' ? '}' : ']');
}

/* Set e to the error of r, with its place in the text that begins at s; returns -1. */
static int
json_read_refuse(const char *s, const struct reader *r, struct err *e)
{
	const char *p;
	int line = 1;

	for (p = s; p < r->at; p++)
		line += *p == '\n';
	return err_set(e, ZX_DATA, "invalid JSON at offset %zu (line %d): %s",
	    (size_t)(r->at - s), line, r->why);
}

/* Parse as json_parse, with values at the depth fold folded (-1: none). */
static int
json_read_parse(struct json *j, const char *s, size_t len, int fold, int *repaired,
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
	if (r.why == NULL && (json_read_ahead(&r) != '\0' || r.p < r.end)) {
		jv_free(v);
		read_stray(&r, "text after the end of the value");
	}
	if (r.why == NULL)
		*j = (struct json){ .v = v, .set = 1, .folded = r.folded };
	else
		json_read_refuse(s, &r, e);
	if (repaired != NULL)
		*repaired = r.count;
	buf_free(&r.text);
	return j->set ? 0 : -1;
}

int
json_parse(struct json *j, const char *s, size_t len, int *repaired,
    struct err *e)
{
	return json_read_parse(j, s, len, -1, repaired, e);
}

int
json_parse_answer(struct json *j, const char *s, size_t len, int *repaired,
    struct err *e)
{
	return json_read_parse(j, s, len, READ_FOLD, repaired, e);
}

int
json_parse_item(struct json *j, const struct json_span *text, int *repaired,
    struct err *e)
{
	return json_read_parse(j, text->s, text->len, READ_FOLD - 2, repaired, e);
}
