#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "load.h"
#include "send/marker.h"
#include "work/kind.h"
#include "work/queue.h"
#include "work/same.h"
#include "work/task.h"
#include "work/update.h"
#include "recover/doubt_impl.h"

/*
 * One listing answers for all doubts of one parent, by marker; an update is
 * settled by the object itself, an approval by the versions of the case.
 */

/* Is this object another effect's: in the ledger, or known since a moment? */
static int
readback_id_in_use(struct load *l, const struct effect *f, int64_t id, struct err *e)
{
	const struct task *t;

	for (t = l->queue->head; t != NULL; t = t->next)
		if (t->e.id == id && t->state == TASK_ENDED && t->e.type == f->type)
			return 1;
	return ledger_key(&l->ledger, f->kind, id, NULL, e);
}

/* Has another question taken it for its own? */
static int
readback_id_claimed(const struct load *l, const struct doubt *but, int64_t id)
{
	const struct doubt *d;

	for (d = l->doubts; d != NULL; d = d->next)
		if (d != but && d->matched_by_name && d->found.set &&
		    d->e.type == but->e.type &&
		    json_int(&d->found, "id", 0) == id)
			return 1;
	return 0;
}

/* An object without a marker that bears the name: one taker each. */
static int
readback_match_by_name(struct load *l, struct doubt *d, const struct json *item, struct err *e)
{
	int64_t id = json_int(item, "id", 0);
	int rc = d->found.set || readback_id_claimed(l, d, id)
	    ? 1
	    : readback_id_in_use(l, &d->e, id, e);

	if (rc != 0)
		return rc == -1 ? -1 : 0;
	d->matched_by_name = 1;
	d->found = json_copy(item);
	return 1;
}

static int
on_item(void *arg, const struct json *item, struct err *e)
{
	struct asking *a = arg;
	struct doubt *d;
	int natural, rc;

	for (d = a->load->doubts; d != NULL; d = d->next) {
		if (d->asking != a || !marker_fits(a->load, a->kind, &d->last_body, item, &natural))
			continue;
		if (natural && (rc = readback_match_by_name(a->load, d, item, e)) != 0)
			return rc == -1 ? -1 : 0;
		if (natural)
			continue;
		if (d->found.set)
			d->twins++;
		else
			d->found = json_copy(item);
	}
	return 0;
}

/* What was found by its name alone may have been made by a request whose
   answer was not here yet: then it is asked again. */
static int
readback_match_is_premature(struct load *l, struct doubt *d, const struct kind *k)
{
	const struct task *t;
	struct err e;
	int natural, yes = 0;

	if (!d->matched_by_name || !d->found.set)
		return 0;
	for (t = l->queue->head; t != NULL && !yes; t = t->next)
		yes = t->state == TASK_SENT && t->kind == k &&
		    marker_fits(l, k, &t->body, &d->found, &natural);
	if (!yes && readback_id_in_use(l, &d->e, json_int(&d->found, "id", 0), &e) == 0)
		return 0;
	json_free(&d->found);
	memset(&d->found, 0, sizeof(d->found));
	d->matched_by_name = 0;
	d->due_ms = time_mono_ms() + 1000;
	return 1;
}

static void
readback_asking_free(struct asking *a)
{
	free(a->path);
	free(a);
}

static void
on_listed(void *arg, int status, const struct err *e)
{
	struct asking *a = arg;
	struct doubt *d, *next;
	int whole = status >= 200 && status < 300 && (e == NULL || e->code == 0);

	for (d = a->load->doubts; d != NULL; d = next) {
		next = d->next;
		if (d->asking != a)
			continue;
		d->asking = NULL;
		if (whole && readback_match_is_premature(a->load, d, a->kind))
			continue;
		if (whole)
			doubt_end(a->load, d, a->kind, d->found.set ? OUT_DONE :
			    OUT_UNDO, "not in qTest; sent again");
		else if (status == 404)
			doubt_end(a->load, d, a->kind, OUT_FAILED,
			    "its parent no longer exists in qTest");
		else
			d->due_ms = time_mono_ms() + 5000;
	}
	readback_asking_free(a);
}

/* A version as text: "3.0" and "3" are approved, "3.1" is not. */
static int64_t
readback_whole_version(const struct json *item)
{
	const char *s = json_str(item, "version");
	char *end;
	int64_t n;

	if (s == NULL)
		return 0;
	n = strtoll(s, &end, 10);
	return *end == '\0' || strcmp(end, ".0") == 0 ? n : 0;
}

/* Versions of a case: the newest approved one that we do not know. */
static int
on_version(void *arg, const struct json *item, struct err *e)
{
	struct asking *a = arg;
	struct doubt *d;
	int64_t n = readback_whole_version(item), id;

	(void)e;
	id = json_int(item, "test_case_version_id", json_int(item, "id", 0));
	for (d = a->load->doubts; d != NULL; d = d->next) {
		if (d->asking != a || n <= a->version)
			continue;
		a->version = n;
		json_free(&d->found);
		memset(&d->found, 0, sizeof(d->found));
		if (id == d->e.version_id)
			continue;
		d->found = json_copy(item);
		json_set_int(&d->found, "test_case_version_id", id);
	}
	return 0;
}

/* A move is done when the object hangs where it was to go. */
static int
readback_hangs_there(const struct doubt *d, const struct json *doc)
{
	const char *to = d->e.path != NULL ? strstr(d->e.path, "?parentId=") : NULL;
	int64_t now = update_parent(doc);

	return to == NULL || now < 0 || now == strtoll(strchr(to, '=') + 1, NULL, 10);
}

/* An update has arrived when what was sent is there.  Where that reads like what
   stood there before (markup, an order) nobody can tell: once more. */
static int
readback_arrived(const struct doubt *d, const struct json *doc)
{
	return readback_hangs_there(d, doc) && same_content(&d->last_body, doc) &&
	    !(d->confirmed_body.set && same_content(&d->confirmed_body, doc));
}

static void
on_object(void *arg, struct qtest_reply *rp)
{
	struct asking *a = arg;
	struct load *l = a->load;
	struct doubt *d;

	for (d = l->doubts; d != NULL && d->asking != a; d = d->next)
		continue;
	if (d != NULL) {
		d->asking = NULL;
		if (rp->end == QTEST_DONE && readback_arrived(d, &rp->doc)) {
			d->found = json_copy(&rp->doc);
			doubt_end(l, d, a->kind, OUT_DONE, "");
		} else if (rp->end == QTEST_DONE)
			doubt_end(l, d, a->kind, OUT_UNDO, "sent again");
		else if (rp->end == QTEST_REFUSED)
			doubt_end(l, d, a->kind, OUT_FAILED, rp->why);
		else
			d->due_ms = time_mono_ms() + 5000;
	}
	readback_asking_free(a);
}

/* Other doubts that the same listing answers. */
static int
readback_gather(struct load *l, struct asking *a, struct doubt *first, const char *listing,
    struct err *e)
{
	int64_t now = time_mono_ms();
	struct doubt *d;
	char *path;

	for (d = first->next; d != NULL; d = d->next) {
		if (d->asking != NULL || d->due_ms > now || d->e.path == NULL ||
		    d->e.type != first->e.type || d->e.verb != VERB_CREATE)
			continue;
		if (doubt_sent(l, d, e) == -1)
			return -1;
		path = kind_listing(a->kind, d->e.path, &d->last_body, l->adopt);
		if (strcmp(path, listing) == 0)
			d->asking = a;
		free(path);
	}
	return 0;
}

static int
readback_ask_listing(struct load *l, struct doubt *d, struct asking *a, struct err *e)
{
	char *path = kind_listing(a->kind, d->e.path, &d->last_body, l->adopt);
	int rc = readback_gather(l, a, d, path, e);

	if (rc == 0)
		rc = qtest_list_send(l->qtest, path, a->kind->paging, on_item,
		    on_listed, a, e);
	free(path);
	return rc;
}

int
readback(struct load *l, struct doubt *d, const struct kind *k, struct err *e)
{
	struct asking *a = mem_zalloc(sizeof(*a));
	char *path = mem_dup(d->e.path), *cut = strchr(path, '?');
	int rc;

	a->load = l;
	a->kind = k;
	d->asking = a;
	if (cut != NULL)
		*cut = '\0';
	if (k->place == PLACE_APPROVE) {
		cut = strrchr(path, '/');
		a->path = mem_fmt("%.*s/versions", (int)(cut - path), path);
		rc = qtest_list_send(l->qtest, a->path, QTEST_WHOLE, on_version,
		    on_listed, a, e);
	} else if (d->e.verb == VERB_UPDATE) {
		a->path = kind_whole(k, path);
		rc = qtest_send(l->qtest, "GET", a->path, NULL, 0, on_object, a, e);
	} else
		rc = readback_ask_listing(l, d, a, e);
	free(path);
	return rc;
}
