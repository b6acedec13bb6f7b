#include <stdio.h>

#include "base/buf.h"
#include "base/utf8.h"

/* As jq writes it, so that canonical texts agree: \u%04x but for the five. */
static void
quote_escape(struct buf *b, unsigned char c)
{
	char u[8];

	switch (c) {
	case '"':
	case '\\':
		u[1] = (char)c;
		break;
	case '\b':
		u[1] = 'b';
		break;
	case '\f':
		u[1] = 'f';
		break;
	case '\n':
		u[1] = 'n';
		break;
	case '\r':
		u[1] = 'r';
		break;
	case '\t':
		u[1] = 't';
		break;
	default:
		snprintf(u, sizeof(u), "\\u%04x", c);
		buf_add(b, u, 6);
		return;
	}
	u[0] = '\\';
	buf_add(b, u, 2);
}

void
buf_quote(struct buf *b, const char *s, size_t len)
{
	size_t i = 0, from, n;

	buf_room(b, len + 2);
	buf_putc(b, '"');
	while (i < len) {
		for (from = i; i < len; i += n) {
			i += utf8_plain(s + i, len - i);
			if (i == len || (unsigned char)s[i] < 0x80 ||
			    (n = utf8_len(s + i, len - i)) == 0)
				break;
		}
		buf_add(b, s + from, i - from);
		if (i == len)
			break;
		if ((unsigned char)s[i] < 0x80)
			quote_escape(b, (unsigned char)s[i]);
		else
			buf_puts(b, "\xef\xbf\xbd");
		i++;
	}
	buf_putc(b, '"');
}

void
buf_base64(struct buf *b, const void *bytes, size_t len)
{
	static const char abc[] =
	    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
	const unsigned char *p = bytes;
	uint32_t v;
	size_t i;

	for (i = 0; i < len; i += 3) {
		v = (uint32_t)p[i] << 16;
		v |= i + 1 < len ? (uint32_t)p[i + 1] << 8 : 0;
		v |= i + 2 < len ? p[i + 2] : 0;
		buf_putc(b, abc[v >> 18]);
		buf_putc(b, abc[(v >> 12) & 63]);
		buf_putc(b, i + 1 < len ? abc[(v >> 6) & 63] : '=');
		buf_putc(b, i + 2 < len ? abc[v & 63] : '=');
	}
}
