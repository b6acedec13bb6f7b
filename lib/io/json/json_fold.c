#include "base/quote.h"
#include "io/json/json_back.h"

/*
 * Reads values that are nested deeper than libjq and the readers of its texts can bear:
 * without recursion, and as strings of their JSON.
 */

/* Read a member's name and the ':' behind it, and append both to out. */
static void
fold_name(struct reader *r, struct buf *out)
{
	const char *s;
	size_t n;

	if (read_name(r, &s, &n) == 0) {
		buf_quote(out, s, n);
		buf_putc(out, ':');
	}
}

/* Read a value that is neither array nor object, and append it to out. */
static void
fold_scalar(struct reader *r, struct buf *out)
{
	const char *s, *from;
	size_t n;
	int count = r->count;

	if (json_read_ahead(r) == '"') {
		if (read_string(r, &s, &n) == 0)
			buf_quote(out, s, n);
		return;
	}
	from = r->p;
	jv_free(read_scalar(r));
	r->count = count;	/* the text is kept, hence not repaired */
	buf_add(out, from, (size_t)(r->p - from));
}

/* Close the arrays and objects that end here; returns 1 if open is empty then.  open has
   the closing brackets that are missing. */
static int
fold_close(struct reader *r, struct buf *out, struct buf *open)
{
	while (open->len > 0 && json_read_ahead(r) == open->s[open->len - 1]) {
		buf_putc(out, *r->p++);
		buf_cut(open, open->len - 1);
	}
	return open->len == 0;
}

/* Open an array or object and read the name of its first member.  Returns 1 if it is
   empty, 0 if a value must follow. */
static int
fold_open(struct reader *r, struct buf *out, struct buf *open)
{
	char c = *r->p++, close = c == '{' ? '}' : ']';

	buf_putc(out, c);
	buf_putc(open, close);
	if (json_read_ahead(r) == close)
		return 1;
	if (close == '}')
		fold_name(r, out);
	return 0;
}

/* Move from the end of a value to the next one of the same array or object. */
static void
fold_next(struct reader *r, struct buf *out, const struct buf *open)
{
	if (json_read_ahead(r) != ',') {
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
		c = json_read_ahead(r);
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
