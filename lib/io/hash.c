#include <stdlib.h>
#include <sys/random.h>

#include <openssl/evp.h>

#include "base/exit.h"
#include "base/mem.h"
#include "io/hash.h"

struct hash {
	EVP_MD_CTX	*ctx;
};

/* Return SHA-256, looked up once: OpenSSL 3 looks algorithms up by name at each use. */
static const EVP_MD *
hash_md(void)
{
	static EVP_MD *md;

	if (md == NULL && (md = EVP_MD_fetch(NULL, "SHA256", NULL)) == NULL)
		die(ZX_BUG, "OpenSSL has no SHA-256");
	return md;
}

/* Write n bytes in hex and a NUL to out. */
static void
hash_hex(const unsigned char *p, size_t n, char *out)
{
	static const char digits[] = "0123456789abcdef";
	size_t i;

	for (i = 0; i < n; i++) {
		*out++ = digits[p[i] >> 4];
		*out++ = digits[p[i] & 15];
	}
	*out = '\0';
}

/* Begin a digest in h, whose ctx is reused unless it is NULL. */
static void
hash_begin(struct hash *h)
{
	if (h->ctx == NULL)
		h->ctx = EVP_MD_CTX_new();
	if (h->ctx == NULL || EVP_DigestInit_ex(h->ctx, hash_md(), NULL) != 1)
		die(ZX_BUG, "OpenSSL cannot start a hash");
}

static void
hash_end(struct hash *h, char out[HASH_HEX])
{
	unsigned char md[EVP_MAX_MD_SIZE];

	if (EVP_DigestFinal_ex(h->ctx, md, NULL) != 1)
		die(ZX_BUG, "OpenSSL cannot finish a hash");
	hash_hex(md, HASH_LEN, out);
}

void
hash_text(const void *p, size_t n, char out[HASH_HEX])
{
	static struct hash h;

	hash_begin(&h);
	hash_add(&h, p, n);
	hash_end(&h, out);
}

uint64_t
hash_head(const char *hex)
{
	uint64_t n = 0;
	int i, c;

	for (i = 0; i < 16 && hex[i] != '\0'; i++) {
		c = hex[i];
		c = c >= '0' && c <= '9' ? c - '0' :
		    c >= 'a' && c <= 'f' ? c - 'a' + 10 :
		    c >= 'A' && c <= 'F' ? c - 'A' + 10 : 0;
		n = n << 4 | (uint64_t)c;
	}
	return n;
}

struct hash *
hash_open(void)
{
	struct hash *h = mem_zalloc(sizeof(*h));

	hash_begin(h);
	return h;
}

void
hash_add(struct hash *h, const void *p, size_t n)
{
	if (n > 0 && EVP_DigestUpdate(h->ctx, p, n) != 1)
		die(ZX_BUG, "OpenSSL cannot hash");
}

void
hash_close(struct hash *h, char out[HASH_HEX])
{
	if (h == NULL)
		return;
	if (out != NULL)
		hash_end(h, out);
	EVP_MD_CTX_free(h->ctx);
	free(h);
}

void
hash_random(size_t n, char *out)
{
	unsigned char b[32];
	size_t k;

	for (*out = '\0'; n > 0; n -= k, out += 2 * k) {
		k = n < sizeof(b) ? n : sizeof(b);
		/* RAND_bytes would first seed a generator of its own; so few bytes come whole */
		if (getrandom(b, k, 0) != (ssize_t)k)
			die(ZX_BUG, "no random bytes");
		hash_hex(b, k, out);
	}
}
