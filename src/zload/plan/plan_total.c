#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "io/json/json_out.h"
#include "session.h"
#include "links/link_effect.h"
#include "plan/plan_words.h"
#include "plan/plan_total.h"
#include "work/task.h"

/* True if a file that is to be uploaded goes in the request that creates its object. */
static int
plan_total_is_inline(struct plan_total *pt, const struct plan_effect *p)
{
	struct json doc = { 0 };
	int64_t size;
	const char *ref;
	int is = 0;

	if (json_parse(&doc, p->body, strlen(p->body), NULL, NULL) == 0) {
		size = json_int(&doc, "body.size", 0);
		ref = json_str(&doc, "parent.$ref");
		is = size > 0 && size <= pt->inline_left && ref != NULL &&
		    (strncmp(ref, "case/", 5) == 0 || strncmp(ref, "log/", 4) == 0);
		pt->inline_left -= is ? size : 0;
	}
	json_free(&doc);
	return is;
}

/* True if another link of the plan goes in the same request as this one. */
static int
plan_total_is_joined(struct plan_total *pt, const struct plan_effect *p)
{
	const char *ekey = p->task->e.ekey;
	char *group = mem_dupn(ekey, link_group(ekey));
	int is_first = set_add(&pt->groups, text_hash(group));

	free(group);
	return !is_first;
}

void
plan_total_add(struct plan_total *pt, const struct session *s, struct plan_effect *p)
{
	enum effect_kind kind = p->task->e.type;

	if (kind == KIND_LINK) {
		if (p->requests > 0 && plan_total_is_joined(pt, p))
			p->requests = 0;
	} else if (kind != KIND_BLOB && kind != KIND_APPROVE)
		pt->inline_left = p->verb == PLAN_CREATE ? s->options->inline_limit : 0;
	else if (p->verb == PLAN_UPLOAD && plan_total_is_inline(pt, p)) {
		p->requests = 0;
		free(p->reason);
		p->reason = mem_dup("not in qTest; it goes in the request that creates its object");
	}
	pt->n[kind][p->verb]++;
	pt->requests += p->requests;
}

/* Return how long the requests take, in seconds: by the rate of the API, or else by the time
   that an answer took. */
static int64_t
plan_total_seconds(const struct plan_total *pt, const struct session *s)
{
	int64_t rate = api_rate(qtest_api(s->qtest));
	int64_t ms = rate > 0 ? pt->requests * 60000 / rate : pt->asked == 0 ? 0 :
	    pt->requests * pt->waited_ms / pt->asked /
	    (s->job->in_flight > 0 ? s->job->in_flight : 1);

	return ms > 0 || pt->requests == 0 ? (ms + 999) / 1000 : 1;
}

void
plan_total_json(const struct plan_total *pt, const struct session *s, struct buf *b)
{
	int64_t rate = api_rate(qtest_api(s->qtest));
	int kind, verb, n;

	json_out_open(b, NULL, '{');
	json_out_open(b, "summary", '{');
	json_out_open(b, "effects", '{');
	for (kind = 0; kind < KIND_COUNT; kind++) {
		for (verb = n = 0; verb < PLAN_VERBS; verb++)
			if (pt->n[kind][verb] > 0) {
				if (n++ == 0)
					json_out_open(b, effect_kind_names[kind] != NULL ?
					    effect_kind_names[kind] : "unknown", '{');
				json_out_int(b, plan_verb_names[verb], pt->n[kind][verb]);
			}
		if (n > 0)
			json_out_close(b, '}');
	}
	json_out_close(b, '}');
	json_out_int_if(b, "rate", rate > 0, rate);
	json_out_int(b, "requests", pt->requests);
	json_out_int(b, "seconds", plan_total_seconds(pt, s));
	json_out_close(b, '}');
	json_out_close(b, '}');
}

/* Append the requests and their time. */
static void
plan_total_requests(const struct plan_total *pt, const struct session *s, struct buf *b)
{
	int64_t rate = api_rate(qtest_api(s->qtest)), seconds = plan_total_seconds(pt, s);

	buf_printf(b, "%" PRId64 ", about %" PRId64 " %s", pt->requests,
	    seconds < 120 ? seconds : (seconds + 59) / 60, seconds < 120 ? "s" : "min");
	if (rate > 0)
		buf_printf(b, " at %" PRId64 " a minute", rate);
}

void
plan_total_text(const struct plan_total *pt, const struct session *s, struct buf *b)
{
	const int64_t *n;
	int kind;

	for (kind = 1; kind < KIND_COUNT; kind++) {
		n = pt->n[kind];
		if (n[PLAN_CREATE] + n[PLAN_APPROVE] + n[PLAN_UPLOAD] + n[PLAN_UPDATE] +
		    n[PLAN_SKIP] + n[PLAN_CONFLICT] == 0)
			continue;
		buf_printf(b, "%s: %" PRId64 " to %s, %" PRId64 " to update, %" PRId64
		    " unchanged", effect_kind_names[kind],
		    n[PLAN_CREATE] + n[PLAN_APPROVE] + n[PLAN_UPLOAD],
		    kind == KIND_APPROVE ? "approve" : kind == KIND_BLOB ? "upload" : "create",
		    n[PLAN_UPDATE], n[PLAN_SKIP]);
		if (n[PLAN_CONFLICT] > 0)
			buf_printf(b, ", %" PRId64 " in conflict with changes in qTest",
			    n[PLAN_CONFLICT]);
		buf_putc(b, '\n');
	}
	buf_puts(b, "requests: ");
	plan_total_requests(pt, s, b);
	buf_puts(b, ", plus one per case with step results if qTest does not return step ids on "
	    "approval\n");
}

void
plan_total_log(const struct plan_total *pt, const struct session *s)
{
	int64_t n[PLAN_VERBS] = { 0 };
	struct buf b = { 0 };
	int kind, verb;

	for (kind = 0; kind < KIND_COUNT; kind++)
		for (verb = 0; verb < PLAN_VERBS; verb++)
			n[verb] += pt->n[kind][verb];
	for (verb = PLAN_CREATE; verb < PLAN_CONFLICT; verb++)
		if (n[verb] > 0)
			buf_printf(&b, "%s%" PRId64 " to %s", b.len > 0 ? ", " : "", n[verb],
			    plan_verb_names[verb]);
	if (b.len == 0)
		buf_puts(&b, "nothing to do");
	buf_printf(&b, "; %" PRId64 " unchanged; requests: ", n[PLAN_SKIP]);
	plan_total_requests(pt, s, &b);
	log_info(NULL, "%s", buf_str(&b));
	buf_free(&b);
}

void
plan_total_warn(const struct plan_total *pt)
{
	int64_t n = 0;
	int kind;

	for (kind = 0; kind < KIND_COUNT; kind++)
		n += pt->n[kind][PLAN_CONFLICT];
	if (n > 0)
		log_warn(NULL, "%" PRId64 " object%s in conflict with changes in qTest; the lines "
		    "with verb conflict name the choices", n, n == 1 ? " is" : "s are");
}
