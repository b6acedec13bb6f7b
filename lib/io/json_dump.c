#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json.h"

/* Members wait here, one stack for all levels: recursion stays slim. */
struct entry {
	jv		 k, v;
	const char	*s;
	size_t		 len;
};

struct dump {
	struct buf	*b;
	struct entry	*stack;
	size_t		 n, cap;
};

static void	 dump_value(struct dump *, jv);

static int
entry_order(const void *a, const void *b)
{
	const struct entry *x = a, *y = b;
	size_t n = x->len < y->len ? x->len : y->len;
	int c = memcmp(x->s, y->s, n);

	return c != 0 ? c : (x->len > y->len) - (x->len < y->len);
}

static void
dump_string(struct buf *b, jv v)
{
	buf_quote(b, jv_string_value(v),
	    (size_t)jv_string_length_bytes(jv_copy(v)));
}

static void
dump_number(struct buf *b, double d)
{
	jv t;

	if (d > -1e15 && d < 1e15 && d == trunc(d) &&
	    (d != 0 || !signbit(d))) {
		buf_int(b, (int64_t)d);
		return;
	}
	t = jv_dump_string(jv_number(d), 0);
	buf_add(b, jv_string_value(t),
	    (size_t)jv_string_length_bytes(jv_copy(t)));
	jv_free(t);
}

static void
dump_array(struct dump *d, jv a)
{
	int i, n = jv_array_length(jv_copy(a));
	jv v;

	buf_putc(d->b, '[');
	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(d->b, ',');
		v = jv_array_get(jv_copy(a), i);
		dump_value(d, v);
		jv_free(v);
	}
	buf_putc(d->b, ']');
}

static struct entry *
dump_push(struct dump *d)
{
	if (d->n == d->cap) {
		d->cap = d->cap > 0 ? d->cap * 2 : 64;
		d->stack = mem_grow(d->stack, d->cap, sizeof(*d->stack));
	}
	return &d->stack[d->n++];
}

/* The members of o on the stack, in order; what comes sorted stays so. */
static void
dump_gather(struct dump *d, jv o)
{
	size_t base = d->n;
	int it, sorted = 1;
	struct entry *x;

	for (it = jv_object_iter(o); jv_object_iter_valid(o, it);
	    it = jv_object_iter_next(o, it)) {
		x = dump_push(d);
		x->k = jv_object_iter_key(o, it);
		x->v = jv_object_iter_value(o, it);
		x->s = jv_string_value(x->k);
		x->len = (size_t)jv_string_length_bytes(jv_copy(x->k));
		if (d->n > base + 1 && entry_order(x - 1, x) > 0)
			sorted = 0;
	}
	if (!sorted)
		qsort(d->stack + base, d->n - base, sizeof(*d->stack),
		    entry_order);
}

static void
dump_object(struct dump *d, jv o)
{
	size_t i, base = d->n, n;

	dump_gather(d, o);
	n = d->n;
	buf_putc(d->b, '{');
	for (i = base; i < n; i++) {
		if (i > base)
			buf_putc(d->b, ',');
		buf_quote(d->b, d->stack[i].s, d->stack[i].len);
		buf_putc(d->b, ':');
		dump_value(d, d->stack[i].v);
		jv_free(d->stack[i].k);
		jv_free(d->stack[i].v);
	}
	buf_putc(d->b, '}');
	d->n = base;
}

static void
dump_value(struct dump *d, jv v)
{
	switch (jv_get_kind(v)) {
	case JV_KIND_OBJECT:
		dump_object(d, v);
		break;
	case JV_KIND_ARRAY:
		dump_array(d, v);
		break;
	case JV_KIND_STRING:
		dump_string(d->b, v);
		break;
	case JV_KIND_NUMBER:
		dump_number(d->b, jv_number_value(v));
		break;
	case JV_KIND_TRUE:
		buf_add(d->b, "true", 4);
		break;
	case JV_KIND_FALSE:
		buf_add(d->b, "false", 5);
		break;
	case JV_KIND_NULL:
	case JV_KIND_INVALID:
		buf_add(d->b, "null", 4);
		break;
	}
}

void
json_dump(const struct json *j, struct buf *b)
{
	struct dump d = { .b = b };

	if (j->set)
		dump_value(&d, j->v);
	else
		buf_puts(b, "null");
	free(d.stack);
}
