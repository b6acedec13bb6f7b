#include "test.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>

#include "base/err.h"
#include "base/exit.h"
#include "base/log.h"
#include "base/quote.h"
#include "base/secret.h"
#include "base/sig.h"
#include "io/json/json.h"

static struct test_child c;

static void
texts(void *arg)
{
	(void)arg;
	log_open("zload", LOG_INFO, LOG_TEXT);
	log_error(NULL, "one %d", 1);
	log_warn("stdin:812", "two\nlines\x1b[31m\x7f");
	log_info("x", "\xc3\xa9 \xff \xc2\x9b \xe2\x80\xae");
	log_debug("x", "not shown");
}

TEST("a line has program, level, place and message, without control bytes") {
	test_run(&c, texts, NULL);
	CHECK_STR(c.err, "zload: error: one 1\n"
	    "zload: warn: stdin:812: two?lines?[31m?\n"
	    "zload: info: x: \xc3\xa9 ? ? ?\n");
}

static void
secrets(void *arg)
{
	char s[] = "a tok?en a tok?en. pw";

	(void)arg;
	log_open("p", LOG_TRACE, LOG_TEXT);
	secret_add("");
	secret_add("tok?en");
	secret_add("tok?en-longer");
	secret_add("pw");
	secret_add("qu\"ote");
	log_info("at tok?en", "tok?en tok?en-longer,tok?entok?en %s", "xpwx");
	log_info(NULL, "tok%%3Fen tok%%3fen qu\\\"ote qu\"ote");
	secret_redact(s);
	puts(s);
}

TEST("no secret is printed: repeated, adjacent, or encoded") {
	test_run(&c, secrets, NULL);
	CHECK_STR(c.err, "p: info: at [secret]: [secret] [secret],"
	    "[secret][secret] x[secret]x\n"
	    "p: info: [secret] [secret] [secret] [secret]\n");
	CHECK_STR(c.out, "a ****** a ******. **\n");
}

static char long_secret[700];

static void
long_secrets(void *arg)
{
	char pad[1200];
	size_t i;

	(void)arg;
	log_open("p", LOG_INFO, LOG_TEXT);
	for (i = 0; i < sizeof(long_secret) - 1; i++)
		long_secret[i] = (char)('A' + i % 26);
	secret_add(long_secret);
	for (i = 0; i < 1100; i += 50) {	/* at every position of the cut */
		memset(pad, '.', i);
		pad[i] = '\0';
		log_info(NULL, "%s%s%s", pad, long_secret, long_secret);
	}
}

TEST("a cut line shows no part of a secret") {
	test_run(&c, long_secrets, NULL);
	CHECK(strstr(c.err, "[secret][secret]") != NULL);
	CHECK(strstr(c.err, "ABC") == NULL && strstr(c.err, "XYZ") == NULL);
}

static void
long_lines(void *arg)
{
	char s[5000];

	log_open("p", LOG_INFO, *(enum log_format *)arg);
	log_run("r1");
	memset(s, 'x', sizeof(s) - 1);
	s[sizeof(s) - 1] = '\0';
	log_info("w", "%s", s);
	memset(s, '"', sizeof(s) - 1);
	log_info("w", "%s", s);
	memset(s, '\xff', sizeof(s) - 1);
	log_info(s, "%s", s);
	for (size_t i = 0; i + 3 < sizeof(s); i += 3)
		memcpy(s + i, "\xe2\x82\xac", 3);
	log_info("w", "a%s", s);
}

TEST("a line is at most 1 KB and valid UTF-8") {
	enum log_format f = LOG_TEXT;
	struct buf b = { 0 };
	char *line, *end;

	test_run(&c, long_lines, &f);
	for (line = c.err; *line != '\0'; line = end + 1) {
		end = strchr(line, '\n');
		CHECK(end != NULL && end - line < 1024);
		buf_reset(&b);
		buf_quote(&b, line, (size_t)(end - line));
		CHECK(strstr(b.s, "\xef\xbf\xbd") == NULL);
		CHECK(memcmp(end - 3, "...", 3) == 0);
	}
	buf_free(&b);
}

TEST("a JSON line is JSON, whatever it contains") {
	enum log_format f = LOG_JSON;
	char *line, *end;
	struct json j;
	int n = 0, mended;

	test_run(&c, long_lines, &f);
	for (line = c.err; *line != '\0'; line = end + 1, n++) {
		end = strchr(line, '\n');
		CHECK(end != NULL && end - line < 1024);
		CHECK_INT(json_parse(&j, line, (size_t)(end - line), &mended,
		    NULL), 0);
		CHECK_INT(mended, 0);
		CHECK_STR(json_str(&j, "program"), "p");
		CHECK_STR(json_str(&j, "level"), "info");
		CHECK_STR(json_str(&j, "run"), "r1");
		CHECK(strlen(json_str(&j, "time")) == 20);
		CHECK(strlen(json_str(&j, "msg")) > 20);
		json_free(&j);
	}
	CHECK_INT(n, 4);
}

static void
dying(void *arg)
{
	(void)arg;
	die(ZX_BUG, "no %s", "way");
}

TEST("die prints the reason and exits") {
	test_run(&c, dying, NULL);
	CHECK_STR(c.err, "ztoq: error: no way\n");
	CHECK_INT(c.status, 70);
}

TEST("an error is one line, cut visibly, and is extended at its beginning") {
	struct err e;
	char s[1000];

	CHECK_INT(err_set(&e, 65, "a\nb %d", 7), -1);
	CHECK_STR(e.msg, "a b 7");
	CHECK_INT(err_at(&e, "page %d", 2), -1);
	CHECK_STR(e.msg, "page 2: a b 7");
	CHECK_INT(e.code, 65);
	errno = ENOENT;
	err_sys(&e, 66, "x");
	CHECK_STR(e.msg, "x: No such file or directory");
	CHECK_INT(err_set(NULL, 1, "x"), -1);
	CHECK_INT(err_at(NULL, "x"), -1);
	memset(s, 'y', sizeof(s) - 1);
	s[sizeof(s) - 1] = '\0';
	err_set(&e, 1, "%s", s);
	CHECK_INT(strlen(e.msg), sizeof(e.msg) - 1);
	CHECK_STR(e.msg + strlen(e.msg) - 4, "y...");
	err_at(&e, "front");
	CHECK(strncmp(e.msg, "front: yyy", 10) == 0);
	CHECK_STR(e.msg + strlen(e.msg) - 4, "y...");
}

static void
by_signal(void *arg)
{
	int sig = *(int *)arg;

	sig_open();
	raise(sig);
	if (sig_seen() == sig)
		puts("seen");
	fflush(stdout);
	sig_leave(sig);
}

TEST("a signal sets the flag, and the program ends by it") {
	static const int sigs[] = { SIGINT, SIGTERM, SIGHUP };
	int i, sig;

	for (i = 0; i < 3; i++) {
		sig = sigs[i];
		test_run(&c, by_signal, &sig);
		CHECK_STR(c.out, "seen\n");
		CHECK_INT(c.status, 128 + sig);
	}
}

static void
twice(void *arg)
{
	sig_open();
	raise(*(int *)arg);
	puts("alive");
	fflush(stdout);
	raise(*(int *)arg);
	puts("still alive");
}

TEST("a second INT kills at once, a second TERM does not") {
	int sig = SIGINT;

	test_run(&c, twice, &sig);
	CHECK_STR(c.out, "alive\n");
	CHECK_INT(c.status, 128 + SIGINT);
	sig = SIGTERM;
	test_run(&c, twice, &sig);
	CHECK_STR(c.out, "alive\nstill alive\n");
	CHECK_INT(c.status, 0);
}

static void
read_forever(void *arg)
{
	int *fd = arg;
	char b;
	pid_t me = getpid();

	sig_open();
	if (fork() == 0) {
		/* Repeat the signal: the first one may arrive before the read. */
		close(STDOUT_FILENO);
		close(STDERR_FILENO);
		while (kill(me, SIGTERM) == 0)
			sched_yield();
		_exit(0);
	}
	if (read(fd[0], &b, 1) == -1 && errno == EINTR)
		puts("woken");
	else if (sig_seen())
		puts("woken before");
}

TEST("a blocked read wakes, and PIPE is ignored") {
	int fd[2];

	CHECK_INT(pipe(fd), 0);
	test_run(&c, read_forever, fd);
	CHECK(strncmp(c.out, "woken", 5) == 0);
	close(fd[0]);
	close(fd[1]);
}

static void
without(void *arg)
{
	close(*(int *)arg);
	sig_open();
	if (*(int *)arg == 0 ? read(0, arg, 1) == -1 : write(1, "x", 1) == -1)
		_exit(dup(2) > 2 ? 42 : 1);
}

TEST("a closed standard descriptor fails and is not reused") {
	int fd;

	for (fd = 0; fd < 2; fd++) {
		test_run(&c, without, &fd);
		CHECK_INT(c.status, 42);
	}
}
