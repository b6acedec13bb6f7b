#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/quote.h"
#include "io/json/json.h"

/*
 * Writes the canonical text of a value.  It is the text of jv_dump_string() with
 * JV_PRINT_SORTED (json_test compares the two), which is slower: it builds a string of
 * libjq byte by byte.  Every stage writes every record with this.
 */

/* libjq writes an integer below this one without an exponent. */
#define DIGITS_MAX	1e15

enum { MEMBERS = 32 };		/* more than most objects have */

struct member {
	const char	*name;		/* borrowed from key */
	size_t		 len;
	jv		 key, value;
};

/* The arguments of json_dump_without. */
struct omit {
	const char	*name, *but;	/* or NULL */
};

static void	 dump(jv, const struct omit *, struct buf *);

static void
dump_number(jv v, struct buf *b)
{
	double d = jv_number_value(v);
	jv t;

	if (d == trunc(d) && fabs(d) < DIGITS_MAX && !(d == 0 && signbit(d))) {
		buf_int(b, (int64_t)d);
		return;
	}
	t = jv_dump_string(jv_copy(v), 0);
	buf_add(b, jv_string_value(t),
	    (size_t)jv_string_length_bytes(jv_copy(t)));
	jv_free(t);
}

static void
dump_array(jv v, const struct omit *o, struct buf *b)
{
	int i, n = jv_array_length(jv_copy(v));
	jv item;

	buf_putc(b, '[');
	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(b, ',');
		item = jv_array_get(jv_copy(v), i);
		dump(item, o, b);
		jv_free(item);
	}
	buf_putc(b, ']');
}

/* Compare two members by the bytes of their names. */
static int
json_dump_member_order(const void *x, const void *y)
{
	const struct member *a = x, *b = y;
	int c = memcmp(a->name, b->name, a->len < b->len ? a->len : b->len);

	return c != 0 ? c : (a->len > b->len) - (a->len < b->len);
}

/* Sort n members, few ones by insertion. */
static void
json_dump_members_sort(struct member *m, int n)
{
	struct member one;
	int i, k;

	if (n > MEMBERS) {
		qsort(m, (size_t)n, sizeof(*m), json_dump_member_order);
		return;
	}
	for (i = 1; i < n; i++) {
		one = m[i];
		for (k = i; k > 0 && json_dump_member_order(&m[k - 1], &one) > 0; k--)
			m[k] = m[k - 1];
		m[k] = one;
	}
}

/* Set *m to the sorted members of v and return their number.  *m has room for MEMBERS; if
   there are more, it is set to memory that the caller frees. */
static int
json_dump_members(jv v, struct member **m)
{
	struct member *one, *some = *m;
	int i, n = 0;

	for (i = jv_object_iter(v); jv_object_iter_valid(v, i);
	    i = jv_object_iter_next(v, i)) {
		if (n == MEMBERS) {
			*m = mem_zalloc((size_t)jv_object_length(jv_copy(v)) *
			    sizeof(**m));
			memcpy(*m, some, sizeof(*some) * MEMBERS);
		}
		one = *m + n++;
		one->key = jv_object_iter_key(v, i);
		one->value = jv_object_iter_value(v, i);
		one->name = jv_string_value(one->key);
		one->len = (size_t)jv_string_length_bytes(jv_copy(one->key));
	}
	json_dump_members_sort(*m, n);
	return n;
}

static int
json_dump_is_name(const struct member *m, const char *name)
{
	return name != NULL && strlen(name) == m->len &&
	    memcmp(name, m->name, m->len) == 0;
}

static void
dump_object(jv v, const struct omit *o, struct buf *b)
{
	static const struct omit nothing = { 0 };
	struct member some[MEMBERS], *m = some;
	int i, n = json_dump_members(v, &m), first = 1;

	buf_putc(b, '{');
	for (i = 0; i < n; i++) {
		if (!json_dump_is_name(&m[i], o->name)) {
			if (!first)
				buf_putc(b, ',');
			first = 0;
			buf_quote(b, m[i].name, m[i].len);
			buf_putc(b, ':');
			dump(m[i].value, json_dump_is_name(&m[i], o->but) ? &nothing : o,
			    b);
		}
		jv_free(m[i].key);
		jv_free(m[i].value);
	}
	buf_putc(b, '}');
	if (m != some)
		free(m);
}

static void
dump(jv v, const struct omit *o, struct buf *b)
{
	switch (jv_get_kind(v)) {
	case JV_KIND_INVALID:
	case JV_KIND_NULL:
		buf_add(b, "null", 4);
		break;
	case JV_KIND_FALSE:
		buf_add(b, "false", 5);
		break;
	case JV_KIND_TRUE:
		buf_add(b, "true", 4);
		break;
	case JV_KIND_NUMBER:
		dump_number(v, b);
		break;
	case JV_KIND_STRING:
		buf_quote(b, jv_string_value(v),
		    (size_t)jv_string_length_bytes(jv_copy(v)));
		break;
	case JV_KIND_ARRAY:
		dump_array(v, o, b);
		break;
	case JV_KIND_OBJECT:
		dump_object(v, o, b);
		break;
	}
}

void
json_dump(const struct json *j, struct buf *b)
{
	json_dump_without(j, NULL, NULL, b);
}

void
json_dump_without(const struct json *j, const char *omit, const char *but,
    struct buf *b)
{
	const struct omit o = { omit, but };

	if (j->set)
		dump(j->v, &o, b);
	else
		buf_add(b, "null", 4);
}
