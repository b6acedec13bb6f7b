#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "kinds.h"
#include "load.h"
#include "check.h"
#include "plan_effects.h"
#include "run.h"
#include "tally.h"
#include "cache/id_cache.h"
#include "input/ingest.h"
#include "recover/doubt.h"
#include "recover/guard.h"
#include "steps/case_steps.h"
#include "work/kind.h"
#include "work/name_conflict.h"
#include "work/queue.h"

static struct queue queue;
static struct load load = { .on_conflict = "create", .queue = &queue };
static int64_t settle_ms = -1, timeout_ms = 120000;

static struct opt options[] = {
	{ .name = "adopt", .type = OPT_FLAG, .var = &load.adopt,
	    .help = "fill the ledger from the markers of objects that qTest has already" },
	{ .name = "from-db", .type = OPT_FLAG, .var = &load.from_db,
	    .help = "load the effects that ztransform stored, without reading standard input" },
	{ .name = "map", .arg = "HASH", .type = OPT_STR, .var = &load.map_option,
	    .env = "", .help = "with --from-db: hash of the map whose effects are loaded" },
	{ .name = "on-conflict", .arg = "create|skip|update|rename|fail",
	    .type = OPT_CHOICE, .var = &load.on_conflict,
	    .help = "action if qTest has another object of the same name at its root" },
	{ .name = "overwrite-edits", .type = OPT_FLAG, .var = &load.overwrite,
	    .help = "also update objects that were edited in qTest" },
	{ .name = "settle", .arg = "T", .type = OPT_TIME, .var = &settle_ms,
	    .help = "wait T before reading back an unconfirmed request; default timeout + 30s" },
	{ .name = "timeout", .arg = "T", .type = OPT_TIME, .var = &timeout_ms,
	    .help = "time limit of a request; default 120s" },
	{ .name = "unsealed", .type = OPT_FLAG, .var = &load.unsealed,
	    .help = "accept a stream without END lines or with changed records" },
	{ .name = NULL }
};

/* One loader a target: two would look for each other's requests.  A request
   leaves only while the lease outlasts it, so the lease is twice as long. */
static int
zload_claim(struct load *l, struct err *e)
{
	char who[300] = "";
	int rc;

	if (l->job.plan)
		return 0;
	rc = claim_take(&l->claim, l->db, "zload", l->ledger.target,
	    l->timeout_ms > 30000 ? 2 * l->timeout_ms : 0, who, sizeof(who), e);
	if (rc == 0)
		return err_set(e, ZX_RETRY, "%s is being loaded by %s; run the same command again "
		    "when it has ended", l->ledger.target,
		    who);
	return rc == 1 ? 0 : -1;
}

/*
 * Name the database, a file by its whole path, and what its ledger holds of the
 * target: with another database everything would be made again.
 */
static int
zload_name_database(struct load *l, struct err *e)
{
	const char *path;
	char *whole = NULL;
	int64_t n;

	if (db_file(l->job.db_url, &path, e) == -1 || db_one(l->db, &n, 0, e,
	    "SELECT count(*) FROM ledger WHERE target = ?1", "s", l->ledger.target) == -1)
		return -1;
	if (path != NULL)
		whole = realpath(path, NULL);
	log_info(NULL, "database %s%s: its ledger holds %lld effects in %s",
	    whole != NULL ? "sqlite:" : "", whole != NULL ? whole : db_where(l->db),
	    (long long)n, l->ledger.target);
	free(whole);
	return 0;
}

/*
 * Of two pipes that start together one is refused the right to read.  It must
 * not hold the right to load meanwhile, or neither goes on: that is taken when
 * the first line comes, and never by a pipe that brings none.
 */
static int
zload_input_wait(const struct load *l, struct err *e)
{
	struct pollfd in = { .fd = STDIN_FILENO, .events = POLLIN };
	const char *why;

	while (!l->from_db && poll(&in, 1, 200) != 1)
		if (job_stop(&l->job, &why))
			return err_set(e, ZX_RETRY, "stopped by %s before the first line", why);
	if (l->from_db || l->unsealed || (in.revents & POLLIN) || !(in.revents & POLLHUP))
		return 0;
	return err_set(e, ZX_DATA, "stdin is empty: the previous stage failed or wrote nothing "
	    "(see its error above)");
}

static int
zload_conf_open(struct load *l, struct err *e)
{
	if (qtest_conf_read(&l->conf, e) == -1)
		return -1;
	l->timeout_ms = l->conf.timeout_ms = timeout_ms;
	l->settle_ms = settle_ms >= 0 ? settle_ms : timeout_ms + 30000;
	l->conf.in_flight = l->job.in_flight;
	l->conf.max_requests = l->job.max_requests;
	l->ledger.target = qtest_target(&l->conf);
	l->job.target = l->ledger.target;
	return 0;
}

/* --check: what a run needs is there, and nothing is written anywhere. */
static int
zload_check(struct load *l, struct err *e)
{
	if (zload_conf_open(l, e) == -1 || job_check(&l->job, e) == -1 ||
	    qtest_open(&l->qtest, &l->conf, e) == -1)
		return -1;
	fields_open(&l->fields, l->qtest);
	return check_target(l, e);
}

static int
zload_open_all(struct load *l, struct err *e)
{
	if (zload_conf_open(l, e) == -1)
		return -1;
	if (job_db(&l->job, e) == -1)
		return -1;
	l->db = l->ledger.db = l->job.db;
	l->ledger.run = l->job.run;
	l->reject.path = l->job.reject_path;

	if (zload_name_database(l, e) == -1 ||
	    qtest_open(&l->qtest, &l->conf, e) == -1 ||
	    zload_input_wait(l, e) == -1 || zload_claim(l, e) == -1)
		return -1;
	fields_open(&l->fields, l->qtest);
	return 0;
}

/* What the run came to; the worst of it is the exit status. */
static int
zload_verdict(struct load *l, struct err *e)
{
	int64_t failed = 0, left = 0;

	if (l->map[0] != '\0' && !l->job.plan && tally(l, &failed, &left, e) == -1)
		return -1;
	if (!l->job.plan && qtest_account(l->qtest, l->db, e) == -1)
		return -1;
	log_info(NULL, "%lld requests sent", (long long)http_sent(qtest_http(l->qtest)));
	if (l->adopt && !l->job.plan && l->map[0] != '\0' && failed == 0 && left == 0 &&
	    l->seal.code == 0 && !l->stopping && !l->limited &&
	    guard_adopt_mark(l, "done", e) == -1)
		return -1;
	if (l->seal.code != 0) {
		*e = l->seal;
		return -1;
	}
	if (l->stopping || l->limited || job_stop(&l->job, NULL))
		return ZX_RETRY;
	if (!l->from_db && !l->unsealed && l->sealed == STREAM_PARTIAL) {
		log_warn(NULL, "only part of the project was processed (an earlier stage stopped "
		    "early, or --limit, --folder or --select was used); run the same command again "
		    "to continue");
		return ZX_RETRY;
	}
	if (left > 0) {
		log_warn(NULL, "some effects are not done yet; run the same command again");
		return ZX_RETRY;
	}
	return failed > 0 || l->bad > 0 ? ZX_REJECTS : ZX_OK;
}

static int
zload_work(struct load *l, struct err *e)
{
	int rc = zload_open_all(l, e);

	if (rc != -1)
		rc = l->job.plan ? plan(l, e) : ingest_open(l, NULL, e) == -1 ? -1 :
		    engine(l, e);
	return rc == -1 ? -1 : zload_verdict(l, e);
}

static void
zload_close_all(struct load *l)
{
	ingest_close(l);
	reject_close(&l->reject);
	/* Requests under way are cut off; their intents stay. */
	qtest_close(l->qtest);
	doubt_free(l);
	queue_free(l);
	steps_free(l);
	conflict_free(l);
	id_cache_free(l);
	fields_close(l->fields);
	json_free(&l->specs);
	json_free(&l->statuses);
	if (l->db != NULL)
		claim_drop(&l->claim, l->db);
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
	int done, rc;

	kind_use(kinds);
	rc = job_start(&load.job, &set, argc, argv, &done, &e);
	if (done)
		return job_end(&load.job, 0, &e);
	if (rc != -1 && argv[rc] != NULL)
		rc = err_set(&e, ZX_USAGE, "unexpected operand: %s", argv[rc]);
	if (rc != -1 && load.job.check)
		rc = zload_check(&load, &e);
	else if (rc != -1)
		rc = zload_work(&load, &e);
	zload_close_all(&load);
	rc = job_end(&load.job, rc, &e);
	free(load.ledger.target);
	free(load.project);
	return rc;
}
