#include <limits.h>
#include <string.h>

#include "io/json_parse.h"

enum { PARSE_DEPTH = 200 };

static int	 parse_value(struct parse *, jv *);

int
parse_fail(struct parse *x, const char *why)
{
	if (x->why == NULL)
		x->why = why;
	return -1;
}

static void
parse_blanks(struct parse *x)
{
	while (x->p < x->end && (*x->p == ' ' || *x->p == '\n' ||
	    *x->p == '\t' || *x->p == '\r'))
		x->p++;
}

static int
parse_word(struct parse *x, const char *word, jv v, jv *out)
{
	size_t n = strlen(word);

	if ((size_t)(x->end - x->p) < n || memcmp(x->p, word, n) != 0)
		return parse_fail(x, "no such word");
	x->p += n;
	*out = v;
	return 0;
}

static int
parse_array(struct parse *x, jv *out)
{
	jv a = jv_array(), v;

	x->p++;
	parse_blanks(x);
	if (x->p < x->end && *x->p == ']') {
		x->p++;
		*out = a;
		return 0;
	}
	for (;;) {
		if (parse_value(x, &v) == -1)
			break;
		a = jv_array_append(a, v);
		parse_blanks(x);
		if (x->p < x->end && *x->p == ',') {
			x->p++;
			continue;
		}
		if (x->p < x->end && *x->p == ']') {
			x->p++;
			*out = a;
			return 0;
		}
		parse_fail(x, "',' or ']' is missing");
		break;
	}
	jv_free(a);
	return -1;
}

/* "name": value */
static int
parse_member(struct parse *x, jv *o)
{
	jv k, v;

	parse_blanks(x);
	if (x->p == x->end || *x->p != '"')
		return parse_fail(x, "a member name is missing");
	if (parse_string(x, &k) == -1)
		return -1;
	parse_blanks(x);
	if (x->p == x->end || *x->p != ':') {
		jv_free(k);
		return parse_fail(x, "':' is missing");
	}
	x->p++;
	if (parse_value(x, &v) == -1) {
		jv_free(k);
		return -1;
	}
	*o = jv_object_set(*o, k, v);
	return 0;
}

static int
parse_object(struct parse *x, jv *out)
{
	jv o = jv_object();

	x->p++;
	parse_blanks(x);
	if (x->p < x->end && *x->p == '}') {
		x->p++;
		*out = o;
		return 0;
	}
	while (parse_member(x, &o) == 0) {
		parse_blanks(x);
		if (x->p < x->end && *x->p == ',') {
			x->p++;
			continue;
		}
		if (x->p < x->end && *x->p == '}') {
			x->p++;
			*out = o;
			return 0;
		}
		parse_fail(x, "',' or '}' is missing");
		break;
	}
	jv_free(o);
	return -1;
}

static int
parse_value(struct parse *x, jv *out)
{
	int rc;

	parse_blanks(x);
	if (x->p == x->end)
		return parse_fail(x, "it ends too early");
	switch (*x->p) {
	case '{':
	case '[':
		if (x->depth == PARSE_DEPTH)
			return parse_fail(x, "more than 200 levels");
		x->depth++;
		rc = *x->p == '{' ? parse_object(x, out) : parse_array(x, out);
		x->depth--;
		return rc;
	case '"':
		return parse_string(x, out);
	case 't':
		return parse_word(x, "true", jv_true(), out);
	case 'f':
		return parse_word(x, "false", jv_false(), out);
	case 'n':
		return parse_word(x, "null", jv_null(), out);
	case '-': case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
		return parse_number(x, out);
	default:
		return parse_fail(x, "no value begins like this");
	}
}

static int
parse_told(const struct parse *x, struct err *e)
{
	const char *p;
	int line = 1;

	for (p = x->s; p < x->p; p++)
		line += *p == '\n';
	return err_set(e, ZX_DATA, "invalid JSON at offset %zu (line %d): %s",
	    (size_t)(x->p - x->s), line, x->why);
}

int
json_parse(struct json *j, const char *s, size_t len, int *mended,
    struct err *e)
{
	struct parse x = { .s = s, .p = s, .end = s + len };
	int rc;

	memset(j, 0, sizeof(*j));
	if (len > INT_MAX / 4)
		return err_set(e, ZX_DATA, "%zu bytes of JSON are too many",
		    len);
	if (len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0)
		x.p += 3;
	rc = parse_value(&x, &j->v);
	if (rc == 0) {
		j->set = 1;
		parse_blanks(&x);
		if (x.p < x.end) {
			json_free(j);
			rc = parse_fail(&x, "something follows the value");
		}
	}
	buf_free(&x.tmp);
	if (mended != NULL)
		*mended = x.mended;
	return rc == 0 ? 0 : parse_told(&x, e);
}
