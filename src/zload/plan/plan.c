#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/set.h"
#include "base/time.h"
#include "domain/claim.h"
#include "io/ndjson.h"
#include "preflight.h"
#include "session.h"
#include "input/desired.h"
#include "input/ingest.h"
#include "input/input.h"
#include "plan/plan.h"
#include "plan/plan_check.h"
#include "plan/plan_effect.h"
#include "plan/plan_line.h"
#include "plan/plan_lines.h"
#include "plan/plan_needs.h"
#include "plan/plan_read.h"
#include "plan/plan_total.h"
#include "recover/restore.h"
#include "work/record_gone.h"
#include "work/task.h"
#include "work/work.h"

/*
 * The plan of a load.  Effects are read from the input and decided by the ledger; the object
 * of an update is read from qTest and compared as by the load.  The first effects that are
 * decided leave in the order of work.
 */
enum { PLAN_MAX = 512, PLAN_FLUSH = 65536 };

struct plan {
	struct work	*work;
	struct session	*session;	/* that of .work */
	struct claim	*claim;		/* on the target, with --apply */
	struct plan_effect *head, **tail;
	int		 n;
	struct set	 seen;		/* hashes of effects, which several records may have */
	struct set	 deleted;	/* hashes of effects that are restored, or may be */
	struct plan_total total;
	struct ndjson_out out;
	enum {
		PLAN_LINES,
		PLAN_TEXT,		/* the summary alone, for people */
		PLAN_CHECK		/* nothing: compare with the lines that are applied */
	}		 output;
	struct err	 missing;	/* PLAN_CHECK: the first need that is missing */
	int		 begun;		/* preflight() was called */
	int		 fields;	/* number of fields that the load creates */
};

/* The effects of one row. */
struct plan_row {
	struct plan	*plan;
	const struct target *row;
	int		 is_gone;
};

static void
plan_append(struct plan *p, struct plan_effect *one)
{
	*p->tail = one;
	p->tail = &one->next;
	p->n++;
}

static int
plan_add(void *arg, const struct effect *f, struct err *e)
{
	struct plan_row *r = arg;
	struct plan_effect *one;
	char *key = mem_fmt("%s/%s", f->kind, f->ekey);
	int is_new = set_add(&r->plan->seen, text_hash(key));

	free(key);
	if (!is_new)
		return 0;
	if ((is_new = plan_lines_has(r->plan->session, f->kind, f->ekey, e)) != 1)
		return is_new;
	if ((one = plan_effect_new(r->plan->work, f, r->row, r->is_gone, e)) == NULL)
		return -1;
	plan_append(r->plan, one);
	return 0;
}

/* Add the effects of n rows of the input (ingest_sink). */
static int
plan_rows(void *arg, const struct target *row, int n, int piped, struct err *e)
{
	struct plan *p = arg;
	struct plan_row r = { .plan = p };
	int i;

	for (i = 0; i < n; i++) {
		r.row = &row[i];
		r.is_gone = !piped && gone_row(p->work->input, &row[i]);
		if (desired_each(&row[i], p->session->ledger.map, plan_add, &r, e) == -1)
			return -1;
	}
	return 0;
}

/* Add the field that the map describes if the load creates it.  0, -1. */
static int
plan_add_field(struct plan *p, const struct json *spec, struct err *e)
{
	struct plan_effect *one = plan_effect_of_field(p->work, spec);
	const struct effect *f = &one->task->e;
	struct plan_line_known line = { 0 };
	int is_new = preflight_creates_field(p->session, spec), rc = 1;

	if (p->session->lines != NULL)
		rc = plan_lines_find(p->session->lines, f->kind, f->ekey, &line, e);
	plan_line_known_free(&line);
	p->fields += is_new;
	if (is_new && rc == 1)
		plan_append(p, one);
	else
		plan_effect_free(one);
	return rc == -1 ? -1 : 0;
}

/* Put the fields that the load creates before the other effects.  0, -1. */
static int
plan_add_fields(struct plan *p, struct err *e)
{
	struct plan_effect *first = p->head, **last = p->tail;
	struct json one = { 0 };
	int i = 0, rc = 0;

	p->head = NULL;
	p->tail = &p->head;
	while (rc == 0 && json_each(&p->work->input->specs, &i, &one))
		rc = plan_add_field(p, &one, e);
	json_free(&one);
	*p->tail = first;
	if (first != NULL)
		p->tail = last;
	return rc;
}

/* Check the preconditions of the load once the map is known, and measure how fast qTest
   answers.  0, -1. */
static int
plan_begin(struct plan *p, struct err *e)
{
	int64_t since = time_mono_ms(), sent = http_sent(qtest_http(p->session->qtest));
	int creating;

	if (preflight(p->work, &creating, e) == -1)
		return -1;
	p->begun = 1;
	p->total.waited_ms = time_mono_ms() - since;
	p->total.asked = http_sent(qtest_http(p->session->qtest)) - sent;
	return plan_add_fields(p, e);
}

/* Request objects as far as qTest has room, and decide the effects whose objects are there.
   0, -1. */
static int
plan_decide(struct plan *p, struct err *e)
{
	struct plan_effect *one;
	int room = qtest_room(p->session->qtest), rc = 0;

	for (one = p->head; one != NULL && rc == 0; one = one->next) {
		if (one->state == PLAN_NEW && room > 0) {
			rc = plan_effect_read(one, e);
			room--;
		}
		if (one->state == PLAN_SEEKING && rc == 0)
			rc = plan_effect_seek(one, e);
		if (one->state == PLAN_READING && rc == 0)
			rc = plan_effect_decide(one, e);
	}
	return rc;
}

/* Count an effect, and write its line, or check the line of the plan that is applied.  0, -1. */
static int
plan_emit(struct plan *p, struct plan_effect *one, struct err *e)
{
	struct json needs;
	struct buf b = { 0 };
	int rc = 0;

	plan_total_add(&p->total, p->session, one);
	if (p->output == PLAN_TEXT)
		return 0;
	needs = plan_needs(one, p->fields > 0);
	if (p->output == PLAN_CHECK)
		rc = plan_check_effect(p->work, one, &needs, &p->missing, e);
	else {
		plan_line_write(p->session, one, &needs, &b);
		ndjson_put(&p->out, buf_str(&b), b.len);
	}
	json_free(&needs);
	buf_free(&b);
	return rc == 0 && p->out.b.len > PLAN_FLUSH ? ndjson_flush(&p->out, e) : rc;
}

/* True if an effect is the approval of the case of another effect. */
static int
plan_is_approval_of(const struct plan_effect *one, const struct plan_effect *of)
{
	return one != NULL && one->state == PLAN_WAITING && of->task->e.type == KIND_CASE &&
	    strcmp(one->task->e.ekey, of->task->e.ekey) == 0;
}

/* Decide an effect again that depends on a deleted object. */
static void
plan_depend(struct plan *p, struct plan_effect *one)
{
	const struct effect *f = &one->task->e;
	char *key;

	if (!one->is_deleted && p->deleted.n == 0)
		return;
	if (restore_is_needed(&p->deleted, f->kind, f->needs))
		plan_effect_depends(one);
	if (!one->is_deleted)
		return;
	key = mem_fmt("%s/%s", f->kind, f->ekey);
	(void)set_add(&p->deleted, text_hash(key));
	free(key);
}

/* Write the lines of the first effects that are decided.  0, -1. */
static int
plan_leave(struct plan *p, struct err *e)
{
	struct plan_effect *one;
	int rc = 0;

	while (rc == 0 && (one = p->head) != NULL) {
		if (one->state == PLAN_WAITING)		/* its case is not in the plan */
			plan_effect_approve(one, PLAN_SKIP);
		if (one->state == PLAN_DECIDED)
			plan_depend(p, one);
		if (one->state != PLAN_DECIDED)
			break;
		rc = plan_emit(p, one, e);
		if (plan_is_approval_of(one->next, one))
			plan_effect_approve(one->next, one->verb);
		if ((p->head = one->next) == NULL)
			p->tail = &p->head;
		p->n--;
		plan_effect_free(one);
	}
	return rc;
}

/* Do one turn: read input, ask qTest, write lines.  0, -1. */
static int
plan_turn(struct plan *p, struct ingest *in, struct err *e)
{
	struct input *input = p->work->input;
	struct pollfd pfd = { .events = POLLIN };
	int more = 0, busy;

	if (p->n < PLAN_MAX && (more = ingest_turn(in, e)) == -1)
		return -1;
	if (!p->begun && input->map[0] != '\0' && plan_begin(p, e) == -1)
		return -1;
	if (p->begun && (plan_decide(p, e) == -1 || plan_leave(p, e) == -1))
		return -1;
	if (p->claim->held && claim_keep(p->claim, p->session->db, e) == -1)
		return -1;
	busy = api_busy(qtest_api(p->session->qtest)) > 0;
	if (!busy && (more || p->head != NULL || !input->is_open))
		return 0;
	pfd.fd = p->n < PLAN_MAX ? ingest_fd(in) : -1;
	return api_wait(qtest_api(p->session->qtest), more ? 0 : 1000, &pfd, pfd.fd != -1, e);
}

/* Put the summary behind the lines. */
static void
plan_end(struct plan *p)
{
	struct buf b = { 0 };

	if (p->output != PLAN_TEXT)
		plan_total_log(&p->total, p->session);
	if (p->output == PLAN_CHECK)
		return;
	plan_total_warn(&p->total);
	if (p->output == PLAN_LINES)
		plan_total_json(&p->total, p->session, &b);
	else {
		plan_total_text(&p->total, p->session, &b);
		buf_cut(&b, b.len - 1);		/* ndjson_put adds the LF */
	}
	ndjson_put(&p->out, buf_str(&b), b.len);
	buf_free(&b);
}

/* Read all effects.  0, -1. */
static int
plan_run(struct plan *p, struct err *e)
{
	struct session *s = p->session;
	struct ingest *in;
	int rc = ingest_open(&in, p->work, plan_rows, p, e);

	while (rc == 0 && (p->work->input->is_open || p->head != NULL) && !job_stop(s->job, NULL))
		rc = plan_turn(p, in, e);
	ingest_close(in);
	if (rc == 0 && p->output == PLAN_CHECK && !job_stop(s->job, NULL)) {
		rc = plan_check_unknown(p->work, e);
		if (rc == 0 && p->missing.code != 0) {
			*e = p->missing;
			rc = -1;
		}
	}
	if (rc == 0 && p->begun && !job_stop(s->job, NULL))
		plan_end(p);
	return rc == 0 ? ndjson_flush(&p->out, e) : rc;
}

int
plan(struct work *w, struct claim *claim, struct err *e)
{
	struct session *s = w->session;
	struct plan p = { .work = w, .session = s, .claim = claim, .tail = &p.head,
	    .output = s->lines != NULL ? PLAN_CHECK :
	    strcmp(s->options->format, "text") == 0 ? PLAN_TEXT : PLAN_LINES };
	struct plan_effect *one;
	int rc;

	s->planning = 1;
	ndjson_out_open(&p.out, STDOUT_FILENO);
	rc = plan_run(&p, e);
	if (p.head != NULL)	/* callbacks use their tasks */
		api_drop(qtest_api(s->qtest));
	while ((one = p.head) != NULL) {
		p.head = one->next;
		plan_effect_free(one);
	}
	ndjson_out_free(&p.out);
	set_free(&p.seen);
	set_free(&p.deleted);
	set_free(&p.total.groups);
	s->planning = 0;
	return rc;
}
