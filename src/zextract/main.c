#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "domain/api/zephyr.h"
#include "domain/blob/blob.h"
#include "domain/schema.h"
#include "domain/stream/stream.h"
#include "io/http/http.h"

#include "emit/emit.h"
#include "files/import_images.h"
#include "jira/jira.h"
#include "list/list_open.h"
#include "loop.h"
#include "phase.h"
#include "plan_next.h"
#include "plan_totals.h"
#include "read/unread.h"
#include "run.h"
#include "select/selection.h"

/* zextract reads a Zephyr project, stores it and writes it as a stream: zextract(1). */

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
	  .var = &accept_list, .env = "",
	  .help = "accept the N rows read as the complete STREAM" },
	{ .name = "accept-unread", .arg = "KEY", .type = OPT_LIST,
	  .var = &unread_list, .env = "",
	  .help = "continue without the unreadable parts of KEY" },
	{ .name = "attachments", .arg = "none|cases|entities|steps|all",
	  .type = OPT_CHOICE, .var = &depth, .env = "ZTOQ_ATTACHMENTS_OF",
	  .help = "objects whose attachments are read, one more request each; default entities" },
	{ .name = "attachments-store", .arg = "db|dir:PATH", .type = OPT_STR,
	  .var = &store, .env = "ZTOQ_ATTACHMENTS",
	  .help = "where attachments are stored; default db" },
	{ .name = "fill", .arg = "DIR", .type = OPT_STR, .var = &fill_dir,
	  .env = "", .help = "import images and attachments that were saved by hand" },
	{ .name = "folder", .arg = "PATH", .type = OPT_STR, .var = &folder,
	  .help = "only folder A/B (TEST_CYCLE:A/B: of cycles) and the folders below it" },
	{ .name = "deep", .type = OPT_FLAG, .var = &deep,
	  .help = "read all scripts, step results and attachment lists again" },
	{ .name = "jira-base-url", .arg = "URL", .type = OPT_STR,
	  .var = &jira.base_url, .env = "JIRA_BASE_URL",
	  .help = "address of Jira, to get names for its ids; none: do not use Jira" },
	{ .name = "jira-user", .arg = "MAIL", .type = OPT_STR,
	  .var = &jira.user, .env = "JIRA_USER",
	  .help = "user whose Jira token is JIRA_API_TOKEN" },
	{ .name = "protocol", .arg = "ztoq|singer", .type = OPT_CHOICE,
	  .var = &protocol, .help = "output format; singer leaves out META, REJECT and END" },
	{ .name = "rate", .arg = "N", .type = OPT_NUM, .var = &rate,
	  .env = "ZEPHYR_RATE", .help = "requests per minute at most" },
	{ .name = "refresh", .type = OPT_FLAG, .var = &refresh,
	  .help = "if the last pass is sealed, start the next one (reads what changed)" },
	{ .name = "select", .arg = "JQ", .type = OPT_STR, .var = &program,
	  .help = "only records for which the jq program JQ is true; $stream is set" },
	{ .name = "versions", .type = OPT_FLAG, .var = &versions,
	  .help = "also read old versions of test cases" },
	{ .name = "zephyr-base-url", .arg = "URL", .type = OPT_STR,
	  .var = &base_url, .env = "ZEPHYR_BASE_URL",
	  .help = "address of the API; default: US region of Zephyr Scale Cloud" },
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
	c->select = program;
	c->folder = folder;
	c->limit = job.limit;
	if (selection_open(c, operands, e) == -1)
		return -1;
	if (job.plan && (folder != NULL || program != NULL))
		return err_set(e, ZX_USAGE, "--plan cannot count records for --folder or --select; "
		    "leave these options out");
	if (fill_dir != NULL && (job.plan || !selection_is_whole(c)))
		return err_set(e, ZX_USAGE, "--fill does not read Zephyr; use it without streams, "
		    "--folder, --select and --plan");
	if (list_accept(&accept_list, e) == -1)
		return -1;
	if (job.project == NULL || *job.project == '\0')
		return err_set(e, ZX_USAGE, "the project is missing; use -p KEY or set "
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
	    zephyr_open(&x->src.z, &conf, e) == -1)
		return -1;
	if (jira_open(&x->jira, &jira, e) == 0)
		return 0;
	zephyr_close(x->src.z);
	jira_close(&x->jira);
	return -1;
}

/* Claim the project: a second process would change rows while they are read. */
static int
zextract_claim(struct extract *x, struct err *e)
{
	char who[320] = "";
	int rc = claim_take(&x->claim, job.db, "zextract", job.project, 0, who,
	    sizeof(who), e);

	if (rc == 0)
		return err_set(e, ZX_RETRY, "project %s is being read by %s; run the same command "
		    "again when it has ended", job.project, who);
	return rc == -1 ? -1 : 0;
}

/* Log that a sealed pass is written from the database, and which options do not
   apply to it. */
static int
zextract_sealed_notice(const struct extract *x, struct err *e)
{
	int64_t any = 1;

	log_info(NULL, "pass %lld is sealed and is written again without requests; use --refresh "
	    "to read what has changed since",
	    (long long)x->src.pass.n);
	if (accept_list.n + unread_list.n > 0)
		log_warn(NULL, "--accept-unread applies to the next pass only; add --refresh");
	if (versions && db_one(x->src.db, &any, 0, e, "SELECT 1 FROM version_list"
	    " WHERE project = ?1 LIMIT 1", "s", x->src.st.project) == -1)
		return -1;
	if (!any)
		log_warn(NULL, "pass %lld did not read old versions; use --refresh to read them",
		    (long long)x->src.pass.n);
	return 0;
}

static int
zextract_open_all(struct extract *x, struct err *e)
{
	ndjson_out_open(&x->emit.out.nd, STDOUT_FILENO);
	if (job_db(&job, e) == -1 || zextract_claim(x, e) == -1 ||
	    phase_open_pass(x, job.db, deep ? PASS_DEEP : refresh ? PASS_NEXT :
	    PASS_LAST, e) == -1)
		return -1;
	if (x->src.pass.resumed)
		log_info(NULL, "continuing pass %lld",
		    (long long)x->src.pass.n);
	if (unread_open(&x->unread, e) == -1 || attach_open(&x->attach, depth, store, e) == -1 ||
	    jira_start(&x->jira, e) == -1)
		return -1;
	return x->src.pass.sealed ? zextract_sealed_notice(x, e) : 0;
}

static void
zextract_close_all(struct extract *x)
{
	struct err e = { 0 };

	if (job.row && x->src.z != NULL && !x->src.pass.sealed &&
	    api_sync_budget(zephyr_api(x->src.z), job.db, API_SYNC_NOW, &e) == -1)
		log_warn("budget", "%s", e.msg);
	selection_end(&x->selection);
	if (job.db != NULL)
		claim_drop(&x->claim, job.db);
	zephyr_close(x->src.z);
	attach_close(&x->attach);
	jira_close(&x->jira);
	extract_free(x);
}

/* Import images for --fill.  Nothing is requested, so no token is needed. */
static int
zextract_fill(struct extract *x, struct err *e)
{
	if (job_db(&job, e) == -1 || zextract_claim(x, e) == -1 ||
	    finding_open(&x->src.finding, job.db, job.project, job.run, e) == -1)
		return -1;
	x->src.db = job.db;
	x->src.st = (struct store){ job.db, job.project, 0 };
	if (db_one(job.db, &x->src.st.pass, 0, e, "SELECT max(n) FROM pass WHERE project = ?1",
	    "s", job.project) == -1)
		return -1;
	return fill_run(&x->attach, fill_dir, store, e);
}

static struct plan
zextract_plan_of(struct extract *x)
{
	return (struct plan){ &job, &x->src, &x->selection, &x->jira, depth, versions, deep };
}

/* Check for --check that a run can begin; nothing is read or created. */
static int
zextract_check_only(struct extract *x, struct err *e)
{
	const struct plan plan = zextract_plan_of(x);

	if (blob_store_check(store, e) == -1 || job_check(&job, e) == -1)
		return -1;
	return plan_check(&plan, e);
}

/* Return 1 if a database exists that has a pass of the project, 0, or -1. */
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

/* Print the plan: totals of a project without a pass, else its changes. */
static int
zextract_plan(struct extract *x, struct err *e)
{
	const struct plan plan = zextract_plan_of(x);
	struct db *db = NULL;
	int from, to, rc = zextract_plan_has_pass(e);

	if (rc == 0)
		return plan_print(&plan, e);
	if (rc == -1 || db_open_private(&db, e) == -1)
		return -1;
	if ((rc = schema_migrate(db, &from, &to, e)) == 0 &&
	    (rc = plan_next_copy(job.db, db, job.project, e)) == 0 &&
	    (rc = phase_open_pass(x, db, deep ? PASS_DEEP : PASS_NEXT, e)) == 0 &&
	    (rc = plan_next_mark(db, e)) == 0) {
		if ((rc = extract_lists(x, e)) == 0)
			rc = plan_next_print(&plan, e);
	}
	db_close(db);
	x->src.db = NULL;
	return rc == -1 ? -1 : jira_plan(&x->jira, &job, e);
}

/* Return the exit status: 75 when records of a stream were left out. */
static int
zextract_status(const struct extract *x)
{
	int s, rc = ZX_OK;

	for (s = 0; s < STREAM_COUNT; s++)
		if (x->emit.out.c[s].status == STREAM_PARTIAL)
			rc = ZX_RETRY;
	if (rc == ZX_RETRY)
		log_info(NULL, "only the selected part of the project was written; END says "
		    "PARTIAL (exit status 75)");
	if (!phase_is_sealed(x))
		log_info(NULL, "pass %lld stays open; run the command without a selection to read "
		    "the rest", (long long)x->src.pass.n);
	return rc;
}

int
main(int argc, char **argv)
{
	struct extract *x;
	struct err e = { 0 };
	int first, rc = -1;

	set.tables[0] = job_options(&job, "batch-size reject");
	set.tables[1] = options;
	set.tables[2] = http_options(&ca_file);
	first = job_start(&job, &set, argc, argv, &e);
	if (first == 0)
		return job_end(&job, ZX_OK, NULL);
	x = extract_new(&job);
	x->lists.accept_total = accept_list;
	x->unread.accept = unread_list;
	x->emit.with_versions = versions;
	x->emit.out.singer = strcmp(protocol, "singer") == 0;
	if (first == -1 || zextract_check(&x->selection, argv + first, &e) == -1 ||
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
	else if ((rc = zextract_open_all(x, &e)) == 0 && (rc = extract_run(x, &e)) == 0)
		rc = zextract_status(x);
	if (x->emit.out.nd.pipe_closed)
		rc = JOB_PIPE;
	zextract_close_all(x);
	return job_end(&job, rc, &e);
}
