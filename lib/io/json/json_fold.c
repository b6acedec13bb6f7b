#include <string.h>

#include "io/json/json_back.h"

/* Values nested so deep that libjq, and what reads its texts, would run out of
   stack: they are read without recursion, and kept as their JSON. */

/* A member name and the ':' behind it. */
static void
fold_name(struct reader *r, struct buf *out)
{
	const char *s;
	size_t n;

	if (read_ahead(r) != '"') {
		read_stray(r, "a member must begin with its name in quotes");
	} else if (read_string(r, &s, &n) == 0) {
		buf_quote(out, s, n);
		buf_putc(out, ':');
		if (read_ahead(r) == ':')
			r->p++;
		else
			read_stray(r, "',' or ':' is missing");
	}
}

/* A value that is no array and no object. */
static void
fold_scalar(struct reader *r, struct buf *out)
{
	const char *s, *from;
	size_t n;

	switch (read_ahead(r)) {
	case '"':
		if (read_string(r, &s, &n) == 0)
			buf_quote(out, s, n);
		return;
	case 't':
	case 'f':
	case 'n':
		from = r->p;
		jv_free(read_word(r, *from == 't' ? "true" : *from == 'f' ? "false" : "null",
		    jv_null()));
		break;
	case '-': case '0': case '1': case '2': case '3': case '4':
	case '5': case '6': case '7': case '8': case '9':
		from = r->p;
		n = (size_t)r->count;
		jv_free(read_number(r));
		r->count = (int)n;	/* its text stands as it is */
		break;
	default:
		read_stray(r, "no JSON value begins like this");
		return;
	}
	buf_add(out, from, (size_t)(r->p - from));
}

/* Close what ends here; 1 when the outermost value is complete. */
static int
fold_close(struct reader *r, struct buf *out, struct buf *open)
{
	while (open->len > 0 && read_ahead(r) == open->s[open->len - 1]) {
		buf_putc(out, *r->p++);
		buf_cut(open, open->len - 1);
	}
	return open->len == 0;
}

/* Open an array or object, and read the name of its first member; 1 when it is
   empty, else a value has to follow. */
static int
fold_open(struct reader *r, struct buf *out, struct buf *open)
{
	char c = *r->p++, close = c == '{' ? '}' : ']';

	buf_putc(out, c);
	buf_putc(open, close);
	if (read_ahead(r) == close)
		return 1;
	if (close == '}')
		fold_name(r, out);
	return 0;
}

/* Go on behind a complete value, to the next one of the same list. */
static void
fold_next(struct reader *r, struct buf *out, const struct buf *open)
{
	if (read_ahead(r) != ',') {
		read_stray(r, "',' or ':' is missing");
		return;
	}
	buf_putc(out, *r->p++);
	if (open->s[open->len - 1] == '}')
		fold_name(r, out);
}

jv
read_folded(struct reader *r)
{
	struct buf out = { 0 }, open = { 0 };
	jv v = jv_invalid();
	char c;

	buf_puts(&out, JSON_FOLDED);
	do {
		c = read_ahead(r);
		if (c == '{' || c == '[') {
			if (!fold_open(r, &out, &open))
				continue;
		} else {
			fold_scalar(r, &out);
		}
		if (r->why != NULL || fold_close(r, &out, &open))
			break;
		fold_next(r, &out, &open);
	} while (r->why == NULL);
	if (r->why == NULL) {
		v = jv_string_sized(out.s, (int)out.len);
		r->folded++;
	}
	buf_free(&open);
	buf_free(&out);
	return v;
}

/* The JSON that a folded value stands for, or NULL. */
static const char *
fold_text(const struct json *v, size_t *len)
{
	static const char mark[] = JSON_FOLDED;
	const char *s = json_strn(v, "", len);

	if (s == NULL || *len < sizeof(mark) - 1 || memcmp(s, mark, sizeof(mark) - 1) != 0)
		return NULL;
	*len -= sizeof(mark) - 1;
	return s + sizeof(mark) - 1;
}

void
json_unfold(struct json *v)
{
	struct json whole;
	size_t len;
	const char *s = fold_text(v, &len);

	if (s == NULL || json_parse_answer(&whole, s, len, NULL, NULL) == -1)
		return;
	json_free(v);
	*v = whole;
}

/* Look through a value; names below the second level are not written. */
static int
fold_find(const struct json *v, struct buf *path, int names)
{
	size_t at = path->len, len;
	struct json_iter it;
	struct json sub;
	const char *name;
	int i, found = fold_text(v, &len) != NULL;

	for (i = 0; !found && json_type(v, "") == JSON_ARR && i < json_len(v, ""); i++) {
		sub = json_at(v, i);
		found = fold_find(&sub, path, names);
		json_free(&sub);
	}
	if (found || json_type(v, "") != JSON_OBJ)
		return found;
	for (json_iter(&it, v); !found && json_next(&it, v, &name, &sub); json_free(&sub)) {
		if (names > 0)
			buf_printf(path, "%s%.60s", at > 0 ? "." : "", name);
		if (!(found = fold_find(&sub, path, names - 1)))
			buf_cut(path, at);
	}
	if (found)
		json_iter_free(&it);
	return found;
}

int
json_folded_at(const struct json *v, struct buf *path)
{
	return v->folded > 0 && fold_find(v, path, 2);
}
