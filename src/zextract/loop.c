#include <inttypes.h>
#include <poll.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/sig.h"
#include "base/time.h"
#include "domain/api/zephyr.h"

#include "emit/emit_stream.h"
#include "jira/jira_ask.h"
#include "jira/jira_report.h"
#include "list/names_ask.h"
#include "loop.h"
#include "phase.h"

/*
 * The loop sends requests while there is room, stores the answers in one transaction,
 * writes what stdout takes, and waits.  Requests in flight and answers that are not
 * stored are together never more than the window.
 */
enum { HOLD_MS = 15, WAIT_MS = 1000, TELL_MS = 10 * 1000, DRAIN_MS = 5000 };

static int
loop_send(struct extract *x, enum phase last, struct err *e)
{
	struct request *a;

	while (api_busy(zephyr_api(x->src.z)) + x->requests.nheld <
	    api_max_active(zephyr_api(x->src.z))) {
		if ((a = request_pop(&x->requests.ready)) == NULL &&
		    phase_request(x, last, &a, e) == -1)
			return -1;
		if (a == NULL)
			return attach_fetch(&x->attach, e);
		request_send(x->src.z, a);
	}
	return 0;
}

/* Answers that are stored in one transaction: n of them, from first on. */
struct loop_answers {
	struct request	*first;
	int		 n;
};

static int
loop_store_tx(struct db *db, void *arg, struct err *e)
{
	const struct loop_answers *of = arg;
	struct request *a = of->first;
	int i;

	(void)db;
	for (i = 0; i < of->n; i++, a = TAILQ_NEXT(a, link)) {
		request_free(a->more);
		a->more = NULL;
		a->why = (struct err){ 0 };
		if (a->reader->store(a, e) == -1)
			return -1;
	}
	return 0;
}

/* Store the first n answers that are held in one transaction, and free them.  If that
   fails, store each in a transaction of its own, so that a bad one does not lose the
   others. */
static int
loop_store(struct extract *x, int n, struct err *e)
{
	struct loop_answers of = { TAILQ_FIRST(&x->requests.held), n };
	struct err why = { 0 };
	struct request *a;
	int rc = db_tx(x->src.db, loop_store_tx, &of, &why);

	if (rc == -1)
		*e = why;
	if (rc == -1 && n > 1 && why.code != ZX_IO && why.code != ZX_BUG) {
		for (rc = 0; n > 0; n--)
			if (loop_store(x, 1, rc == 0 ? e : &why) == -1)
				rc = -1;
		return rc;
	}
	for (; n > 0; n--) {
		a = request_pop(&x->requests.held);
		x->requests.nheld--;
		if (rc == 0)
			a->reader->committed(a);
		request_free(a);
	}
	return rc;
}

/* Store all answers that are held, with their cursors. */
static int
loop_commit(struct extract *x, struct err *e)
{
	return x->requests.nheld == 0 ? 0 : loop_store(x, x->requests.nheld, e);
}

static int
loop_commit_due(const struct extract *x)
{
	return x->requests.nheld > 0 && (api_in_flight(zephyr_api(x->src.z)) == 0 ||
	    x->requests.nheld * 2 >= api_max_active(zephyr_api(x->src.z)) ||
	    time_mono_ms() - x->requests.held_ms >= HOLD_MS);
}

/* True when the reader of stdout has closed it, even with nothing to write. */
static int
loop_reader_is_gone(const struct extract *x)
{
	struct pollfd p = { .fd = x->emit.out.nd.fd };

	return poll(&p, 1, 0) == 1 && (p.revents & POLLERR);
}

/* Write what stdout takes.  Return 1 when records are left, 0 when none can be
   written now, or -1. */
static int
loop_emit(struct extract *x, struct err *e)
{
	int rc;

	if (loop_reader_is_gone(x)) {
		x->emit.out.nd.pipe_closed = 1;
		return err_set(e, ZX_IO, "the next stage stopped reading (see its error)");
	}
	if ((rc = emit_step(&x->emit, phase_allows_records(x), e)) == -1)
		return -1;
	if (ndjson_push(&x->emit.out.nd, e) == -1)
		return -1;
	return rc;
}

static void
loop_log_progress(struct extract *x)
{
	int64_t now = time_mono_ms();

	if (now - x->last_logged_ms < TELL_MS)
		return;
	x->last_logged_ms = now;
	log_info("progress", "%" PRId64 " request%s, %" PRId64 " script%s, %" PRId64
	    " execution%s read, %d in flight", PLURAL(api_requests(zephyr_api(x->src.z))),
	    PLURAL(x->todo[READ_SCRIPTS].done), PLURAL(x->todo[READ_RESULTS].done),
	    api_in_flight(zephyr_api(x->src.z)));
}

/* Wait for the network or for stdout; more: there is work to do at once. */
static int
loop_wait(struct extract *x, int more, struct err *e)
{
	struct pollfd out = { .fd = x->emit.out.nd.fd, .events = POLLOUT };
	int pending = x->emit.out.nd.b.len > 0;
	int64_t ms = WAIT_MS;

	if (x->requests.nheld > 0)
		ms = HOLD_MS;
	if (!pending && (more ||
	    api_busy(zephyr_api(x->src.z)) + x->jira.open + x->requests.nheld == 0))
		ms = 0;
	return api_wait(zephyr_api(x->src.z), ms, &out, pending, e);
}

/* Wait up to DRAIN_MS for answers in flight, and store them, when the run stops on
   purpose. */
static int
loop_drain(struct extract *x, struct err *e)
{
	int64_t until = time_mono_ms() + DRAIN_MS;

	api_stop_sending(zephyr_api(x->src.z));
	while (api_in_flight(zephyr_api(x->src.z)) > 0 && !sig_seen() &&
	    time_mono_ms() < until) {
		if (api_wait(zephyr_api(x->src.z), 100, NULL, 0, e) == -1)
			return -1;
		if (loop_commit_due(x) && loop_commit(x, e) == -1)
			return -1;
	}
	return loop_commit(x, e);
}

/* Store the answers in flight and write END of each stream, when the run stops on purpose.
   Return ZX_RETRY, or -1. */
static int
loop_stop(struct extract *x, struct err *e)
{
	if (loop_drain(x, e) == -1)
		return -1;
	if (!sig_seen()) {
		emit_stop(&x->emit, x->unread.n > 0);
		if (ndjson_flush(&x->emit.out.nd, e) == -1)
			return -1;
	}
	return ZX_RETRY;
}

/* Write END of each stream when totals do not agree or something stays unread. */
static int
loop_end_unproven(struct extract *x, struct err *e)
{
	struct err why = { 0 };

	if (e->code == ZX_IO || (x->unread.n == 0 &&
	    (list_proof(&x->lists, &why) == 0 || e->code != ZX_PROTO)))
		return -1;
	emit_stop(&x->emit, x->unread.n > 0);
	if (ndjson_flush(&x->emit.out.nd, NULL) == -1)
		log_debug(NULL, "the output is incomplete: the next stage stopped reading (see its "
		    "error)");
	return -1;
}

static int
loop_is_finished(const struct extract *x)
{
	return emit_done(&x->emit) && (x->src.pass.sealed || x->src.phase == PHASE_WHOLE);
}

static int
loop_turn(struct extract *x, struct err *e)
{
	int more, work, names;

	if (claim_keep(&x->claim, x->src.db, e) == -1 || (!x->src.pass.sealed &&
	    api_sync_budget(zephyr_api(x->src.z), x->src.db, API_SYNC_DUE, e) == -1) ||
	    jira_fill(&x->jira, e) == -1 ||
	    loop_send(x, PHASE_WHOLE, e) == -1 || (more = loop_emit(x, e)) == -1 ||
	    (work = attach_work(&x->attach, e)) == -1 ||
	    (names = jira_work(&x->jira, e)) == -1 ||
	    loop_wait(x, more || work || names, e) == -1 ||
	    (loop_commit_due(x) && loop_commit(x, e) == -1))
		return -1;
	loop_log_progress(x);
	return 0;
}

int
extract_run(struct extract *x, struct err *e)
{
	struct err ignored = { 0 };

	if (phase_advance(x, PHASE_WHOLE, e) == -1)
		return loop_end_unproven(x, e);
	while (!loop_is_finished(x)) {
		x->job->requests = phase_is_sealed(x) ? 0 : api_requests(zephyr_api(x->src.z));
		if (job_stop(x->job, NULL))
			return loop_stop(x, e);
		if (loop_turn(x, e) == -1) {
			loop_commit(x, &ignored);	/* keep the answers that arrived */
			return -1;
		}
		if (phase_advance(x, PHASE_WHOLE, e) == -1)
			return loop_end_unproven(x, e);
	}
	jira_log_end(&x->jira);
	return 0;
}

int
extract_lists(struct extract *x, struct err *e)
{
	const enum phase last = PHASE_LISTS;
	const char *why;

	while (phase_advance(x, last, e) == 0) {
		if (x->src.phase == last && list_is_exhausted(&x->lists) &&
		    names_done(&x->names, &x->src) &&
		    api_busy(zephyr_api(x->src.z)) + x->requests.nheld == 0)
			return list_proof(&x->lists, e);
		x->job->requests = api_requests(zephyr_api(x->src.z));
		if (job_stop(x->job, &why))
			return err_set(e, ZX_RETRY, "stopped by %s before all lists were read; "
			    "nothing was stored", why);
		loop_log_progress(x);
		if (loop_send(x, last, e) == -1 || loop_wait(x, 0, e) == -1 ||
		    (loop_commit_due(x) && loop_commit(x, e) == -1))
			return -1;
	}
	return -1;
}
