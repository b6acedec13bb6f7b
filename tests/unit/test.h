#pragma once

/*
 * The harness of the unit programs.  The name of a test is a sentence:
 *	TEST("control bytes are quoted") { CHECK(1 + 1 == 2); }
 * A CHECK that fails prints its place and returns from the test (a void function).
 * Each file is a program; with an argument it runs only the tests whose name contains
 * it.  It prints "ok N - name" or "not ok N - name" and "N passed, N failed" at the
 * end; the status is 1 if one failed.
 */
#include <stdint.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

enum { TEST_MAX = 400 };

static struct { const char *name; void (*fn)(void); } test_list[TEST_MAX];
static int test_count, test_bad;
static const char *test_skipped;

#define TEST_CAT_(a, b)	a##b
#define TEST_CAT(a, b)	TEST_CAT_(a, b)
#define TEST_(run, add, what)						\
	static void run(void);						\
	__attribute__((constructor)) static void			\
	add(void)							\
	{								\
		test_list[test_count].name = what;			\
		test_list[test_count++].fn = run;			\
	}								\
	static void							\
	run(void)
#define TEST(what) TEST_(TEST_CAT(test_fn_, __LINE__),			\
	    TEST_CAT(test_add_, __LINE__), what)

/* Skip a test that this machine cannot run; the line of the test says why. */
#define SKIP(why) do {							\
	test_skipped = (why);						\
	return;								\
} while (0)

#define CHECK(what) do {						\
	if (!(what)) {							\
		printf("# %s:%d: %s\n", __FILE__, __LINE__, #what);	\
		test_bad = 1;						\
		return;							\
	}								\
} while (0)

#define CHECK_STR(got, want) do {					\
	const char *g_ = (got), *w_ = (want);				\
	if (g_ == NULL || w_ == NULL ? g_ != w_ : strcmp(g_, w_) != 0) {\
		printf("# %s:%d: %s\n#  got: %s\n# want: %s\n",		\
		    __FILE__, __LINE__, #got, g_ ? g_ : "(null)",	\
		    w_ ? w_ : "(null)");				\
		test_bad = 1;						\
		return;							\
	}								\
} while (0)

#define CHECK_INT(got, want) do {					\
	intmax_t g_ = (intmax_t)(got), w_ = (intmax_t)(want);		\
	if (g_ != w_) {							\
		printf("# %s:%d: %s is %jd, want %jd\n",		\
		    __FILE__, __LINE__, #got, g_, w_);			\
		test_bad = 1;						\
		return;							\
	}								\
} while (0)

/* The status (128 + n if a signal ended it) and the output of a child. */
struct test_child {
	int	 status;
	char	 out[65536], err[65536];
};

__attribute__((unused)) static void
test_slurp(FILE *f, char *to, size_t size)
{
	rewind(f);
	to[fread(to, 1, size - 1, f)] = '\0';
	fclose(f);
}

/* Run fn(arg) in a child, which exits with 0 if fn returns. */
__attribute__((unused)) static void
test_run(struct test_child *c, void (*fn)(void *), void *arg)
{
	FILE *out = tmpfile(), *err = tmpfile();
	pid_t pid;
	int st;

	fflush(stdout);
	if (out == NULL || err == NULL || (pid = fork()) == -1)
		abort();
	if (pid == 0) {
		dup2(fileno(out), 1);
		dup2(fileno(err), 2);
		fn(arg);
		fflush(stdout);
		_exit(0);
	}
	while (waitpid(pid, &st, 0) == -1)
		continue;
	c->status = WIFSIGNALED(st) ? 128 + WTERMSIG(st) : WEXITSTATUS(st);
	test_slurp(out, c->out, sizeof(c->out));
	test_slurp(err, c->err, sizeof(c->err));
}

/*
 * Return the seed of random tests, from ZT_SEED.  ZT_SOAK multiplies the number of
 * their rounds by ten.
 */
__attribute__((unused)) static uint32_t
test_seed(void)
{
	const char *s = getenv("ZT_SEED");
	uint32_t n = s == NULL ? 1 : (uint32_t)strtoul(s, NULL, 10);

	return n * 2654435761u | 1;
}

__attribute__((unused)) static uint32_t
test_chance(uint32_t *seed)
{
	*seed ^= *seed << 13;
	*seed ^= *seed >> 17;
	*seed ^= *seed << 5;
	return *seed;
}

__attribute__((unused)) static int
test_rounds(int n)
{
	const char *s = getenv("ZT_SOAK");

	return s != NULL && *s != '\0' ? n * 10 : n;
}

int
main(int argc, char **argv)
{
	int i, n = 0, failed = 0;

	for (i = 0; i < test_count; i++) {
		if (argc > 1 && strstr(test_list[i].name, argv[1]) == NULL)
			continue;
		test_bad = 0;
		test_skipped = NULL;
		test_list[i].fn();
		printf("%sok %d - %s%s%s\n", test_bad ? "not " : "", ++n,
		    test_list[i].name, test_skipped ? " # skip " : "",
		    test_skipped ? test_skipped : "");
		fflush(stdout);
		failed += test_bad;
	}
	printf("%d passed, %d failed\n", n - failed, failed);
	return failed != 0;
}
