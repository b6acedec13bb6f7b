#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "base/set.h"
#include "session.h"
#include "files/file_steps.h"
#include "recover/doubt.h"
#include "relink/relink_text.h"
#include "send/result.h"
#include "work/kind.h"
#include "work/queue.h"
#include "domain/same.h"
#include "work/task.h"
#include "work/work.h"
#include "recover/doubt_impl.h"

/*
 * An effect whose request may have arrived is read back (readback.c).  If its object is
 * found, the effect is done, else its request is sent again.
 */

struct doubts *
doubt_open(struct work *w)
{
	struct doubts *ds = mem_zalloc(sizeof(*ds));

	ds->work = w;
	ds->session = w->session;
	return ds;
}

static void
doubt_put(struct doubts *ds, struct doubt *d, int64_t age_ms)
{
	struct doubt **at = &ds->head;

	d->lane = d->e.lane != NULL ? text_hash(d->e.lane) : 0;
	d->due_ms = time_mono_ms() + ds->session->options->settle_ms - age_ms;
	while (*at != NULL)
		at = &(*at)->next;
	*at = d;
}

/* Return a new doubt about a request of an effect. */
static struct doubt *
doubt_new(const struct effect *f, const char *path, enum effect_verb verb)
{
	struct doubt *d = mem_zalloc(sizeof(*d));

	effect_copy(&d->e, f);
	free(d->e.path);
	d->e.path = mem_dup(path);
	d->e.verb = verb;
	return d;
}

void
doubt_add(struct doubts *ds, const struct effect *f, const char *path, enum effect_verb verb)
{
	doubt_put(ds, doubt_new(f, path, verb), 0);
}

static void
doubt_drop(struct doubts *ds, struct doubt *d)
{
	struct doubt **at = &ds->head;

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
doubt_read_intents(struct doubts *ds, struct err *e)
{
	enum { PAGE = 128 };
	struct effect page[PAGE];
	struct ledger_place at = { 0 };
	struct doubt *d = NULL;
	int i, n, all = 0;

	do {
		if (d != NULL)		/* the last row of a page */
			at = (struct ledger_place){ d->e.phase, d->e.ord, d->e.kind, d->e.ekey };
		n = ledger_open_intents(&ds->session->ledger, &at, PAGE, page, e);
		for (i = 0; i < n; i++) {
			d = mem_zalloc(sizeof(*d));
			d->e = page[i];
			doubt_put(ds, d, page[i].intent_age);
		}
		all += n;
	} while (n == PAGE);
	if (n != -1 && all > 0)
		log_info(NULL, "unconfirmed requests of an earlier run, to be read back from "
		    "qTest: %d", all);
	return n == -1 ? -1 : 0;
}

int
doubt_load_fields(const struct doubts *ds, struct err *e)
{
	const struct kind *k;
	const struct doubt *d;
	int rc = 0;

	for (d = ds->head; d != NULL && rc == 0; d = d->next)
		if (d->e.verb == VERB_CREATE && (k = kind_of(d->e.type)) != NULL &&
		    k->artifact != NULL)
			rc = fields_load(ds->session->fields, k->artifact, e);
	return rc;
}

int
doubt_lane(const struct doubts *ds, uint64_t lane)
{
	const struct doubt *d;

	for (d = ds->head; d != NULL; d = d->next)
		if (d->lane == lane)
			return 1;
	return 0;
}

int
doubt_count(const struct doubts *ds, enum effect_kind kind)
{
	const struct doubt *d;
	int n = 0;

	for (d = ds->head; d != NULL; d = d->next)
		n += kind == KIND_UNKNOWN || d->e.type == kind;
	return n;
}

int64_t
doubt_due(const struct doubts *ds)
{
	const struct doubt *d;
	int64_t now = time_mono_ms(), ms, least = -1;

	for (d = ds->head; d != NULL; d = d->next) {
		if (d->readback != NULL)
			continue;
		ms = d->due_ms > now ? d->due_ms - now : 0;
		if (least == -1 || ms < least)
			least = ms;
	}
	return least;
}

void
adopt_lookup(struct task *t, char *path)
{
	struct doubt *d = doubt_new(&t->e, path, VERB_CREATE);

	free(t->path);
	t->path = path;
	t->verb = VERB_ADOPT;
	t->state = TASK_LOOKUP;
	d->last_body = json_copy(&t->body);
	d->task = t;
	doubt_put(t->work->doubts, d, t->session->options->settle_ms);
}

/* Search the log for the file of a task, which its step log lacks: earlier versions put it
   there.  Return 1 when the search has begun, 0 when the task has no file of a step log. */
static int
doubt_search_log(struct task *t)
{
	if (t->kind->place != PLACE_FILE || t->parent == 0 ||
	    strncmp(t->path, "/test-step-logs/", 16) != 0)
		return 0;
	adopt_lookup(t, mem_fmt("/test-logs/%lld/blob-handles", (long long)t->parent));
	return 1;
}

/* Expect the version that a found run has.  A run that was created before its case was
   approved again keeps its version, which is not an edit. */
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
	task_text_update(t);
}

/*
 * End the search of --adopt.  A missing object is created.  An object with another content may
 * have been edited, so it is kept unless --overwrite-edits is given.
 */
static void
doubt_lookup_end(struct doubt *d, enum task_outcome out, const char *why)
{
	struct task *t = d->task;
	int is_equal;

	if ((out == OUT_FAILED && file_steps_moved(t)) || (out == OUT_UNDO && doubt_search_log(t)))
		return;
	t->origin = ORIGIN_LOOKUP;
	if (out == OUT_DONE)
		doubt_keep_version(d);
	if (out == OUT_DONE && relink_adopt(t, &d->found)) {
		json_free(&d->last_body);
		d->last_body = json_copy(&t->body);
	}
	if (out == OUT_UNDO)
		t->state = TASK_READY;
	else if (out != OUT_DONE)
		task_end(t, out, "%s", why);
	else if (t->e.deleted_at != 0 && t->kind->place != PLACE_APPROVE &&
	    t->kind->place != PLACE_FILE && t->kind->place != PLACE_LINK) {
		/* A user restored the object: it is compared like one that was never deleted. */
		t->e.id = json_int(&d->found, "id", 0);
		t->state = TASK_READY;
	} else if (!(is_equal = same_content(&d->last_body, &d->found)) &&
	    t->kind->place == PLACE_RUN) {
		/* The log may be of another version of the case, with other steps:
		   update_decide() finds out if it differs. */
		t->e.id = json_int(&d->found, "id", 0);
		t->state = TASK_READY;
	} else {
		json_free(&t->doc);
		t->doc = json_copy(&d->found);
		if (t->kind->place == PLACE_APPROVE || t->kind->place == PLACE_FILE ||
		    t->kind->place == PLACE_LINK || is_equal)
			result_done(t, OUT_SAME);
		else
			result_done_differing(t);
	}
}

void
doubt_end(struct doubts *ds, struct doubt *d, enum task_outcome out, const char *why)
{
	struct effect f;
	struct task *t;

	if (d->task != NULL) {
		doubt_lookup_end(d, out, why);
		doubt_drop(ds, d);
		return;
	}
	effect_copy(&f, &d->e);
	if ((t = queue_put(ds->work->queue, &f)) == NULL) {
		doubt_drop(ds, d);
		return;
	}
	t->path = mem_dup(d->e.path);
	t->body = json_copy(&d->last_body);
	t->origin = ORIGIN_READBACK;
	t->verb = d->e.verb == VERB_UPDATE ? VERB_UPDATE : VERB_CREATE;
	relink_text_recall(t, &d->confirmed_body);
	if (t->kind->place == PLACE_APPROVE)
		t->parent = strtoll(d->e.path + strlen("/test-cases/"), NULL, 10);
	if (out == OUT_DONE) {
		t->doc = json_copy(&d->found);
		result_done(t, OUT_DONE);
		log_info(d->e.stream, "%s %s is in qTest: %s", d->e.kind, d->e.ekey,
		    d->twins > 0 ? "found more than once; using the first" :
		    d->matched_by_name ? "found by its name" : t->kind->find != NULL ?
		    "found in the list" : "found by its marker");
	} else
		task_end(t, out, "%s", why);
	doubt_drop(ds, d);
}

void
doubt_close(struct doubts *ds)
{
	while (ds != NULL && ds->head != NULL)
		doubt_drop(ds, ds->head);
	free(ds);
}
