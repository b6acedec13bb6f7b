#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "load.h"
#include "recover/doubt.h"
#include "send/result.h"
#include "work/kind.h"
#include "work/queue.h"
#include "work/same.h"
#include "work/task.h"
#include "recover/doubt_impl.h"

/*
 * Requests whose fate is unknown.  No earlier than settle after they left they
 * are read back (readback.c); what is found is ours, what is not is sent again.
 */
static void
doubt_put(struct load *l, struct doubt *d, int64_t age_ms)
{
	struct doubt **at = &l->doubts;

	d->lane = d->e.lane != NULL ? text_hash(d->e.lane) : 0;
	d->due_ms = time_mono_ms() + l->settle_ms - age_ms;
	while (*at != NULL)
		at = &(*at)->next;
	*at = d;
}

void
doubt_add(struct load *l, const struct effect *f, const char *path,
    enum effect_verb verb, int64_t age_ms)
{
	struct doubt *d = mem_zalloc(sizeof(*d));

	effect_copy(&d->e, f);
	free(d->e.path);
	d->e.path = mem_dup(path);
	d->e.verb = verb;
	doubt_put(l, d, age_ms);
}

static void
doubt_drop(struct load *l, struct doubt *d)
{
	struct doubt **at = &l->doubts;

	while (*at != d)
		at = &(*at)->next;
	*at = d->next;
	effect_free(&d->e);
	json_free(&d->last_body);
	json_free(&d->found);
	json_free(&d->confirmed_body);
	free(d);
}

int
doubt_open(struct load *l, struct err *e)
{
	enum { PAGE = 128 };
	struct effect page[PAGE];
	struct ledger_place at = { 0 };
	struct doubt *d = NULL;
	int i, n, all = 0;

	do {
		if (d != NULL)		/* the last one of a page */
			at = (struct ledger_place){ d->e.phase, d->e.ord, d->e.kind,
			    d->e.ekey };
		n = ledger_open_intents(&l->ledger, &at, PAGE, page, e);
		for (i = 0; i < n; i++) {
			d = mem_zalloc(sizeof(*d));
			d->e = page[i];
			doubt_put(l, d, page[i].intent_age);
		}
		all += n;
	} while (n == PAGE);
	if (n != -1 && all > 0)
		log_info(NULL, "%d requests of an earlier run are unconfirmed; they will be read "
		    "back from qTest", all);
	return n == -1 ? -1 : 0;
}

int
doubt_load_fields(struct load *l, struct err *e)
{
	const struct kind *k;
	const struct doubt *d;
	int rc = 0;

	for (d = l->doubts; d != NULL && rc == 0; d = d->next)
		if (d->e.verb == VERB_CREATE && (k = kind_of(d->e.type)) != NULL &&
		    k->artifact != NULL)
			rc = fields_load(l->fields, k->artifact, e);
	return rc;
}

int
doubt_lane(const struct load *l, uint64_t lane)
{
	const struct doubt *d;

	for (d = l->doubts; d != NULL; d = d->next)
		if (d->lane == lane)
			return 1;
	return 0;
}

int
doubt_count(const struct load *l, enum effect_kind kind)
{
	const struct doubt *d;
	int n = 0;

	for (d = l->doubts; d != NULL; d = d->next)
		n += kind == KIND_UNKNOWN || d->e.type == kind;
	return n;
}

int64_t
doubt_due(const struct load *l)
{
	const struct doubt *d;
	int64_t now = time_mono_ms(), ms, least = -1;

	for (d = l->doubts; d != NULL; d = d->next) {
		if (d->asking != NULL)
			continue;
		ms = d->due_ms > now ? d->due_ms - now : 0;
		if (least == -1 || ms < least)
			least = ms;
	}
	return least;
}

int
adopt_lookup(struct task *t, char *path)
{
	struct doubt *d = mem_zalloc(sizeof(*d));

	free(t->path);
	t->path = path;
	t->verb = VERB_ADOPT;
	t->state = TASK_LOOKUP;
	effect_copy(&d->e, &t->e);
	free(d->e.path);
	d->e.path = mem_dup(path);
	d->e.verb = VERB_CREATE;
	d->last_body = json_copy(&t->body);
	d->task = t;
	doubt_put(t->load, d, t->load->settle_ms);
	return 0;
}

/* Expect the version that a found run has: a run made before its case was approved
   again keeps its version, which is no edit. */
static void
doubt_keep_version(struct doubt *d)
{
	struct task *t = d->task;
	int64_t id = json_int(&d->found, "test_case_version_id", 0);

	if (id <= 0 || t->kind->place == PLACE_RUN ||
	    json_type(&d->last_body, "test_case_version_id") == JSON_NONE)
		return;
	json_set_int(&d->last_body, "test_case_version_id", id);
	json_set_int(&t->body, "test_case_version_id", id);
	buf_reset(&t->text);
	json_dump(&t->body, &t->text);
}

/*
 * What was looked for is there: it is ours.  Another content may be somebody's
 * edit, so it is kept unless edits are to be overwritten.  Not there: made.
 */
static void
doubt_lookup_end(struct doubt *d, const struct kind *k, enum task_outcome out,
    const char *why)
{
	struct task *t = d->task;

	t->origin = ORIGIN_LOOKUP;
	if (out == OUT_DONE)
		doubt_keep_version(d);
	if (out == OUT_UNDO)
		t->state = TASK_READY;
	else if (out != OUT_DONE)
		task_end(t, out, "%s", why);
	else if (k->place == PLACE_RUN && !same_content(&d->last_body, &d->found)) {
		/* Another version of the case may have run, with other steps: what an
		   update would write decides if it differs (update_decide). */
		t->e.id = json_int(&d->found, "id", 0);
		t->state = TASK_READY;
	} else {
		json_free(&t->doc);
		t->doc = json_copy(&d->found);
		result_done(t, OUT_SAME);
		if (k->place == PLACE_APPROVE || same_content(&d->last_body, &d->found))
			return;
		t->hash[0] = '\0';
		if (t->load->overwrite)
			t->superseded = 1;
		else
			task_end(t, OUT_KEPT_ADOPTED, "differs in qTest from the version to be "
			    "loaded");
	}
}

void
doubt_end(struct load *l, struct doubt *d, const struct kind *k,
    enum task_outcome out, const char *why)
{
	struct effect f;
	struct task *t;

	if (d->task != NULL) {
		doubt_lookup_end(d, k, out, why);
		doubt_drop(l, d);
		return;
	}
	effect_copy(&f, &d->e);
	if ((t = queue_put(l, &f)) == NULL) {
		doubt_drop(l, d);
		return;
	}
	t->kind = k;
	t->path = mem_dup(d->e.path);
	t->body = json_copy(&d->last_body);
	t->origin = ORIGIN_READBACK;
	t->verb = d->e.verb == VERB_UPDATE ? VERB_UPDATE : VERB_CREATE;
	if (k->place == PLACE_APPROVE)
		t->parent = strtoll(d->e.path + strlen("/test-cases/"), NULL, 10);
	if (out == OUT_DONE) {
		t->doc = json_copy(&d->found);
		result_done(t, OUT_DONE);
		log_info(d->e.stream, "%s %s is in qTest: %s", d->e.kind, d->e.ekey,
		    d->twins > 0 ? "found more than once; using the first" :
		    d->matched_by_name ? "found by its name" : "found by its marker");
	} else
		task_end(t, out, "%s", why);
	doubt_drop(l, d);
}

int
doubt_sent(struct load *l, struct doubt *d, struct err *e)
{
	char *text = NULL, *was = NULL;
	int rc = d->last_body.set ? 0 : ledger_last_body(&l->ledger, d->e.kind, d->e.ekey,
	    &text, e), lost;

	if (rc == 1 && *text != '\0' &&
	    (rc = json_parse(&d->last_body, text, strlen(text), NULL, e)) == 0 &&
	    (rc = ledger_confirmed_body(&l->ledger, d->e.kind, d->e.ekey, &was, &lost, e)) == 1 &&
	    lost && *was != '\0')
		rc = json_parse(&d->confirmed_body, was, strlen(was), NULL, e);
	free(text);
	free(was);
	return rc == -1 ? -1 : 0;
}

int
doubt_turn(struct load *l, struct err *e)
{
	struct doubt *d, *next;
	const struct kind *k;
	int64_t now = time_mono_ms();

	for (d = l->doubts; d != NULL; d = next) {
		next = d->next;
		if (d->asking != NULL || d->due_ms > now || qtest_room(l->qtest) == 0)
			continue;
		k = kind_of(d->e.type);
		if (k == NULL || d->e.path == NULL || d->e.verb == VERB_NONE)
			return err_set(e, ZX_BUG, "ledger: %s %s is an intent without"
			    " a request", d->e.kind, d->e.ekey);
		if (doubt_sent(l, d, e) == -1 || readback(l, d, k, e) == -1)
			return -1;
		next = l->doubts;	/* fields may have been waited for */
	}
	return 0;
}

void
doubt_free(struct load *l)
{
	while (l->doubts != NULL)
		doubt_drop(l, l->doubts);
}
