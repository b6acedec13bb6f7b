#include <string.h>

#include "io/json/json.h"

#include "record.h"

void
record_head(struct record *r, const char *head, size_t len)
{
	r->parts.n = 0;
	buf_reset(&r->parts.vals);
	buf_reset(&r->text);
	buf_add(&r->text, head, len);
}

void
record_put(struct record *r, const char *name, const char *val, size_t len)
{
	json_parts_add(&r->parts, name, val, len);
}

void
record_whole(struct record *r)
{
	struct buf b = r->spare;

	if (r->parts.n == 0)
		return;
	buf_reset(&b);
	json_splice_parts(&b, r->text.s, r->text.len, &r->parts);
	r->spare = r->text;
	r->text = b;
}

void
record_puts(struct record *r, const char *name, const char *val)
{
	record_put(r, name, val, strlen(val));
}

struct buf *
record_val(struct record *r)
{
	buf_reset(&r->val);
	return &r->val;
}

void
record_put_int(struct record *r, const char *name, int64_t n)
{
	buf_int(record_val(r), n);
	record_put_val(r, name);
}

void
record_put_val(struct record *r, const char *name)
{
	record_put(r, name, r->val.s, r->val.len);
}

void
record_free(struct record *r)
{
	buf_free(&r->text);
	buf_free(&r->spare);
	buf_free(&r->val);
	json_parts_free(&r->parts);
}
