#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/quote.h"
#include "base/utf8.h"

/* Text in the notations of JSON, of URLs and of base64. */

/* Append the escape of c, as jq writes it, so that canonical texts agree. */
static void
quote_escape(struct buf *b, unsigned char c)
{
	static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
	const char *p = memchr(from, c, sizeof(from) - 1);

	if (p == NULL)
		buf_printf(b, "\\u%04x", c);
	else
		buf_add(b, (char[2]){ '\\', to[p - from] }, 2);
}

void
buf_quote(struct buf *b, const char *s, size_t len)
{
	size_t i = 0, from, n;

	buf_reserve(b, len + 2);
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
buf_percent(struct buf *b, const char *s, const char *digits)
{
	static const char plain[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789-._~";

	for (; *s != '\0'; s++) {
		if (strchr(plain, *s) != NULL) {
			buf_putc(b, *s);
			continue;
		}
		buf_putc(b, '%');
		buf_putc(b, digits[(unsigned char)*s >> 4]);
		buf_putc(b, digits[(unsigned char)*s & 15]);
	}
}

const char *
buf_unpercent(struct buf *b, const char *s)
{
	if (*s == '%' && isxdigit((unsigned char)s[1]) && isxdigit((unsigned char)s[2])) {
		buf_putc(b, (char)strtol((char[3]){ s[1], s[2] }, NULL, 16));
		return s + 3;
	}
	buf_putc(b, *s);
	return s + 1;
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

int
buf_unbase64(struct buf *b, const char *s, size_t len)
{
	const char *end = s + len;
	uint32_t v = 0, digits = 0, pads = 0;
	int d;

	for (; s < end; s++) {
		if (isspace((unsigned char)*s))
			continue;
		if (*s == '=') {
			pads++;
			continue;
		}
		d = isupper((unsigned char)*s) ? *s - 'A' : islower((unsigned char)*s) ?
		    *s - 'a' + 26 : isdigit((unsigned char)*s) ? *s - '0' + 52 :
		    *s == '+' || *s == '-' ? 62 : *s == '/' || *s == '_' ? 63 : -1;
		if (d == -1 || pads > 0)
			return -1;
		v = v << 6 | (uint32_t)d;
		if (++digits % 4 != 1)
			buf_putc(b, (char)(v >> (6 - 2 * ((digits - 1) % 4))));
	}
	return digits % 4 == 1 || pads > 2 ? -1 : 0;
}
