#include <fcntl.h>
#include <string.h>
#include <unistd.h>

#include "domain/stream/stream.h"

#include "fuzz.h"

/*
 * The input of a filter: bytes that arrive in pieces through a pipe are cut into lines
 * (compared with a plain search for LF), and the lines are read as a stream.  The
 * first byte determines the size of the pieces and the maximum length of a line.
 */
enum { SHORT = 32, LONGEST = 60000 };	/* capacity of a pipe */

struct want {
	const char	*s, *end;	/* the bytes not yet written */
	int64_t		 line;
	size_t		 max;
};

static int
pipe_open(int fd[2])
{
	if (pipe(fd) == -1 || fcntl(fd[0], F_SETFL, O_NONBLOCK) == -1 ||
	    fcntl(fd[1], F_SETFL, O_NONBLOCK) == -1)
		abort();
	return fd[0];
}

static void
line_is(struct want *w, const struct ndjson_in *in, int rc, const char *line,
    size_t len)
{
	const char *lf;
	size_t n;

	FUZZ_CHECK(w->s < w->end);
	lf = memchr(w->s, '\n', (size_t)(w->end - w->s));
	n = (size_t)((lf ? lf : w->end) - w->s);
	FUZZ_CHECK(in->line == ++w->line);
	FUZZ_CHECK(in->torn == (lf == NULL));
	FUZZ_CHECK(rc == (n > w->max ? 3 : 1));
	if (rc == 1) {
		FUZZ_CHECK(len == n && memcmp(line, w->s, n) == 0);
		FUZZ_CHECK(line[n] == '\0');
	}
	w->s += n + (lf != NULL);
}

static void
lines(const char *s, size_t n, size_t piece, size_t max)
{
	struct want w = { s, s + n, 0, max };
	struct ndjson_in in = { .name = "fuzz", .max = max };
	struct err e = { 0 };
	const char *line, *p = s, *end = s + n;
	size_t len;
	int fd[2], rc;

	in.fd = pipe_open(fd);
	while ((rc = ndjson_next(&in, &line, &len, &e)) != 0) {
		FUZZ_CHECK(rc != -1);
		if (rc != 2) {
			line_is(&w, &in, rc, line, len);
			continue;
		}
		if (piece > (size_t)(end - p))
			piece = (size_t)(end - p);
		if (piece > 0)
			FUZZ_CHECK(write(fd[1], p, piece) == (ssize_t)piece);
		else
			close(fd[1]);
		p += piece;
	}
	FUZZ_CHECK(w.s == end && p == end);
	close(fd[0]);
	ndjson_in_free(&in);
}

static void
message(const struct stream_msg *m)
{
	struct json j;

	FUZZ_CHECK(m->type != MSG_BAD || m->why[0] != '\0');
	if (m->changes != NULL)
		fuzz_canonical(m->changes, strlen(m->changes));
	if (m->type != MSG_RECORD)
		return;
	fuzz_canonical(m->recline, m->reclen);
	FUZZ_CHECK(json_parse(&j, m->recline, m->reclen, NULL, NULL) == 0);
	FUZZ_CHECK(json_equal(&j, &m->rec));
	json_free(&j);
}

static void
stream(const char *s, size_t n, int unsealed)
{
	enum stream_status status;
	struct stream_in in;
	struct stream_msg *m;
	struct err e = { 0 };
	int fd[2], rc;

	stream_in_open(&in, pipe_open(fd), "fuzz");
	in.unsealed = unsealed;
	FUZZ_CHECK(write(fd[1], s, n) == (ssize_t)n);
	close(fd[1]);
	while ((rc = stream_next(&in, &m, &e)) == 1)
		message(m);
	FUZZ_CHECK(rc == 0);
	FUZZ_CHECK(stream_sealed(&in, &status, &e) == 0 || e.code == ZX_DATA);
	close(fd[0]);
	stream_in_free(&in);
}

int
LLVMFuzzerTestOneInput(const uint8_t *s, size_t n)
{
	const char *text = (const char *)s + 1;

	if (n < 2 || n > LONGEST)
		return 0;
	lines(text, n - 1, 1 + *s % 32, *s & 0x80 ? SHORT : NDJSON_MAX);
	stream(text, n - 1, *s & 0x40);
	return 0;
}
