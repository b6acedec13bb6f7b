#include <stdlib.h>
#include <string.h>

#include "base/utf8.h"
#include "io/db/db_back.h"

/*
 * Make v, which is in a, a text for the database.  A NUL, which neither database keeps
 * in a text, and invalid UTF-8, which PostgreSQL refuses, become U+FFFD.  With keep, a
 * text without these is not copied; a copy ends with a NUL.
 */
static void
db_args_text(struct db_args *a, struct db_val *v, int keep)
{
	struct buf b = { 0 };

	v->type = 's';
	if (keep && utf8_valid(v->s, v->len) == v->len)
		return;
	utf8_repair(&b, v->s, v->len);
	v->len = b.len;
	buf_putc(&b, '\0');
	v->s = a->copies[a->ncopies++] = buf_take(&b, NULL);
}

/* Append *val; terminated is as in db_args.h. */
static void
db_args_add(struct db_args *a, int terminated, const struct db_val *val)
{
	struct db_val *v = &a->v[a->n];

	if (a->n++ == DB_PARAMS)
		die(ZX_BUG, "db: more than %d parameters", DB_PARAMS);
	*v = *val;
	if (v->type == 'i' || v->type == 0)
		return;
	if (v->s == NULL) {
		v->type = 0;
	} else if (v->type != 'b') {
		if (val->type == 's')
			v->len = strlen(v->s);
		db_args_text(a, v, !terminated || val->type == 's');
	}
}

void
db_args_vals(struct db_args *a, int terminated, const struct db_val *v, int n)
{
	int i;

	a->n = a->ncopies = 0;
	for (i = 0; i < n; i++)
		db_args_add(a, terminated, &v[i]);
}

void
db_args_get(struct db_args *a, int terminated, const char *types, va_list ap)
{
	struct db_val v;

	a->n = a->ncopies = 0;
	for (; types != NULL && *types; types++) {
		v = (struct db_val){ .type = *types };
		switch (v.type) {
		case 'i':
			v.i = va_arg(ap, int64_t);
			break;
		case 't':
		case 'b':
			v.s = va_arg(ap, const char *);
			v.len = va_arg(ap, size_t);
			break;
		case 's':
			v.s = va_arg(ap, const char *);
			break;
		default:
			die(ZX_BUG, "db: no parameter type '%c'", v.type);
		}
		db_args_add(a, terminated, &v);
	}
}

void
db_args_free(struct db_args *a)
{
	while (a->ncopies > 0)
		free(a->copies[--a->ncopies]);
}
