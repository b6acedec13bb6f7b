#include <stdarg.h>
#include <string.h>

#include "base/buf.h"

#include "server/out.h"

void
out_name(struct buf *b, const char *name)
{
	if (b->len > 0 && strchr("{[,:\n", b->s[b->len - 1]) == NULL)
		buf_putc(b, ',');
	if (name == NULL)
		return;
	buf_putc(b, '"');
	buf_puts(b, name);
	buf_add(b, "\":", 2);
}

void
out_open(struct buf *b, const char *name, char bracket)
{
	out_name(b, name);
	buf_putc(b, bracket);
}

void
out_close(struct buf *b, char bracket)
{
	buf_putc(b, bracket);
}

void
out_strn(struct buf *b, const char *name, const char *s, size_t len)
{
	out_name(b, name);
	buf_quote(b, s, len);
}

void
out_str(struct buf *b, const char *name, const char *s)
{
	if (s == NULL)
		out_null(b, name);
	else
		out_strn(b, name, s, strlen(s));
}

void
out_int(struct buf *b, const char *name, int64_t n)
{
	out_name(b, name);
	buf_int(b, n);
}

void
out_bool(struct buf *b, const char *name, int on)
{
	out_name(b, name);
	buf_puts(b, on ? "true" : "false");
}

void
out_null(struct buf *b, const char *name)
{
	out_name(b, name);
	buf_add(b, "null", 4);
}

void
out_raw(struct buf *b, const char *name, const char *json, size_t len)
{
	out_name(b, name);
	buf_add(b, json, len);
}

void
out_fmt(struct buf *b, const char *name, const char *fmt, ...)
{
	struct buf t = { 0 };
	va_list ap;

	va_start(ap, fmt);
	buf_vprintf(&t, fmt, ap);
	va_end(ap);
	out_strn(b, name, buf_str(&t), t.len);
	buf_free(&t);
}
