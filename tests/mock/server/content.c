#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/exit.h"
#include "base/mem.h"
#include "io/hash.h"

#include "server/content.h"

/* Larger contents are in a file. */
enum { CONTENT_MEMORY = 1024 * 1024 };

struct content {
	struct hash	*hash;		/* until content_end */
	struct buf	 bytes;		/* empty if fd is not -1 */
	uint64_t	 len, kept, limit;
	int		 fd, refs;
	char		 sum[HASH_HEX];
};

struct content *
content_new(uint64_t limit)
{
	struct content *c = mem_zalloc(sizeof(*c));

	c->hash = hash_open();
	c->limit = limit;
	c->fd = -1;
	c->refs = 1;
	return c;
}

static void
content_write(struct content *c, const char *p, size_t n)
{
	ssize_t done;

	while (n > 0) {
		done = write(c->fd, p, n);
		if (done <= 0)
			die(ZX_IO, "a file in TMPDIR cannot be written");
		p += done;
		n -= (size_t)done;
	}
}

/* Move the bytes to a new file. */
static void
content_spill(struct content *c)
{
	const char *dir = getenv("TMPDIR");
	char *path = mem_fmt("%s/zmock.XXXXXX", dir == NULL || *dir == '\0' ? "/tmp" : dir);

	c->fd = mkstemp(path);
	if (c->fd == -1)
		die(ZX_IO, "%s cannot be created", path);
	unlink(path);
	free(path);
	content_write(c, buf_str(&c->bytes), c->bytes.len);
	buf_free(&c->bytes);
}

void
content_add(struct content *c, const void *p, size_t n)
{
	size_t room = c->limit - c->kept < n ? (size_t)(c->limit - c->kept) : n;

	hash_add(c->hash, p, n);
	c->len += n;
	c->kept += room;
	if (c->fd == -1 && c->kept > CONTENT_MEMORY)
		content_spill(c);
	if (c->fd == -1)
		buf_add(&c->bytes, p, room);
	else
		content_write(c, p, room);
}

void
content_end(struct content *c)
{
	hash_close(c->hash, c->sum);
	c->hash = NULL;
}

struct content *
content_ref(struct content *c)
{
	c->refs++;
	return c;
}

void
content_free(struct content *c)
{
	if (c == NULL || --c->refs > 0)
		return;
	if (c->hash != NULL)
		hash_close(c->hash, NULL);
	if (c->fd != -1)
		close(c->fd);
	buf_free(&c->bytes);
	free(c);
}

uint64_t
content_len(const struct content *c)
{
	return c->len;
}

const char *
content_sum(const struct content *c)
{
	return c->sum;
}

size_t
content_read(const struct content *c, uint64_t from, void *out, size_t max)
{
	size_t n = from >= c->kept ? 0 : c->kept - from < max ? (size_t)(c->kept - from) : max;
	ssize_t got;

	if (c->fd == -1) {
		memcpy(out, buf_str(&c->bytes) + (n > 0 ? from : 0), n);
		return n;
	}
	got = pread(c->fd, out, n, (off_t)from);
	if (got < 0)
		die(ZX_IO, "a file in TMPDIR cannot be read");
	return (size_t)got;
}
