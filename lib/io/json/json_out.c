#include <stdarg.h>
#include <string.h>

#include "base/quote.h"
#include "io/json/json_out.h"

void
json_out_name(struct buf *b, const char *name)
{
	size_t n = name != NULL ? strlen(name) : 0;
	char *p;

	buf_reserve(b, n + 4);
	if (b->len > 0 && strchr("{[,:\n", b->s[b->len - 1]) == NULL)
		buf_putc(b, ',');
	if (name == NULL)
		return;
	p = b->s + b->len;
	*p = '"';
	memcpy(p + 1, name, n);
	memcpy(p + 1 + n, "\":", 3);
	b->len += n + 3;
}

void
json_out_open(struct buf *b, const char *name, char bracket)
{
	json_out_name(b, name);
	buf_putc(b, bracket);
}

void
json_out_close(struct buf *b, char bracket)
{
	buf_putc(b, bracket);
}

void
json_out_strn(struct buf *b, const char *name, const char *s, size_t len)
{
	json_out_name(b, name);
	buf_quote(b, s, len);
}

void
json_out_str(struct buf *b, const char *name, const char *s)
{
	if (s == NULL)
		json_out_null(b, name);
	else
		json_out_strn(b, name, s, strlen(s));
}

void
json_out_int(struct buf *b, const char *name, int64_t n)
{
	json_out_name(b, name);
	buf_int(b, n);
}

void
json_out_int_if(struct buf *b, const char *name, int has, int64_t n)
{
	if (has)
		json_out_int(b, name, n);
	else
		json_out_null(b, name);
}

void
json_out_bool(struct buf *b, const char *name, int on)
{
	json_out_name(b, name);
	buf_puts(b, on ? "true" : "false");
}

void
json_out_null(struct buf *b, const char *name)
{
	json_out_name(b, name);
	buf_add(b, "null", 4);
}

void
json_out_raw(struct buf *b, const char *name, const char *json, size_t len)
{
	json_out_name(b, name);
	buf_add(b, json, len);
}

void
json_out_fmt(struct buf *b, const char *name, const char *fmt, ...)
{
	struct buf t = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&t, fmt, ap);
	va_end(ap);
	json_out_strn(b, name, buf_str(&t), t.len);
	buf_free(&t);
}
