#include "test.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <poll.h>
#include <signal.h>

#include "base/sig.h"
#include "io/ndjson.h"

static struct test_child child;

static void
filled(struct ndjson_in *in, const char *s, size_t len)
{
	int fd[2];

	if (pipe(fd) == -1 || write(fd[1], s, len) != (ssize_t)len)
		abort();
	close(fd[1]);
	*in = (struct ndjson_in){ .fd = fd[0], .name = "stdin" };
}

static void
closed(struct ndjson_in *in)
{
	close(in->fd);
	ndjson_in_free(in);
}

/* Return "line@offset:text|" of each line, with "#" if too long, "~" if cut. */
static const char *
lines(const char *s, size_t len, size_t max)
{
	static char out[2000];
	struct ndjson_in in;
	struct buf b = { 0 };
	const char *line;
	size_t n;
	struct err e;
	int rc;

	filled(&in, s, len);
	in.max = max;
	while ((rc = ndjson_next(&in, &line, &n, &e)) > 0) {
		buf_printf(&b, "%d:%s%s|", (int)in.line,
		    rc == 3 ? "#" : line, in.torn ? "~" : "");
		if (rc != 3 && strlen(line) != n)
			buf_puts(&b, "wrong length|");
	}
	buf_printf(&b, "%d", rc);
	snprintf(out, sizeof(out), "%s", b.s);
	closed(&in);
	buf_free(&b);
	return out;
}

TEST("lines are read with their number") {
	CHECK_STR(lines("a\n\nbcd\n", 7, 0), "1:a|2:|3:bcd|0");
	CHECK_STR(lines("a\nb", 3, 0), "1:a|2:b~|0");
	CHECK_STR(lines("", 0, 0), "0");
	CHECK_STR(lines("\n", 1, 0), "1:|0");
}

TEST("a line that is too long is skipped, however it ends") {
	CHECK_STR(lines("a\nbcdef\ng\n", 10, 4), "1:a|2:#|3:g|0");
	CHECK_STR(lines("abcde\nx\n", 8, 5), "1:abcde|2:x|0");
	CHECK_STR(lines("abcdef", 6, 5), "1:#~|0");
}

static void
long_line(void *arg)
{
	struct ndjson_in in = { .name = "stdin", .max = 1000 };
	int i, fd[2];
	const char *line;
	size_t n;
	struct err e;
	char s[5000];

	(void)arg;
	if (pipe(fd) == -1)
		abort();
	if (fork() == 0) {
		memset(s, 'x', sizeof(s));
		for (i = 0; i < 400; i++)
			if (write(fd[1], s, sizeof(s)) == -1)
				_exit(1);
		_exit(write(fd[1], "\nend\n", 5) == -1);
	}
	close(fd[1]);
	in.fd = fd[0];
	printf("%d ", ndjson_next(&in, &line, &n, &e));
	printf("%d ", ndjson_next(&in, &line, &n, &e));
	printf("%s ", line);
	printf("%d", in.b.cap < 300000);
}

TEST("an endless line takes no memory") {
	test_run(&child, long_line, NULL);
	CHECK_STR(child.out, "3 1 end 1");
}

TEST("lines that span several reads are complete") {
	struct buf b = { 0 };
	struct ndjson_in in = { .name = "f" };
	const char *line;
	size_t n;
	struct err e;
	FILE *f = tmpfile();
	char want[64];
	int i;

	for (i = 1; i <= 50000; i++)
		fprintf(f, "line %d%*s\n", i, i % 60, "");
	fflush(f);
	rewind(f);
	in.fd = fileno(f);
	lseek(in.fd, 0, SEEK_SET);
	for (i = 1; ndjson_next(&in, &line, &n, &e) == NDJSON_LINE; i++) {
		snprintf(want, sizeof(want), "line %d", i);
		CHECK(strncmp(line, want, strlen(want)) == 0);
		CHECK_INT(n, strlen(want) + (size_t)(i % 60));
		CHECK_INT(in.line, i);
	}
	CHECK_INT(i, 50001);
	ndjson_in_free(&in);
	fclose(f);
	buf_free(&b);
}

TEST("an empty descriptor is reported and read again later") {
	int fd[2];
	struct ndjson_in in = { .name = "stdin" };
	const char *line;
	size_t n;
	struct err e;

	CHECK_INT(pipe(fd), 0);
	fcntl(fd[0], F_SETFL, O_NONBLOCK);
	in.fd = fd[0];
	CHECK_INT(ndjson_next(&in, &line, &n, &e), NDJSON_LATER);
	CHECK_INT(write(fd[1], "ab", 2), 2);
	CHECK_INT(ndjson_next(&in, &line, &n, &e), NDJSON_LATER);
	CHECK_INT(write(fd[1], "c\nd", 3), 3);
	CHECK_INT(ndjson_next(&in, &line, &n, &e), NDJSON_LINE);
	CHECK_STR(line, "abc");
	close(fd[1]);
	CHECK_INT(ndjson_next(&in, &line, &n, &e), NDJSON_LINE);
	CHECK_STR(line, "d");
	CHECK_INT(in.torn, 1);
	CHECK_INT(ndjson_next(&in, &line, &n, &e), NDJSON_END);
	closed(&in);
}

TEST("a failed read is an error with the name of the file") {
	struct ndjson_in in = { .fd = open("/tmp", O_RDONLY), .name = "input" };
	const char *line;
	size_t n;
	struct err e;

	CHECK_INT(ndjson_next(&in, &line, &n, &e), NDJSON_FAILED);
	CHECK_INT(e.code, ZX_IO);
	CHECK_STR(e.msg, "input: Is a directory");
	closed(&in);
}

static void
blocked(void *arg)
{
	struct ndjson_in in = { .fd = ((int *)arg)[0], .name = "stdin" };
	const char *line;
	size_t n;
	struct err e = { 0 };
	pid_t me = getpid();

	sig_open();
	if (fork() == 0) {
		kill(me, SIGTERM);
		_exit(0);
	}
	printf("%d ", ndjson_next(&in, &line, &n, &e));
	printf("%d %s", e.code, e.msg);
}

TEST("a signal ends a blocked read") {
	int fd[2];

	CHECK_INT(pipe(fd), 0);
	test_run(&child, blocked, fd);
	CHECK_STR(child.out, "-1 75 stdin: stopped by a signal at line 0");
	close(fd[0]);
	close(fd[1]);
}

TEST("output is written without blocking, and completely in the end") {
	struct ndjson_out o;
	struct err e;
	char s[3000], *all;
	int fd[2], i;
	size_t got = 0;
	ssize_t n;

	CHECK_INT(pipe(fd), 0);
	ndjson_out_open(&o, fd[1]);
	memset(s, 'x', sizeof(s));
	for (i = 0; i < 100; i++)
		ndjson_put(&o, s, sizeof(s));
	CHECK_INT(o.b.len, 300100);
	CHECK_INT(ndjson_push(&o, &e), NDJSON_PART);	/* a full pipe does not block */
	CHECK(o.b.len > 0 && o.b.len < 300100);
	all = malloc(300100);
	while (o.b.len > 0) {
		while ((n = read(fd[0], all + got, PIPE_BUF)) > 0 &&
		    (got += (size_t)n) % (16 * PIPE_BUF) != 0)
			continue;
		CHECK(ndjson_push(&o, &e) != NDJSON_BROKEN);
	}
	CHECK_INT(ndjson_flush(&o, &e), 0);
	while (got < 300100 && (n = read(fd[0], all + got, 300100 - got)) > 0)
		got += (size_t)n;
	CHECK_INT(got, 300100);
	for (i = 1; i <= 100; i++)
		CHECK(all[i * 3001 - 1] == '\n' && all[i * 3001 - 2] == 'x');
	free(all);
	ndjson_out_free(&o);
	CHECK_INT(fcntl(fd[1], F_GETFL) & O_NONBLOCK, 0);
	close(fd[0]);
	close(fd[1]);
}

TEST("a closed pipe sets a flag, a full disk is an error") {
	struct ndjson_out o;
	struct err e;
	int fd[2];

	signal(SIGPIPE, SIG_IGN);
	CHECK_INT(pipe(fd), 0);
	close(fd[0]);
	ndjson_out_open(&o, fd[1]);
	ndjson_put(&o, "x", 1);
	CHECK_INT(ndjson_flush(&o, &e), -1);
	CHECK_INT(o.pipe_closed, 1);
	ndjson_out_free(&o);
	close(fd[1]);
	fd[1] = open("/dev/full", O_WRONLY);
	ndjson_out_open(&o, fd[1]);
	ndjson_put(&o, "x", 1);
	CHECK_INT(ndjson_flush(&o, &e), -1);
	CHECK_INT(o.pipe_closed, 0);
	CHECK_INT(e.code, ZX_IO);
	CHECK_STR(e.msg, "standard output: No space left on device");
	ndjson_out_free(&o);
	close(fd[1]);
}

enum way { WAY_EXIT, WAY_DIE, WAY_NOW, WAY_SIGNAL, WAY_TWO_INTS };
static int shared[2];

static void
leave(void *arg)
{
	struct ndjson_out o;

	sig_open();
	ndjson_out_open(&o, shared[1]);
	if ((fcntl(shared[1], F_GETFL) & O_NONBLOCK) == 0)
		_exit(99);
	switch (*(enum way *)arg) {
	case WAY_EXIT:
		exit(1);
	case WAY_DIE:
		die(ZX_BUG, "x");
	case WAY_NOW:
		exit_now(1);
	case WAY_SIGNAL:
		sig_leave(SIGTERM);
	case WAY_TWO_INTS:
		raise(SIGINT);
		raise(SIGINT);
	}
}

TEST("the flags of the descriptor are restored in any case") {
	enum way w;

	CHECK_INT(pipe(shared), 0);
	for (w = WAY_EXIT; w <= WAY_TWO_INTS; w++) {
		test_run(&child, leave, &w);
		CHECK(child.status != 0 && child.status != 99);
		CHECK_INT(fcntl(shared[1], F_GETFL) & O_NONBLOCK, 0);
	}
	close(shared[0]);
	close(shared[1]);
}
