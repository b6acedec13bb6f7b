#include "test.h"

#include <fcntl.h>
#include <signal.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/secret.h"
#include "base/sig.h"
#include "base/time.h"
#include "domain/job.h"
#include "both.h"

/* Run a small program in a child, with main() as in every program. */
struct call {
	const char	*argv[12];
	int		 (*work)(struct job *, struct err *);
};

static void
program(void *arg)
{
	static struct job job;
	struct call *c = arg;
	struct opt none[] = { { .name = NULL } };
	struct opt_set set = { .program = "zprog",
		.what = "does nothing much",
		.tables = { none, job_options(&job, "") } };
	struct err e = { 0 };
	char *argv[13] = { NULL };
	int argc, rc;

	for (argc = 0; c->argv[argc] != NULL; argc++)
		argv[argc] = mem_dup(c->argv[argc]);
	rc = job_start(&job, &set, argc, argv, &e);
	if (rc <= 0)
		exit(job_end(&job, rc, &e));
	rc = job_db(&job, &e);
	if (rc == 0 && c->work != NULL)
		rc = c->work(&job, &e);
	exit(job_end(&job, rc, &e));
}

static int
says_ok(struct job *j, struct err *e)
{
	(void)j, (void)e;
	return puts("fine") == EOF ? -1 : 0;
}

static int
says_rejects(struct job *j, struct err *e)
{
	(void)j, (void)e;
	return ZX_REJECTS;
}

static int
fails(struct job *j, struct err *e)
{
	(void)j;
	secret_add("hush-hush-hush");
	return err_set(e, ZX_PROTO, "the token hush-hush-hush was eaten");
}

static int
full(struct job *j, struct err *e)
{
	int fd = open("/dev/full", O_WRONLY);

	(void)j, (void)e;
	dup2(fd, 1);
	return puts("lost") == EOF ? -1 : 0;
}

static int
nobody_reads(struct job *j, struct err *e)
{
	int p[2];

	(void)j, (void)e;
	if (pipe(p) == -1)
		return -1;
	dup2(p[1], 1);
	close(p[0]);
	close(p[1]);
	return puts("lost") == EOF ? -1 : 0;
}

static int
gets_signal(struct job *j, struct err *e)
{
	const char *why;

	if (job_stop(j, &why))
		return err_set(e, ZX_BUG, "stops too early");
	raise(SIGTERM);
	if (!job_stop(j, &why) || strcmp(why, "a signal") != 0)
		return err_set(e, ZX_BUG, "goes on");
	return err_set(e, ZX_RETRY, "stopped");
}

static int
runs_out(struct job *j, struct err *e)
{
	const char *why;

	if (j->deadline_ms != 250 || j->in_flight != 3 || j->limit != 2000)
		return err_set(e, ZX_BUG, "options");
	j->started_ms -= 250;
	if (!job_stop(j, &why) || strcmp(why, "--deadline") != 0)
		return err_set(e, ZX_BUG, "no deadline");
	j->started_ms += 100000;
	j->requests = 8;
	if (job_stop(j, &why))
		return err_set(e, ZX_BUG, "stops too early");
	j->requests = 9;
	if (!job_stop(j, &why) || strcmp(why, "--max-requests") != 0)
		return err_set(e, ZX_BUG, "no --max-requests");
	return err_set(e, ZX_RETRY, "stopped by %s", why);
}

/* Return the last row of run as "tool project status error". */
static const char *
run_row(void)
{
	static char out[300];
	struct db *db = both_open(DB_SQLITE);
	struct db_query q;
	struct err e = { 0 };

	*out = '\0';
	db_query(&q, db, "SELECT tool, project, status, error, ended_at -"
	    " started_at FROM run ORDER BY started_at DESC, job LIMIT 1", "");
	if (db_row(&q))
		snprintf(out, sizeof(out), "%s %s %s %s%s", db_str(&q, 0),
		    db_str(&q, 1) ? db_str(&q, 1) : "-",
		    db_str(&q, 2) ? db_str(&q, 2) : "-",
		    db_str(&q, 3) ? db_str(&q, 3) : "-",
		    db_null(&q, 4) ? " open" : "");
	db_done(&q, &e);
	db_close(db);
	return out;
}

static void
fresh_env(void)
{
	both_at(DB_SQLITE);
	both_sh("%srm -f %s/t.db %s/t.db-*", "");
	setenv("ZTOQ_DB", both_at(DB_SQLITE), 1);
	unsetenv("ZEPHYR_PROJECT_KEY");
}

TEST("the result of a program is its status and is in its row of run")
{
	struct { int (*work)(struct job *, struct err *); int status;
	    const char *row; } t[] = {
		{ says_ok, 0, "zprog P 0 -" },
		{ says_rejects, 3, "zprog P 3 -" },
		{ fails, 76, "zprog P 76 the token [secret] was eaten" },
		{ full, 74, "zprog P 74 -" },
		{ nobody_reads, 141, "zprog P 141 -" },
		{ gets_signal, 143, "zprog P 143 stopped" },
	};
	struct test_child c;
	struct call call = { .argv = { "zprog", "-p", "P" } };
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		fresh_env();
		call.work = t[i].work;
		test_run(&c, program, &call);
		if (c.status != t[i].status)
			CHECK_STR(c.err, "");
		CHECK_STR(run_row(), t[i].row);
		CHECK(strstr(c.err, "hush") == NULL);
		CHECK(t[i].work != nobody_reads || *c.err == '\0');
		CHECK(t[i].work != full || strstr(c.err,
		    "zprog: error: stdout: No space left") != NULL);
		CHECK(t[i].work != fails || strcmp(c.err,
		    "zprog: error: the token [secret] was eaten\n") == 0);
	}
}

TEST("help and version are printed on stdout, without a database")
{
	struct test_child c;
	struct call call = { .argv = { "zprog", "-V" } };

	setenv("ZTOQ_DB", "mysql://x/", 1);
	test_run(&c, program, &call);
	CHECK_INT(c.status, 0);
	CHECK_STR(c.out, "zprog " ZTOQ_VERSION "\n");
	call.argv[1] = "--help";
	test_run(&c, program, &call);
	CHECK_INT(c.status, 0);
	CHECK(strstr(c.out, "--project-key") && strstr(c.out, "--max-requests"));
	CHECK_STR(c.err, "");
}

TEST("a wrong command line ends with 64 and names what is wrong")
{
	static const struct { const char *a, *b, *word; } t[] = {
		{ "--nonsense", NULL, "--nonsense" },
		{ "--limit", "many", "limit" },
		{ "--log-format", "xml", "xml" },
		{ "--db", "mysql://x/", "postgresql://" },
		{ "--db", "postgresql://u:hush@127.0.0.1:1/x", "PGPASSFILE" },
	};
	struct test_child c;
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		char a[40], b[60];
		struct call call = { .argv = { "zprog", a, t[i].b ? b : NULL } };

		snprintf(a, sizeof(a), "%s", t[i].a);
		snprintf(b, sizeof(b), "%s", t[i].b ? t[i].b : "");
		fresh_env();
		test_run(&c, program, &call);
		CHECK_INT(c.status, ZX_USAGE);
		CHECK(strstr(c.err, t[i].word) != NULL);
		CHECK(strstr(c.err, "hush") == NULL);
		CHECK_STR(c.out, "");
	}
}

TEST("a deadline and a maximum of requests stop a program with 75")
{
	struct test_child c;
	struct call call = { .argv = { "zprog", "--deadline", "250ms",
	    "--max-requests", "9", "--in-flight", "3", "--limit", "2k" },
	    .work = runs_out };

	fresh_env();
	test_run(&c, program, &call);
	CHECK_INT(c.status, ZX_RETRY);
	CHECK(strstr(c.err, "stopped by --max-requests") != NULL);
}

static void
secrets(void *arg)
{
	const char *a, *b, *none;
	struct err e = { 0 };

	log_open("t", LOG_INFO, LOG_TEXT);
	if (job_secret("T_ONE", &a, &e) == -1 || job_secret("T_TWO", &b, &e) ==
	    -1 || job_secret("T_NONE", &none, &e) == -1)
		_exit(1);
	if (strcmp(a, "word-one") != 0 || strcmp(b, "word-two") != 0 || none)
		_exit(2);
	log_info(NULL, "%s %s", a, b);
	setenv("T_TWO_FILE", arg, 1);
	if (job_secret("T_TWO", &b, &e) != -1 || e.code != ZX_CONFIG)
		_exit(3);
	setenv("T_TWO_FILE", "/nowhere", 1);
	if (job_secret("T_TWO", &b, &e) != -1 || e.code != ZX_NOINPUT)
		_exit(4);
}

TEST("secrets are read from NAME or NAME_FILE and are in no log line")
{
	struct test_child c;
	char path[] = "/tmp/ztoq-secret-XXXXXX", empty[] = "/dev/null";
	int fd = mkstemp(path);

	CHECK(write(fd, "word-two\r\n", 10) == 10);
	close(fd);
	setenv("T_ONE", "word-one", 1);
	setenv("T_TWO_FILE", path, 1);
	test_run(&c, secrets, empty);
	unlink(path);
	CHECK_INT(c.status, 0);
	CHECK_STR(c.err, "t: info: [secret] [secret]\n");
}

TEST("the stages of a pipe share a run id, each with its own row")
{
	struct test_child c;
	struct call call = { .argv = { "zprog", "--run", "R1" } };
	struct db *db;
	struct err e = { 0 };
	int64_t n;

	fresh_env();
	test_run(&c, program, &call);
	CHECK_INT(c.status, 0);
	test_run(&c, program, &call);
	CHECK_INT(c.status, 0);
	db = both_open(DB_SQLITE);
	CHECK_INT(db_one(db, &n, 0, &e, "SELECT count(*) FROM run WHERE"
	    " id = 'R1' AND status = 0", ""), 0);
	db_close(db);
	CHECK_INT(n, 2);
}
