#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/time.h"
#include "domain/api/qtest_conf.h"
#include "domain/claim.h"
#include "domain/job.h"
#include "apply.h"
#include "effects.h"
#include "listing.h"
#include "report.h"
#include "twin.h"

struct rollback {
	struct job	 job;
	struct qtest_conf conf;
	struct selection selection;
	struct inventory inventory;
	struct ledger	 ledger;
	struct claim	 claim;		/* on the target, with --apply */
	struct link	 link;
	struct ndjson_out out;
	int64_t		 settle_ms, timeout_ms;
	int		 apply;
};

static struct rollback rollback = { .settle_ms = -1, .timeout_ms = 120000 };

static struct opt options[] = {
	{ .name = "all", .type = OPT_FLAG, .var = &rollback.selection.all, .env = "",
	    .help = "select all effects of the project" },
	{ .name = "apply", .type = OPT_FLAG, .var = &rollback.apply, .env = "",
	    .help = "delete; without a selection, the lines of the plan on standard input" },
	{ .name = "duplicates", .type = OPT_FLAG, .var = &rollback.selection.duplicates,
	    .env = "", .help = "select the twins: second objects with the marker of an effect" },
	{ .name = "kind", .arg = "field|module|case|release|cycle|suite|run|blob|link",
	    .type = OPT_CHOICE, .var = &rollback.selection.kind, .env = "",
	    .help = "select the effects of one kind; a run includes its logs, blob means files" },
	{ .name = "overwrite-edits", .type = OPT_FLAG, .var = &rollback.inventory.overwrite,
	    .env = "", .help = "also delete objects that were edited in qTest" },
	{ .name = "phase", .arg = "fields|modules|cases|releases|cycles|runs",
	    .type = OPT_CHOICE, .var = &rollback.selection.phase, .env = "",
	    .help = "select the effects of one phase of the load" },
	{ .name = "run", .arg = "ID", .type = OPT_STR, .var = &rollback.selection.run, .env = "",
	    .help = "select the objects that the run ID of zload created" },
	{ .name = "settle", .arg = "T", .type = OPT_TIME, .var = &rollback.settle_ms,
	    .help = "wait T before reading back an unconfirmed request; default timeout + 30s" },
	{ .name = "timeout", .arg = "T", .type = OPT_TIME, .var = &rollback.timeout_ms,
	    .help = "time limit of a request; default 120s" },
	{ .name = NULL }
};

/* Check the options: 0, or -1 with ZX_USAGE. */
static int
zrollback_check_options(struct rollback *r, struct err *e)
{
	struct selection *s = &r->selection;
	int selected = s->run != NULL || s->phase != NULL || s->kind != NULL;

	if (r->job.project == NULL)
		return err_set(e, ZX_USAGE, "-p KEY names the Zephyr project to roll back");
	if ((s->all || s->duplicates) && selected + s->all + s->duplicates > 1)
		return err_set(e, ZX_USAGE, "--all selects everything and --duplicates all twins; "
		    "give one of them alone, or --run, --phase and --kind without them");
	selected |= s->all | s->duplicates;
	if (!selected && !r->apply)
		return err_set(e, ZX_USAGE, "select with --all, --run, --phase, --kind or "
		    "--duplicates, or give --apply and a plan on standard input");
	s->lines = !selected;
	r->inventory.twins = s->duplicates ? TWINS_ALL : TWINS_NONE;
	return 0;
}

/* Take the right to write to the target.  0, -1. */
static int
zrollback_claim(struct rollback *r, struct err *e)
{
	char who[300] = "";
	int rc;

	if (!r->apply)
		return 0;
	rc = claim_take(&r->claim, r->job.db, "zload", r->ledger.target,
	    r->timeout_ms > 30000 ? 2 * r->timeout_ms : 0, who, sizeof(who), e);
	if (rc == 0)
		return err_set(e, ZX_RETRY, "%s is being loaded or rolled back by %s; run the same "
		    "command again when it has ended", r->ledger.target, who);
	return rc == 1 ? 0 : -1;
}

static int
zrollback_open(struct rollback *r, struct err *e)
{
	const char *path;

	if (qtest_conf_read(&r->conf, e) == -1)
		return -1;
	if (r->settle_ms < 0)
		r->settle_ms = r->timeout_ms + 30000;
	r->conf.timeout_ms = r->timeout_ms;
	r->conf.in_flight = r->job.in_flight;
	r->conf.max_requests = r->job.max_requests;
	r->job.target = r->ledger.target = qtest_target(&r->conf);
	if (db_file(r->job.db_url, &path, e) == -1)
		return -1;
	if (path != NULL && access(path, F_OK) == -1)
		return err_sys(e, ZX_NOINPUT, "database %s (the one that loaded the project; "
		    "ZTOQ_DB or --db names it)", path);
	if (job_db(&r->job, e) == -1)
		return -1;
	r->ledger.db = r->job.db;
	r->ledger.run = r->job.run;
	r->ledger.project = r->job.project;
	r->inventory.ledger = &r->ledger;
	r->link = (struct link){ .job = &r->job, .claim = &r->claim };
	return inventory_open(&r->inventory, e);
}

static int
zrollback_count(const struct rollback *r, int64_t *n, struct err *e)
{
	return db_one(r->inventory.db, n, 0, e, "SELECT count(*) FROM object WHERE chosen = 1",
	    "");
}

/* Read the selection and qTest, and decide what goes.  1; 0 if nothing is selected, -1. */
static int
zrollback_plan(struct rollback *r, struct err *e)
{
	struct inventory *v = &r->inventory;
	int64_t wait_ms, n;
	char at[TIME_MAX];

	if ((r->selection.lines && effects_read_plan(v, e) == -1) ||
	    effects_read(v, &r->selection, r->settle_ms, &wait_ms, e) == -1 ||
	    zrollback_count(r, &n, e) == -1)
		return -1;
	if (n == 0 && v->twins == TWINS_NONE)
		return r->selection.lines ? effects_check_plan(v, e) : 0;
	if (qtest_open(&r->link.qtest, &r->conf, e) == -1 || zrollback_claim(r, e) == -1)
		return -1;
	if (wait_ms > 0) {
		time_iso(time_wall_ms() + wait_ms, at);
		log_info(NULL, "waiting until %s: a request of the load may still be under way "
		    "(--settle)", at);
		if (link_pause(&r->link, wait_ms, e) == -1)
			return -1;
	}
	if (twin_open(v, r->link.qtest, e) == -1 || listing_read(v, &r->link, e) == -1 ||
	    (r->selection.lines && effects_check_plan(v, e) == -1) ||
	    inventory_decide(v, e) == -1 ||
	    (r->selection.lines && report_check_plan(v, e) == -1) ||
	    zrollback_count(r, &n, e) == -1)
		return -1;
	return n > 0;
}

static int
zrollback_run(struct rollback *r, struct err *e)
{
	int refused = 0, rc = zrollback_plan(r, e);

	if (rc == 0)
		log_info(NULL, "nothing to roll back in %s", r->ledger.target);
	if (rc != 1)
		return rc;
	ndjson_out_open(&r->out, STDOUT_FILENO);
	if (report_write(&r->inventory, &r->out, e) == -1 || report_log(&r->inventory, e) == -1)
		return -1;
	if (!r->apply) {
		log_info(NULL, "nothing was deleted; --apply deletes");
	} else if (apply(&r->inventory, &r->link, r->settle_ms, &refused, e) == -1)
		return -1;
	if (api_sync_budget(qtest_api(r->link.qtest), r->job.db, API_SYNC_NOW, e) == -1)
		return -1;
	log_info(NULL, "%" PRId64 " request%s sent",
	    PLURAL(http_sent(qtest_http(r->link.qtest))));
	if (refused > 0)
		log_warn(NULL, "qTest refused %d deletion%s; the objects stay, and everything "
		    "that they need; run the same command again when the causes are removed",
		    PLURAL(refused));
	return refused > 0 ? ZX_REJECTS : ZX_OK;
}

static void
zrollback_close(struct rollback *r)
{
	ndjson_out_free(&r->out);
	qtest_close(r->link.qtest);
	inventory_close(&r->inventory);
	if (r->job.db != NULL)
		claim_drop(&r->claim, r->job.db);
}

int
main(int argc, char **argv)
{
	struct opt_set set = {
		.program = "zrollback",
		.what = "delete from qTest what zload created, newest first",
		.tables = { options, job_options(&rollback.job,
		    "batch-size check limit plan reject run"),
		    http_options(&rollback.conf.ca_file) },
	};
	struct err e = { 0 };
	int rc = job_start(&rollback.job, &set, argc, argv, &e);

	if (rc > 0)
		rc = zrollback_check_options(&rollback, &e) == -1 ||
		    zrollback_open(&rollback, &e) == -1 ? -1 : zrollback_run(&rollback, &e);
	zrollback_close(&rollback);
	rc = job_end(&rollback.job, rc, &e);
	free(rollback.ledger.target);
	return rc;
}
