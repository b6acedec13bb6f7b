#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "domain/api/qtest_conf.h"
#include "domain/api/qtest_page.h"
#include "domain/claim.h"
#include "kinds.h"
#include "check.h"
#include "run.h"
#include "session.h"
#include "tally.h"
#include "cache/id_cache.h"
#include "conflict/rivals.h"
#include "files/file_inline.h"
#include "files/file_steps.h"
#include "input/input.h"
#include "links/requirements.h"
#include "plan/plan.h"
#include "plan/plan_lines.h"
#include "recover/doubt.h"
#include "recover/guard.h"
#include "steps/case_steps.h"
#include "work/kind.h"
#include "work/queue.h"
#include "work/work.h"

struct load {
	struct job	 job;
	struct qtest_conf conf;
	struct load_options options;
	struct session	 session;
	struct input	 input;
	struct queue	 queue;
	struct work	 work;
	struct claim	 claim;		/* on the target */
	struct buf	 pages;		/* that of .session */
};

static struct load load = {
	.options = { .on_conflict = "create", .format = "json", .settle_ms = -1,
	    .timeout_ms = 120000, .inline_limit = FILE_INLINE_MAX },
	.session = { .job = &load.job, .options = &load.options },
	.queue = { .work = &load.work },
	.work = { .session = &load.session, .input = &load.input, .queue = &load.queue },
};

static struct opt options[] = {
	{ .name = "adopt", .type = OPT_FLAG, .var = &load.options.adopt, .env = "",
	    .help = "fill the ledger from the markers of objects that qTest has already" },
	{ .name = "apply", .type = OPT_FLAG, .var = &load.options.apply, .env = "",
	    .help = "carry out the lines of a plan on standard input, and nothing else" },
	{ .name = "format", .arg = "text|json", .type = OPT_CHOICE,
	    .var = &load.options.format, .env = "",
	    .help = "output of --plan: a summary for people, or a line for each effect (default)" },
	{ .name = "from-db", .type = OPT_FLAG, .var = &load.options.from_db,
	    .help = "load the effects that ztransform stored, without reading standard input" },
	{ .name = "inline-limit", .arg = "BYTES", .type = OPT_NUM,
	    .var = &load.options.inline_limit,
	    .help = "send files of at most so many bytes with their object; default 256k" },
	{ .name = "map", .arg = "HASH", .type = OPT_STR, .var = &load.options.map,
	    .env = "", .help = "with --from-db: hash of the map whose effects are loaded" },
	{ .name = "on-conflict", .arg = "create|skip|update|rename|fail",
	    .type = OPT_CHOICE, .var = &load.options.on_conflict,
	    .help = "action if qTest has another object of the same name" },
	{ .name = "overwrite-edits", .type = OPT_FLAG, .var = &load.options.overwrite,
	    .env = "", .help = "also update objects that were edited in qTest" },
	{ .name = "restore-missing", .type = OPT_FLAG, .var = &load.options.restore, .env = "",
	    .help = "create objects again that were deleted in qTest" },
	{ .name = "settle", .arg = "T", .type = OPT_TIME, .var = &load.options.settle_ms,
	    .help = "wait T before reading back an unconfirmed request; default timeout + 30s" },
	{ .name = "timeout", .arg = "T", .type = OPT_TIME, .var = &load.options.timeout_ms,
	    .help = "time limit of a request; default 120s" },
	{ .name = "unsealed", .type = OPT_FLAG, .var = &load.options.unsealed,
	    .help = "accept a stream without END lines or with changed records" },
	{ .name = NULL }
};

/*
 * Take the right to load into the target: a second loader would read back requests of the
 * first.  A request is sent only while the lease outlasts its time limit, so the lease is
 * twice as long.  0, -1.
 */
static int
zload_claim(struct load *l, struct err *e)
{
	const char *target = l->session.ledger.target;
	int64_t timeout_ms = l->options.timeout_ms;
	char who[300] = "";
	int64_t deletes;
	int rc;

	if (ledger_open_deletes(&l->session.ledger, &deletes, e) == -1)
		return -1;
	if (deletes > 0)
		return err_set(e, ZX_CONFIG, "a rollback of %s did not finish: run the same "
		    "zrollback --apply again before you load", target);
	if (l->job.plan)
		return 0;
	rc = claim_take(&l->claim, l->job.db, "zload", target,
	    timeout_ms > 30000 ? 2 * timeout_ms : 0, who, sizeof(who), e);
	if (rc == 0)
		return err_set(e, ZX_RETRY, "%s is being loaded by %s; run the same command again "
		    "when it has ended", target, who);
	return rc == 1 ? 0 : -1;
}

/*
 * Log the database, a file by its whole path, and how many effects its ledger holds of the
 * target: a load with another database would create all objects again.  0, -1.
 */
static int
zload_name_database(const struct load *l, struct err *e)
{
	const char *path, *target = l->session.ledger.target;
	char *whole = NULL;
	int64_t n;

	if (db_file(l->job.db_url, &path, e) == -1 || db_one(l->job.db, &n, 0, e,
	    "SELECT count(*) FROM ledger WHERE target = ?1", "s", target) == -1)
		return -1;
	if (path != NULL)
		whole = realpath(path, NULL);
	log_info(NULL, "database %s%s: its ledger holds %lld effect%s in %s",
	    whole != NULL ? "sqlite:" : "", whole != NULL ? whole : db_where(l->job.db),
	    PLURAL((long long)n), target);
	free(whole);
	return 0;
}

/*
 * Wait for the first line of standard input.  When two pipelines start together, one may not
 * read from Zephyr.  Its zload must not take the claim of the target meanwhile, or neither
 * pipeline can finish.  0, -1.
 */
static int
zload_input_wait(const struct load *l, struct err *e)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	const struct load_options *o = &l->options;
	const char *why;

	while (!o->from_db && poll(&in, 1, 200) != 1)
		if (job_stop(&l->job, &why))
			return err_set(e, ZX_RETRY, "stopped by %s before the first line", why);
	if (o->from_db || o->unsealed || (in.revents & POLLIN) || !(in.revents & POLLHUP))
		return 0;
	return stream_cut_short(err_set(e, ZX_DATA, "stdin is empty: the previous stage failed or "
	    "wrote nothing (see its error)"), e);
}

/* --apply: read the whole plan before the claim is taken, since its writer may need long.
   0, -1. */
static int
zload_plan_read(struct load *l, struct err *e)
{
	struct plan_lines **lines = &l->session.lines;

	if (!l->options.apply)
		return 0;
	if (plan_lines_open(lines, e) == -1 ||
	    plan_lines_read(*lines, l->job.project, l->session.ledger.target, e) == -1)
		return -1;
	l->session.choice = plan_lines_choice;
	l->job.project = plan_lines_project(*lines);
	l->options.map = plan_lines_map(*lines);
	return 0;
}

/* Check the options: 0, or -1 with ZX_USAGE. */
static int
zload_check_options(struct load *l, struct err *e)
{
	struct load_options *o = &l->options;

	if (!o->apply)
		return 0;
	if (l->job.plan || o->adopt || o->map != NULL || l->job.limit > 0)
		return err_set(e, ZX_USAGE, "--apply carries out the lines of a plan on standard "
		    "input; --adopt, --limit, --map and --plan do not go with it");
	o->from_db = 1;		/* the plan names the effects, which the database holds */
	return 0;
}

static int
zload_conf_open(struct load *l, struct err *e)
{
	struct load_options *o = &l->options;

	if (qtest_conf_read(&l->conf, e) == -1)
		return -1;
	if (o->settle_ms < 0)
		o->settle_ms = o->timeout_ms + 30000;
	l->conf.timeout_ms = o->timeout_ms;
	l->conf.in_flight = l->job.in_flight;
	l->conf.max_requests = l->job.max_requests;
	l->job.target = l->session.ledger.target = qtest_target(&l->conf);
	return 0;
}

/* --check: compare qTest and the database with the needs of a load, and write nothing. */
static int
zload_check(struct load *l, struct err *e)
{
	struct session *s = &l->session;

	if (zload_conf_open(l, e) == -1 || job_check(&l->job, e) == -1 ||
	    qtest_open(&s->qtest, &l->conf, e) == -1)
		return -1;
	fields_open(&s->fields, s->qtest);
	return check_target(&l->work, l->conf.project, e);
}

static int
zload_open_all(struct load *l, struct err *e)
{
	struct session *s = &l->session;
	struct work *w = &l->work;

	if (zload_conf_open(l, e) == -1 || job_db(&l->job, e) == -1)
		return -1;
	s->db = s->ledger.db = l->job.db;
	s->ledger.run = l->job.run;
	s->reject.path = l->job.reject_path;
	if (zload_name_database(l, e) == -1 || zload_plan_read(l, e) == -1 ||
	    qtest_open(&s->qtest, &l->conf, e) == -1 || zload_input_wait(l, e) == -1 ||
	    zload_claim(l, e) == -1)
		return -1;
	fields_open(&s->fields, s->qtest);
	qtest_page_base(&l->pages, l->conf.base_url, l->conf.project);
	s->pages = buf_str(&l->pages);
	w->ids = id_cache_open(&s->ledger, &l->queue);
	w->doubts = doubt_open(w);
	w->steps = steps_open(w);
	w->rivals = rivals_open(w);
	w->file_steps = file_steps_open(w);
	return 0;
}

/* Log how the load ended and return its exit status; stopped: the job was asked to stop. */
static int
zload_verdict(struct load *l, int stopped, struct err *e)
{
	struct session *s = &l->session;
	const struct input *in = &l->input;
	int64_t failed = 0, left = 0;
	int is_loaded = in->map[0] != '\0' && !l->job.plan;

	if (is_loaded && tally(s, &failed, &left, e) == -1)
		return -1;
	if (!l->job.plan && api_sync_budget(qtest_api(s->qtest), s->db, API_SYNC_NOW, e) == -1)
		return -1;
	log_info(NULL, "%lld request%s sent", PLURAL((long long)http_sent(qtest_http(s->qtest))));
	if (l->options.adopt && is_loaded && failed == 0 && left == 0 && in->seal.code == 0 &&
	    !stopped && !in->is_limited && guard_adopt_mark(s, "done", e) == -1)
		return -1;
	if (in->seal.code != 0) {
		*e = in->seal;
		return -1;
	}
	if (stopped || in->is_limited || job_stop(&l->job, NULL))
		return ZX_RETRY;
	if (!l->options.from_db && !l->options.unsealed && in->sealed == STREAM_PARTIAL) {
		log_warn(NULL, "only part of the project was processed (an earlier stage stopped "
		    "early, or --limit, --folder or --select was used); run the same command again "
		    "to continue");
		return ZX_RETRY;
	}
	if (left > 0) {
		log_warn(NULL, "some effects are not done yet; run the same command again");
		return ZX_RETRY;
	}
	return failed > 0 || in->set_aside > 0 ? ZX_REJECTS : ZX_OK;
}

static int
zload_work(struct load *l, struct err *e)
{
	const struct plan_lines *lines;
	int rc = zload_check_options(l, e);

	if (rc != -1)
		rc = zload_open_all(l, e);
	lines = l->session.lines;
	if (rc == 0 && lines != NULL && plan_lines_count(lines) == 0) {
		log_info(NULL, "nothing to apply: no line of the plan changes anything");
		return ZX_OK;
	}
	if (rc == 0 && (l->job.plan || lines != NULL))
		rc = plan(&l->work, &l->claim, e);
	if (rc == 0 && !l->job.plan && !job_stop(&l->job, NULL))
		rc = engine(&l->work, &l->job, &l->claim, e);
	return rc == -1 ? -1 : zload_verdict(l, rc == 1, e);
}

static void
zload_close_all(struct load *l)
{
	struct work *w = &l->work;

	/* Requests under way are aborted, which ends their tasks and listings; their intents stay
	   in the ledger. */
	if (l->session.qtest != NULL)
		api_drop(qtest_api(l->session.qtest));
	qtest_close(l->session.qtest);
	doubt_close(w->doubts);
	queue_free(w->queue);
	steps_close(w->steps);
	rivals_close(w->rivals);
	requirements_close(w->requirements);
	set_free(&w->relinks);
	file_steps_close(w->file_steps);
	id_cache_close(w->ids);
	reject_close(&l->session.reject);
	plan_lines_close(l->session.lines);
	fields_close(l->session.fields);
	json_free(&l->input.specs);
	json_free(&l->input.statuses);
	if (l->job.db != NULL)
		claim_drop(&l->claim, l->job.db);
}

int
main(int argc, char **argv)
{
	struct opt_set set = {
		.program = "zload",
		.what = "load target records into qTest and record each in the ledger",
		.tables = { options, job_options(&load.job, ""),
		    http_options(&load.conf.ca_file) },
	};
	struct err e = { 0 };
	int rc;

	kind_use(kinds);
	rc = job_start(&load.job, &set, argc, argv, &e);
	if (rc > 0)
		rc = load.job.check ? zload_check(&load, &e) : zload_work(&load, &e);
	zload_close_all(&load);
	rc = job_end(&load.job, rc, &e);
	free(load.session.ledger.target);
	free(load.input.project);
	buf_free(&load.pages);
	return rc;
}
