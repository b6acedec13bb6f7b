#include <string.h>

#include "base/utf8.h"

#define EACH	UINT64_C(0x0101010101010101)
/* The high bit of a byte is set if the byte of w is less than n.  Only the lowest byte
   that is set is certain: the subtraction may borrow from those above it. */
#define LESS(w, n)	(((w) - EACH * (n)) & ~(w))
#define SAME(w, c)	LESS((w) ^ EACH * (c), 1u)

size_t
utf8_len(const char *s, size_t n)
{
	const unsigned char *p = (const unsigned char *)s;
	size_t i, want;
	unsigned char lo = 0x80, hi = 0xbf;

	if (n == 0)
		return 0;
	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	want = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (p[0] == 0xe0)		/* overlong */
		lo = 0xa0;
	else if (p[0] == 0xed)		/* surrogates */
		hi = 0x9f;
	else if (p[0] == 0xf0)
		lo = 0x90;
	else if (p[0] == 0xf4)		/* above U+10FFFF */
		hi = 0x8f;
	if (n < want || p[1] < lo || p[1] > hi)
		return 0;
	for (i = 2; i < want; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return want;
}

uint32_t
utf8_get(const char *s, size_t n, size_t *len)
{
	static const unsigned char mask[] = { 0, 0x7f, 0x1f, 0x0f, 0x07 };
	uint32_t c;
	size_t i, k = utf8_len(s, n);

	*len = k > 0 ? k : 1;
	if (k == 0)
		return 0xfffd;
	c = (unsigned char)s[0] & mask[k];
	for (i = 1; i < k; i++)
		c = c << 6 | ((unsigned char)s[i] & 0x3f);
	return c;
}

void
utf8_put(struct buf *b, uint32_t c)
{
	static const unsigned char lead[] = { 0, 0, 0xc0, 0xe0, 0xf0 };
	size_t n = c < 0x80 ? 1 : c < 0x800 ? 2 : c < 0x10000 ? 3 : 4, i;
	char u[4];

	for (i = n - 1; i > 0; i--, c >>= 6)
		u[i] = (char)(0x80 | (c & 0x3f));
	u[0] = (char)(lead[n] | c);
	buf_add(b, u, n);
}

size_t
utf8_valid(const char *s, size_t n)
{
	uint64_t w;
	size_t i = 0, len;

	while (i < n) {
		/* 8 bytes of ASCII at once: no high bit is set, none is 0 */
		if (i + 8 <= n && (memcpy(&w, s + i, 8), 1) &&
		    (w & EACH * 0x80u) == 0 && (LESS(w, 1u) & EACH * 0x80u) == 0) {
			i += 8;
			continue;
		}
		if (s[i] == '\0' || (len = utf8_len(s + i, n - i)) == 0)
			return i;
		i += len;
	}
	return n;
}

void
utf8_repair(struct buf *b, const char *s, size_t n)
{
	size_t len;

	for (;; s += len + 1, n -= len + 1) {
		len = utf8_valid(s, n);
		buf_add(b, s, len);
		if (len == n)
			return;
		buf_puts(b, "\xef\xbf\xbd");
	}
}

size_t
utf8_cut(const char *s, size_t n)
{
	size_t i = n, back;

	for (back = 0; back < 4 && i > 0; back++) {
		i--;
		if (((unsigned char)s[i] & 0xc0) != 0x80)
			return (unsigned char)s[i] >= 0x80 &&
			    utf8_len(s + i, n - i) == 0 ? i : n;
	}
	return n;
}

/* The bytes of w, read from memory, with the first one lowest. */
#if __BYTE_ORDER__ == __ORDER_BIG_ENDIAN__
#define LITTLE(w)	__builtin_bswap64(w)
#else
#define LITTLE(w)	(w)
#endif

size_t
utf8_plain(const char *s, size_t n)
{
	uint64_t w, odd;
	size_t i = 0;

	for (; i + sizeof(w) <= n; i += sizeof(w)) {
		memcpy(&w, s + i, sizeof(w));
		w = LITTLE(w);
		odd = (w | LESS(w, 0x20u) | SAME(w, 0x7fu) | SAME(w, '"') |
		    SAME(w, '\\')) & EACH * 0x80u;
		if (odd != 0)
			return i + (size_t)__builtin_ctzll(odd) / 8;
	}
	while (i < n && s[i] >= 0x20 && s[i] < 0x7f && s[i] != '"' && s[i] != '\\')
		i++;
	return i;
}

size_t
utf8_units(const char *s, size_t max)
{
	size_t at = 0, n = strlen(s), len, units = 0;

	while (at < n) {
		units += utf8_get(s + at, n - at, &len) > 0xffff ? 2 : 1;
		if (units > max)
			break;
		at += len;
	}
	return at;
}
