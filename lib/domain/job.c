#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/buf.h"
#include "base/exposure.h"
#include "base/log.h"
#include "base/mem.h"
#include "base/place.h"
#include "base/secret.h"
#include "base/sig.h"
#include "base/time.h"
#include "domain/job.h"
#include "domain/schema.h"
#include "domain/setting.h"
#include "io/hash.h"

/* The common options in the order of -h, and the members of struct job that they set. */
#define AT(member) offsetof(struct job, member)
static const struct {
	size_t		 at;
	struct opt	 opt;
} all_rows[] = {
	{ AT(batch_size), { .name = "batch-size", .arg = "N", .type = OPT_NUM,
	    .help = "commit after N records (1 to 10000); default 256" } },
	{ AT(check), { .name = "check", .type = OPT_FLAG,
	    .help = "check settings, rights and files, then exit" } },
	{ AT(config), { .name = "config", .arg = "FILE", .type = OPT_STR,
	    .help = "read settings (KEY=value lines) from FILE" } },
	{ AT(db_url), { .name = "db", .arg = "URL", .type = OPT_STR, .env = "ZTOQ_DB",
	    .help = "sqlite:PATH or postgresql://…; default sqlite:ztoq.db" } },
	{ AT(deadline_ms), { .name = "deadline", .arg = "T", .type = OPT_TIME,
	    .help = "stop after T (90s, 5m, 2h), between two records" } },
	{ AT(help), { .letter = 'h', .name = "help", .type = OPT_FLAG,
	    .env = "", .help = "show this help" } },
	{ AT(in_flight), { .name = "in-flight", .arg = "N", .type = OPT_NUM,
	    .help = "requests in flight at most; default 8" } },
	{ AT(limit), { .name = "limit", .arg = "N", .type = OPT_NUM,
	    .help = "stop after N records" } },
	{ AT(log_format), { .name = "log-format", .arg = "text|json",
	    .type = OPT_CHOICE, .help = "format of the messages on stderr" } },
	{ AT(max_requests), { .name = "max-requests", .arg = "N", .type = OPT_NUM,
	    .help = "stop after N requests" } },
	{ AT(plan), { .name = "plan", .type = OPT_FLAG,
	    .help = "show what would be done, change nothing" } },
	{ AT(project), { .letter = 'p', .name = "project-key", .arg = "KEY",
	    .type = OPT_STR, .env = "ZEPHYR_PROJECT_KEY",
	    .help = "key of the Zephyr project" } },
	{ AT(quiet), { .letter = 'q', .name = "quiet", .type = OPT_FLAG,
	    .help = "print warnings and errors only" } },
	{ AT(reject_path), { .letter = 'r', .name = "reject", .arg = "FILE",
	    .type = OPT_STR, .help = "append rejected records to FILE" } },
	{ AT(run), { .name = "run", .arg = "ID", .type = OPT_STR,
	    .help = "id of this run, the same for all stages of a pipeline" } },
	{ AT(verbose), { .letter = 'v', .name = "verbose", .type = OPT_COUNT,
	    .help = "print details; given twice: every request" } },
	{ AT(version), { .letter = 'V', .name = "version", .type = OPT_FLAG,
	    .env = "", .help = "show the version" } },
};
enum { ROWS = sizeof(all_rows) / sizeof(all_rows[0]) };

static struct opt rows[ROWS + 1];	/* the options of this program */

struct opt *
job_options(struct job *j, const char *without)
{
	int i, n = 0;

	for (i = 0; i < ROWS; i++) {
		if (opt_is_listed(without, " ", all_rows[i].opt.name))
			continue;
		rows[n] = all_rows[i].opt;
		rows[n++].var = (char *)j + all_rows[i].at;
	}
	rows[n] = (struct opt){ 0 };
	j->in_flight = j->in_flight ? j->in_flight : 8;
	j->batch_size = j->batch_size ? j->batch_size : JOB_BATCH;
	j->db_url = j->db_url ? j->db_url : "sqlite:ztoq.db";
	j->log_format = j->log_format ? j->log_format : "text";
	return rows;
}

static enum log_level
job_log_level(const struct job *j)
{
	if (j->quiet)
		return LOG_WARN;
	return j->verbose > 1 ? LOG_TRACE : j->verbose ? LOG_DEBUG : LOG_INFO;
}

/* True if a common option was given on the command line. */
static int
job_is_argument(const char *name)
{
	int i;

	for (i = 0; rows[i].name != NULL; i++)
		if (strcmp(rows[i].name, name) == 0)
			return rows[i].from == 'c';
	return 0;
}

int
job_start(struct job *j, struct opt_set *set, int argc, char **argv, struct err *e)
{
	int first;

	j->tool = set->program;
	j->started_ms = time_mono_ms();
	hash_random(16, j->id);
	set->known = setting_names;
	log_open(j->tool, LOG_INFO, LOG_TEXT);
	if ((first = opt_parse(set, argc, argv, e)) == -1)
		return -1;
	if (j->help || j->version || set->listed) {
		if (set->listed)
			opt_list(set);
		else if (j->help)
			opt_help(set);
		else
			opt_version(set);
		return 0;
	}
	if (j->batch_size < 1 || j->batch_size > JOB_BATCH_MAX)
		return err_set(e, job_is_argument("batch-size") ? ZX_USAGE : ZX_CONFIG,
		    "--batch-size (ZTOQ_BATCH_SIZE) takes a number from 1 to %d", JOB_BATCH_MAX);
	log_open(j->tool, job_log_level(j), strcmp(j->log_format, "json") == 0 ?
	    LOG_JSON : LOG_TEXT);
	if (j->run == NULL)
		j->run = mem_dupn(j->id, 12);
	log_run(j->run);
	sig_open();
	return first;
}

/* Copy settings of libpq, which --config may contain, to the environment. */
static void
job_pg_environment(void)
{
	static const char *const names[] = { "PGPASSWORD", "PGPASSFILE" };
	const char *v;
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if (getenv(names[i]) == NULL &&
		    (v = opt_value(names[i])) != NULL)
			setenv(names[i], v, 1);
	secret_add(getenv("PGPASSWORD"));
}

/* Return where the URL of the database comes from: every user of the host can read a
   command line. */
static enum db_url_from
job_url_from(void)
{
	return job_is_argument("db") ? DB_URL_PUBLIC : DB_URL_PRIVATE;
}

/* Return 1 if the URL contains a password. */
static int
job_url_has_password(const char *url)
{
	const char *host = strstr(url, "://"), *at = strrchr(url, '@');

	return strstr(url, "password=") != NULL || (host != NULL && at > host + 3 &&
	    memchr(host + 3, ':', (size_t)(at - host) - 3) != NULL);
}

int
job_db_lasts(const char *url, struct err *e)
{
	return strcmp(url, "sqlite::memory:") != 0 && strcmp(url, ":memory:") != 0 ? 0 :
	    err_set(e, ZX_USAGE, "sqlite::memory: is lost when a program ends and cannot be "
	    "shared; use sqlite:PATH");
}

int
job_open(struct job *j, struct err *e)
{
	if (job_db_lasts(j->db_url, e) == -1)
		return -1;
	job_pg_environment();
	if (opt_exposed("PGPASSWORD") != NULL)
		exposure_warn_file(opt_exposed("PGPASSWORD"), "PGPASSWORD");
	if (opt_exposed("ZTOQ_DB") != NULL && job_url_has_password(j->db_url))
		exposure_warn_file(opt_exposed("ZTOQ_DB"), "a password in ZTOQ_DB");
	return db_open(&j->db, j->db_url, job_url_from(), e);
}

int
job_check(struct job *j, struct err *e)
{
	int there;

	if (j->reject_path != NULL && place_check_file(j->reject_path, NULL, e) == -1)
		return err_at(e, "-r (ZTOQ_REJECT)");
	job_pg_environment();
	if (job_db_lasts(j->db_url, e) == -1)
		return -1;
	if (db_check(j->db_url, job_url_from(), &there, e) == -1)
		return -1;
	if (!there)
		return 0;
	return job_open(j, e) == -1 ? -1 : schema_check(j->db, e);
}

int
job_db(struct job *j, struct err *e)
{
	char host[256] = "";

	if (job_open(j, e) == -1 || schema_ready(j->db, e) == -1)
		return -1;
	j->row = 1;
	gethostname(host, sizeof(host) - 1);
	return db_exec(j->db, e, "INSERT INTO run (id, job, tool, version,"
	    " project, target, host, started_at) VALUES (?1, ?2, ?3, ?4, ?5,"
	    " ?6, ?7, {now})", "sssssss", j->run, j->id, j->tool,
	    ZTOQ_VERSION, j->project, j->target, host) == -1 ? -1 : 0;
}

int
job_stop(const struct job *j, const char **why)
{
	const char *s = NULL;

	if (sig_seen())
		s = "a signal";
	else if (j->deadline_ms > 0 &&
	    time_mono_ms() - j->started_ms >= j->deadline_ms)
		s = "--deadline";
	else if (j->max_requests > 0 && j->requests >= j->max_requests)
		s = "--max-requests";
	if (why != NULL)
		*why = s;
	return s != NULL;
}

/* Complete the row of the run.  A failure is only logged: the work is committed. */
static void
job_end_row(struct job *j, int status, const struct err *e)
{
	struct err why = { 0 };
	char words[sizeof(e->msg)] = "";

	if (status != 0 && e != NULL) {
		memcpy(words, e->msg, sizeof(words));
		secret_redact(words);
	}
	if (!j->row)
		return;
	db_limit_waits(j->db);
	if (db_exec(j->db, &why, "UPDATE run SET ended_at = {now}, status = ?3,"
	    " error = ?4 WHERE id = ?1 AND job = ?2", "ssis", j->run, j->id,
	    (int64_t)status, *words ? words : NULL) == -1)
		log_warn("run", "%s", why.msg);
}

/* Flush and close stdout, so that a full disk is noticed; return the exit status. */
static int
job_end_stdout(int status)
{
	int bad = fflush(stdout) == EOF || ferror(stdout);

	if (bad && errno == EPIPE)
		return JOB_PIPE;
	if (bad || (close(STDOUT_FILENO) == -1 && errno != EBADF)) {
		log_error("stdout", "%s", strerror(errno));
		return status == ZX_OK ? ZX_IO : status;
	}
	return status;
}

int
job_end(struct job *j, int rc, const struct err *e)
{
	int sig = sig_seen();
	int status = rc == -1 ? (e && e->code ? e->code : ZX_BUG) : rc;
	const char *why = "a signal";

	if (rc == -1 && e != NULL && e->follows)
		log_info(NULL, "%s", e->msg);
	else if (rc == -1 && !(sig && status == ZX_RETRY))
		log_error(NULL, "%s", e && *e->msg ? e->msg : "failed");
	if (sig ? status == ZX_OK || status == ZX_RETRY : rc == ZX_RETRY && job_stop(j, &why))
		log_info(NULL, "stopped by %s; run the same command again to continue", why);
	status = job_end_stdout(status);
	if (status == JOB_PIPE)
		sig = SIGPIPE;
	if (j->db != NULL) {
		job_end_row(j, sig ? 128 + sig : status, rc == -1 ? e : NULL);
		db_close(j->db);
		j->db = NULL;
	}
	if (sig)
		sig_leave(sig);
	return status;
}

/* Append the first line of a file to b; name is for messages. */
static int
job_first_line(const char *name, const char *path, struct buf *b, struct err *e)
{
	char piece[1024];
	ssize_t n;
	int fd = open(path, O_RDONLY | O_CLOEXEC);

	if (fd == -1)
		return err_sys(e, ZX_NOINPUT, "%s: %s", name, path);
	if (exposure_of_file(fd))
		exposure_warn_file(path, "a secret");
	while ((n = read(fd, piece, sizeof(piece))) > 0 && b->len < 65536)
		buf_add(b, piece, (size_t)n);
	if (n == -1)
		err_sys(e, ZX_NOINPUT, "%s: %s", name, path);
	close(fd);
	buf_cut(b, strcspn(buf_str(b), "\r\n"));
	return n == -1 ? -1 : 0;
}

int
job_secret(const char *name, const char **out, struct err *e)
{
	const char *direct = opt_value(name), *path;
	struct buf b = { 0 };
	char *file = mem_fmt("%s_FILE", name);
	int rc = 0;

	*out = direct;
	if (opt_exposed(name) != NULL)
		exposure_warn_file(opt_exposed(name), name);
	path = direct == NULL ? opt_value(file) : NULL;
	if (path != NULL) {
		if ((rc = job_first_line(file, path, &b, e)) == 0 && b.len == 0)
			rc = err_set(e, ZX_CONFIG, "%s: %s is empty", file,
			    path);
		if (rc == 0)
			*out = buf_str(&b);
	}
	*out = secret_add(*out);
	buf_free(&b);
	free(file);
	return rc;
}
