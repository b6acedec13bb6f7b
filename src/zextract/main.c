#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"
#include "domain/api/zephyr.h"
#include "domain/blob/blob.h"
#include "domain/schema.h"
#include "domain/stream/stream.h"
#include "io/http/http.h"

#include "emit/emit.h"
#include "extract.h"
#include "files/attach.h"
#include "jira/jira.h"
#include "list/list.h"
#include "loop.h"
#include "phase.h"
#include "plan.h"
#include "read/unread.h"
#include "run.h"
#include "select/selection.h"

/* zextract: read a Zephyr project, keep it, write it as a stream.  zextract(1) */

static struct job job;
static struct opt_list accept_list, unread_list;
static const char *base_url, *protocol = "ztoq";
static const char *depth = "entities", *store, *fill_dir;
static struct jira_conf jira;
static const char *folder, *program, *ca_file;
static int64_t rate;
static int deep, refresh, versions;

static struct opt options[] = {
	{ .name = "accept-total", .arg = "STREAM=N", .type = OPT_LIST,
	  .var = &accept_list,
	  .help = "take the N rows that were read for all of STREAM" },
	{ .name = "accept-unread", .arg = "KEY", .type = OPT_LIST,
	  .var = &unread_list,
	  .help = "go on without what cannot be read of KEY" },
	{ .name = "attachments", .arg = "none|cases|entities|steps",
	  .type = OPT_CHOICE, .var = &depth, .env = "ZTOQ_ATTACHMENTS_OF",
	  .help = "whose files are asked for: one request an owner more; "
	    "default entities" },
	{ .name = "attachments-store", .arg = "db|dir:PATH", .type = OPT_STR,
	  .var = &store, .env = "ZTOQ_ATTACHMENTS",
	  .help = "where files are kept; default db" },
	{ .name = "fill", .arg = "DIR", .type = OPT_STR, .var = &fill_dir,
	  .env = "", .help = "take images of texts that were saved by hand" },
	{ .name = "folder", .arg = "PATH", .type = OPT_STR, .var = &folder,
	  .help = "only what is in folder A/B (TEST_CYCLE:A/B: of cycles) "
	    "and below" },
	{ .name = "deep", .type = OPT_FLAG, .var = &deep,
	  .help = "read all scripts, step results and lists of files again" },
	{ .name = "jira-base-url", .arg = "URL", .type = OPT_STR,
	  .var = &jira.base_url, .env = "JIRA_BASE_URL",
	  .help = "Jira, to have names beside its ids; none: not even if set" },
	{ .name = "jira-user", .arg = "MAIL", .type = OPT_STR,
	  .var = &jira.user, .env = "JIRA_USER",
	  .help = "whose Jira token JIRA_API_TOKEN is" },
	{ .name = "protocol", .arg = "ztoq|singer", .type = OPT_CHOICE,
	  .var = &protocol, .help = "leave out what Singer does not know" },
	{ .name = "rate", .arg = "N", .type = OPT_NUM, .var = &rate,
	  .env = "ZEPHYR_RATE", .help = "requests a minute at most" },
	{ .name = "refresh", .type = OPT_FLAG, .var = &refresh,
	  .help = "after a whole pass read the next one: what changed since" },
	{ .name = "select", .arg = "JQ", .type = OPT_STR, .var = &program,
	  .help = "only records for which a jq program says so; $stream is "
	    "bound" },
	{ .name = "versions", .type = OPT_FLAG, .var = &versions,
	  .help = "read old versions of test cases, too" },
	{ .name = "zephyr-base-url", .arg = "URL", .type = OPT_STR,
	  .var = &base_url, .env = "ZEPHYR_BASE_URL",
	  .help = "the API; default the US region of Zephyr Scale Cloud" },
	{ .name = NULL }
};

static struct opt_set set = {
	.program = "zextract",
	.operands = "[stream ...]",
	.what = "read a Zephyr Scale project and write it as a stream",
};

static int
zextract_check(struct selection *c, char **operands, struct err *e)
{
	*c = (struct selection){ .select = program, .folder = folder,
	    .limit = job.limit };
	if (selection_open(c, operands, e) == -1)
		return -1;
	if (job.plan && (folder != NULL || program != NULL))
		return err_set(e, ZX_USAGE, "--plan asks for totals, which "
		    "nobody tells of --folder and --select: leave these out");
	if (fill_dir != NULL && (job.plan || !selection_is_whole(c)))
		return err_set(e, ZX_USAGE, "--fill reads nothing of Zephyr: "
		    "no streams, --folder, --select or --plan beside it");
	if (list_accept(&accept_list, e) == -1)
		return -1;
	if (job.project == NULL || *job.project == '\0')
		return err_set(e, ZX_USAGE, "which project? give -p KEY or set "
		    "ZEPHYR_PROJECT_KEY");
	if (fcntl(STDOUT_FILENO, F_GETFD) == -1)
		return err_sys(e, ZX_IO, "standard output");
	return 0;
}

static int
zextract_connect(struct extract *x, struct err *e)
{
	struct zephyr_conf conf = { .base_url = base_url, .ca_file = ca_file,
	    .in_flight = job.in_flight, .rate = rate,
	    .max_requests = job.max_requests };

	if (job_secret("ZEPHYR_API_TOKEN", &conf.token, e) == -1 ||
	    job_secret("JIRA_API_TOKEN", &jira.token, e) == -1 ||
	    zephyr_open(&x->z, &conf, e) == -1)
		return -1;
	if (jira_open(x, &jira, e) == 0)
		return 0;
	zephyr_close(x->z);
	jira_close(x);
	return -1;
}

/* One reader a project: a second one would move the rows under the first. */
static int
zextract_claim(struct extract *x, struct err *e)
{
	char who[320] = "";
	int rc = claim_take(&x->claim, job.db, "zextract", job.project, 0, who,
	    sizeof(who), e);

	if (rc == 0)
		return err_set(e, ZX_RETRY, "project %s is being read by %s; "
		    "run it again when that has ended", job.project, who);
	return rc == -1 ? -1 : 0;
}

/* Say that a sealed pass is written from the database, and what that leaves out. */
static int
zextract_sealed_notice(const struct extract *x, struct err *e)
{
	int64_t any = 1;

	log_info(NULL, "pass %lld is whole and is written again without a "
	    "request; --refresh reads what changed since",
	    (long long)x->pass.n);
	if (accept_list.n + unread_list.n > 0)
		log_warn(NULL, "what is to be accepted is asked for by the next "
		    "pass only: say --refresh");
	if (versions && db_one(x->db, &any, 0, e, "SELECT 1 FROM version_list"
	    " WHERE project = ?1 LIMIT 1", "s", x->st.project) == -1)
		return -1;
	if (!any)
		log_warn(NULL, "no old versions were read by pass %lld; "
		    "--refresh reads them", (long long)x->pass.n);
	return 0;
}

/* Tell the modules what the options say. */
static void
zextract_set_options(struct extract *x)
{
	x->accept_total = accept_list;
	x->unread->accept = unread_list;
	x->with_versions = versions;
	x->emit->out.singer = strcmp(protocol, "singer") == 0;
}

static int
zextract_open_all(struct extract *x, struct err *e)
{
	ndjson_out_open(&x->emit->out.nd, STDOUT_FILENO);
	if (job_db(&job, e) == -1 || zextract_claim(x, e) == -1 ||
	    extract_open_pass(x, job.db, deep ? PASS_DEEP : refresh ? PASS_NEXT :
	    PASS_LAST, e) == -1)
		return -1;
	if (x->pass.resumed)
		log_info(NULL, "going on with pass %lld",
		    (long long)x->pass.n);
	if (unread_open(x, e) == -1 || attach_open(x, depth, store, e) == -1 ||
	    jira_start(x, e) == -1)
		return -1;
	return x->pass.sealed ? zextract_sealed_notice(x, e) : 0;
}

static void
zextract_close_all(struct extract *x)
{
	struct err e = { 0 };

	if (job.row && x->z != NULL && !x->pass.sealed &&
	    zephyr_sync_budget(x->z, job.db, 1, &e) == -1)
		log_warn("budget", "%s", e.msg);
	selection_end(x);
	if (job.db != NULL)
		claim_drop(&x->claim, job.db);
	zephyr_close(x->z);
	attach_close(x);
	jira_close(x);
	extract_free(x);
}

/* Nothing is asked: no token is needed. */
static int
zextract_fill(struct extract *x, struct err *e)
{
	if (job_db(&job, e) == -1 || zextract_claim(x, e) == -1 ||
	    finding_open(&x->finding, job.db, job.project, job.run, e) == -1)
		return -1;
	x->db = job.db;
	x->st = (struct store){ job.db, job.project, 0 };
	return fill_run(x, fill_dir, store, e);
}

/* --check: what a run needs is there, and nothing is read or made. */
static int
zextract_check_only(struct extract *x, struct err *e)
{
	if (blob_store_check(store, e) == -1 || job_check(&job, e) == -1)
		return -1;
	return plan_check(x, e);
}

/* Is there a database that has read this project before?  1, 0, -1. */
static int
zextract_plan_has_pass(struct err *e)
{
	const char *path;
	int64_t n = 0;
	int made = 0;

	if (db_file(job.db_url, &path, e) == -1)
		return -1;
	if (path != NULL && access(path, F_OK) == -1)
		return 0;
	if (job_check(&job, e) == -1)
		return -1;
	if (job.db != NULL && schema_version(job.db, &made, e) == -1)
		return -1;
	if (made && db_one(job.db, &n, 0, e, "SELECT count(*) FROM pass"
	    " WHERE project = ?1", "s", job.project) == -1)
		return -1;
	return n > 0;
}

/* --plan: totals of a project that is new here, else what has changed. */
static int
zextract_plan(struct extract *x, struct err *e)
{
	const struct plan_ask ask = { depth, versions, deep };
	struct db *db = NULL;
	int from, to, rc = zextract_plan_has_pass(e);

	if (rc == 0)
		return plan_print(x, &ask, e);
	if (rc == -1 || db_open_private(&db, e) == -1)
		return -1;
	if ((rc = schema_migrate(db, &from, &to, e)) == 0 &&
	    (rc = plan_next_copy(job.db, db, job.project, e)) == 0 &&
	    (rc = extract_open_pass(x, db, deep ? PASS_DEEP : PASS_NEXT, e)) == 0 &&
	    (rc = plan_next_mark(db, e)) == 0) {
		if ((rc = extract_lists(x, e)) == 0)
			rc = plan_next_print(x, &ask, e);
	}
	db_close(db);
	x->db = NULL;
	return rc == -1 ? -1 : jira_plan(x, e);
}

/* Streams of which records were left out: 75, as everybody says it. */
static int
zextract_status(const struct extract *x)
{
	int s, rc = ZX_OK;

	for (s = 0; s < STREAM_COUNT; s++)
		if (x->emit->out.c[s].status == STREAM_PARTIAL)
			rc = ZX_RETRY;
	if (rc == ZX_RETRY)
		log_info(NULL, "a part of the project was chosen, and END says"
		    " so (PARTIAL): status 75");
	if (!phase_is_sealed(x))
		log_info(NULL, "pass %lld stays open: a run without a choice "
		    "reads the rest", (long long)x->pass.n);
	return rc;
}

int
main(int argc, char **argv)
{
	struct extract *x;
	struct err e = { 0 };
	int done, first, rc = -1;

	set.tables[0] = job_options(&job, "reject");
	set.tables[1] = options;
	set.tables[2] = http_options(&ca_file);
	first = job_start(&job, &set, argc, argv, &done, &e);
	if (first != -1 && done)
		return job_end(&job, ZX_OK, NULL);
	x = extract_new(&job);
	zextract_set_options(x);
	if (first == -1 || zextract_check(x->selection, argv + first, &e) == -1 ||
	    (fill_dir == NULL && zextract_connect(x, &e) == -1)) {
		extract_free(x);
		return job_end(&job, -1, &e);
	}
	if (fill_dir != NULL)
		rc = zextract_fill(x, &e);
	else if (job.check)
		rc = zextract_check_only(x, &e);
	else if (job.plan)
		rc = zextract_plan(x, &e);
	else if (zextract_open_all(x, &e) == 0 && extract_run(x, &e) == 0)
		rc = zextract_status(x);
	if (x->emit->out.nd.pipe_closed)
		rc = JOB_PIPE;
	zextract_close_all(x);
	return job_end(&job, rc, &e);
}
