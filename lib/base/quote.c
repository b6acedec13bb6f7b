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
