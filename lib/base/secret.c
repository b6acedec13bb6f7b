#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/quote.h"
#include "base/secret.h"

static const char mask[] = "[secret]";

static struct {
	char	**v;		/* longest first */
	size_t	  n;
	char	  first[256];	/* 1: a secret begins with this byte */
} secrets;

/* Add one spelling of a secret to the list, which stays sorted, and return its copy there. */
static const char *
secret_keep(const char *s)
{
	size_t i, len = strlen(s);

	for (i = 0; i < secrets.n; i++)
		if (strcmp(secrets.v[i], s) == 0)
			return secrets.v[i];
	secrets.v = mem_grow(secrets.v, secrets.n + 1, sizeof(*secrets.v));
	for (i = secrets.n++; i > 0 && strlen(secrets.v[i - 1]) < len; i--)
		secrets.v[i] = secrets.v[i - 1];
	secrets.v[i] = mem_dup(s);
	secrets.first[(unsigned char)*s] = 1;
	return secrets.v[i];
}

const char *
secret_add(const char *s)
{
	static const char *const digits[] = { "0123456789ABCDEF", "0123456789abcdef" };
	struct buf b = { 0 };
	const char *kept;
	int i;

	if (s == NULL || *s == '\0')
		return s;
	kept = secret_keep(s);
	buf_quote(&b, s, strlen(s));
	buf_cut(&b, b.len - 1);
	secret_keep(buf_str(&b) + 1);
	for (i = 0; i < 2; i++) {
		buf_reset(&b);
		buf_percent(&b, s, digits[i]);
		secret_keep(buf_str(&b));
	}
	buf_free(&b);
	return kept;
}

/* Return the length of the secret with which the len bytes at s begin, or 0. */
static size_t
secret_at(const char *s, size_t len)
{
	size_t i, n;

	if (!secrets.first[(unsigned char)*s])
		return 0;
	for (i = 0; i < secrets.n; i++) {
		n = strlen(secrets.v[i]);
		if (n <= len && memcmp(s, secrets.v[i], n) == 0)
			return n;
	}
	return 0;
}

void
secret_filter(struct buf *out, const char *s, size_t len)
{
	size_t i, n, from = 0;

	for (i = 0; i < len; ) {
		if ((n = secret_at(s + i, len - i)) == 0) {
			i++;
			continue;
		}
		buf_add(out, s + from, i - from);
		buf_puts(out, mask);
		from = i += n;
	}
	buf_add(out, s + from, len - from);
}

void
secret_redact(char *s)
{
	static const char stars[sizeof(mask)] = "********";
	size_t n, k, left;
	char *to = s;

	for (left = strlen(s); left > 0; left -= n, s += n) {
		if ((n = secret_at(s, left)) == 0) {
			n = 1;
			*to++ = *s;
			continue;
		}
		k = n < sizeof(mask) - 1 ? n : sizeof(mask) - 1;
		memcpy(to, k < sizeof(mask) - 1 ? stars : mask, k);
		to += k;
	}
	*to = '\0';
}
