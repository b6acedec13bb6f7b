#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "session.h"
#include "work/marker.h"
#include "work/kind.h"
#include "work/queue.h"
#include "domain/api/qtest_list.h"
#include "domain/same.h"
#include "work/task.h"
#include "work/update.h"
#include "work/work.h"
#include "recover/doubt_impl.h"
#include "recover/file_listing.h"
#include "recover/readback.h"

/*
 * One list settles all doubts of one parent, by marker; the object itself settles an update,
 * the versions of the case an approval.
 */
enum { RETRY_MS = 5000, PREMATURE_MS = 1000 };

/* A request to qTest whose answer settles all doubts that point to it. */
struct readback {
	struct doubts	*doubts;
	const struct kind *kind;
	char		*path;		/* of the requests in doubt */
	int64_t		 version;	/* approvals: the newest approved version */
	int		 of_steps;	/* it lists the files of several steps */
};

/* Check if another effect of this kind has the id, in the ledger or since this turn.  1, 0,
   -1. */
static int
readback_id_in_use(struct doubts *ds, const struct effect *f, int64_t id, struct err *e)
{
	const struct task *t;

	if (f->id == id)		/* a file that an update of its case left in place */
		return 0;
	for (t = ds->work->queue->head; t != NULL; t = t->next)
		if (t->e.id == id && t->state == TASK_ENDED && t->e.type == f->type)
			return 1;
	return ledger_key(&ds->session->ledger, f->kind, id, NULL, e);
}

/* True if another doubt was matched by name to the object with this id. */
static int
readback_id_claimed(const struct doubts *ds, const struct doubt *but, int64_t id)
{
	const struct doubt *d;

	for (d = ds->head; d != NULL; d = d->next)
		if (d != but && d->matched_by_name && d->found.set &&
		    d->e.type == but->e.type &&
		    json_int(&d->found, "id", 0) == id)
			return 1;
	return 0;
}

/* Match a doubt to an object without a marker that has its name, unless another effect has
   this object.  1 when the search for this object ends, 0 when it goes on, -1. */
static int
readback_match_by_name(struct doubts *ds, struct doubt *d, const struct json *item, struct err *e)
{
	int64_t id = json_int(item, "id", 0);
	int rc = d->found.set || readback_id_claimed(ds, d, id) ? 1 :
	    readback_id_in_use(ds, &d->e, id, e);

	if (rc != 0)
		return rc == -1 ? -1 : 0;
	d->matched_by_name = 1;
	d->found = json_copy(item);
	return 1;
}

/* Match the parts of an object of a list to the doubts that wait for them. */
static void
readback_find(struct readback *a, const struct json *item)
{
	struct doubt *d;

	for (d = a->doubts->head; d != NULL; d = d->next)
		if (d->readback == a && !d->found.set)
			(void)a->kind->find(&d->last_body, item, &d->found);
}

/* Match an object of a list to the doubts that wait for it. */
static int
on_item(void *arg, const struct json *item, struct err *e)
{
	struct readback *a = arg;
	struct doubt *d;
	int by_name, rc;

	if (a->kind->find != NULL) {
		readback_find(a, item);
		return 0;
	}
	if (a->of_steps && json_int(item, "artifact_id", 0) == 0)
		a->doubts->is_by_step = 1;
	for (d = a->doubts->head; d != NULL; d = d->next) {
		if (d->readback != a || (a->of_steps && !file_listing_has(d, item)) ||
		    !marker_fits(a->doubts->session, a->kind, &d->last_body,
		    item, &by_name))
			continue;
		if (by_name && (rc = readback_match_by_name(a->doubts, d, item, e)) != 0)
			return rc == -1 ? -1 : 0;
		if (by_name)
			continue;
		if (d->found.set)
			d->twins++;
		else
			d->found = json_copy(item);
	}
	return 0;
}

/* Check if an object that was found by name alone may belong to a request that is still under
   way, or to another effect.  Return 1 when the doubt is to be read back again, else 0. */
static int
readback_match_is_premature(struct doubts *ds, struct doubt *d, const struct kind *k)
{
	const struct task *t;
	struct err e;
	int by_name, yes = 0;

	if (!d->matched_by_name || !d->found.set)
		return 0;
	for (t = ds->work->queue->head; t != NULL && !yes; t = t->next)
		yes = t->state == TASK_SENT && t->kind == k && strcmp(t->path, d->e.path) == 0 &&
		    marker_fits(ds->session, k, &t->body, &d->found, &by_name);
	if (!yes && readback_id_in_use(ds, &d->e, json_int(&d->found, "id", 0), &e) == 0)
		return 0;
	json_free(&d->found);
	d->matched_by_name = 0;
	d->due_ms = time_mono_ms() + PREMATURE_MS;
	return 1;
}

static void
readback_free(struct readback *a)
{
	free(a->path);
	free(a);
}

static void
on_listed(void *arg, int status, const struct err *e)
{
	struct readback *a = arg;
	struct doubt *d, *next;
	int whole = status >= 200 && status < 300 && (e == NULL || e->code == 0);

	if (a->of_steps && status >= 400)	/* each step is listed by itself from now on */
		a->doubts->is_by_step = 1;
	for (d = a->doubts->head; d != NULL; d = next) {
		next = d->next;
		if (d->readback != a)
			continue;
		d->readback = NULL;
		if (a->of_steps && a->doubts->is_by_step) {
			json_free(&d->found);
			d->matched_by_name = d->twins = 0;
			continue;
		}
		if (whole && readback_match_is_premature(a->doubts, d, a->kind))
			continue;
		if (whole)
			doubt_end(a->doubts, d, d->found.set ? OUT_DONE : OUT_UNDO,
			    "not in qTest; sent again");
		else if (status == 404)
			file_listing_no_parent(a->doubts, d);
		else
			d->due_ms = time_mono_ms() + RETRY_MS;
	}
	readback_free(a);
}

enum { VERSION_MINORS = 1 << 20 };

/* Return the version of an item, as a number that orders versions; approved ones ("3.0" or "3")
   are multiples of VERSION_MINORS. */
static int64_t
readback_version(const struct json *item)
{
	const char *s = json_str(item, "version");
	char *end;
	int64_t n;

	if (s == NULL)
		return 0;
	n = strtoll(s, &end, 10) * VERSION_MINORS;
	return *end == '.' ? n + strtoll(end + 1, NULL, 10) % VERSION_MINORS : n;
}

/* True if a doubt asks if an approved case is still approved. */
static int
readback_is_check(const struct doubt *d)
{
	return d->task != NULL && d->task->e.verb == VERB_RECHECK;
}

/* Find the newest approved version of a case, unless the ledger has it; for a check, the newest
   version if it is an approved one. */
static int
on_version(void *arg, const struct json *item, struct err *e)
{
	struct readback *a = arg;
	struct doubt *d;
	int64_t n = readback_version(item), id;
	int is_approved = n % VERSION_MINORS == 0;

	(void)e;
	id = json_int(item, "test_case_version_id", json_int(item, "id", 0));
	for (d = a->doubts->head; d != NULL; d = d->next) {
		if (d->readback != a || n <= a->version || !(is_approved || readback_is_check(d)))
			continue;
		a->version = n;
		json_free(&d->found);
		if (!is_approved || (id == d->e.version_id && !readback_is_check(d)))
			continue;
		d->found = json_copy(item);
		json_set_int(&d->found, "test_case_version_id", id);
	}
	return 0;
}

/* True if an object has the parent to which the request in doubt moves it, if any. */
static int
readback_parent_fits(const struct doubt *d, const struct json *doc)
{
	const char *to = d->e.path != NULL ? strstr(d->e.path, "?parentId=") : NULL;
	int64_t now = update_parent(doc);

	return to == NULL || now < 0 || now == strtoll(strchr(to, '=') + 1, NULL, 10);
}

/* True if the object has the content that an update sent.  When the content before compares
   as equal (markup, an order), nothing is known, and the update is sent again. */
static int
readback_arrived(const struct doubt *d, const struct json *doc)
{
	return readback_parent_fits(d, doc) && same_content(&d->last_body, doc) &&
	    !(d->confirmed_body.set && same_content(&d->confirmed_body, doc));
}

static void
on_object(void *arg, struct qtest_reply *rp)
{
	struct readback *a = arg;
	struct doubts *ds = a->doubts;
	struct doubt *d;

	for (d = ds->head; d != NULL && d->readback != a; d = d->next)
		continue;
	if (d != NULL) {
		d->readback = NULL;
		if (rp->end == QTEST_DONE && readback_arrived(d, &rp->doc)) {
			d->found = json_copy(&rp->doc);
			doubt_end(ds, d, OUT_DONE, "");
		} else if (rp->end == QTEST_DONE)
			doubt_end(ds, d, OUT_UNDO, "sent again");
		else if (rp->end == QTEST_REFUSED)
			doubt_end(ds, d, rp->status == 404 ? OUT_DELETED : OUT_FAILED, rp->why);
		else
			d->due_ms = time_mono_ms() + RETRY_MS;
	}
	readback_free(a);
}

/* Return the path of the list that settles a doubt about a create; the caller frees it. */
static char *
readback_list_path(const struct readback *a, const struct doubt *d)
{
	return kind_listing(a->kind, d->e.path, &d->last_body, a->doubts->session->options->adopt);
}

/* Read the last body of a doubt, and for an update the body before, from the ledger.  0, -1. */
static int
readback_bodies_read(struct doubts *ds, struct doubt *d, struct err *e)
{
	struct ledger *lg = &ds->session->ledger;
	char *last = NULL, *confirmed = NULL;
	int rc = d->last_body.set ? 0 : ledger_last_body(lg, d->e.kind, d->e.ekey, &last, e);
	int unconfirmed;

	if (rc == 1 && *last != '\0' &&
	    (rc = json_parse(&d->last_body, last, strlen(last), NULL, e)) == 0 &&
	    (rc = ledger_confirmed_body(lg, d->e.kind, d->e.ekey, &confirmed, &unconfirmed,
	    e)) == 1 && unconfirmed && *confirmed != '\0')
		rc = json_parse(&d->confirmed_body, confirmed, strlen(confirmed), NULL, e);
	free(last);
	free(confirmed);
	return rc == -1 ? -1 : 0;
}

/* Add the other due doubts that the same list settles.  0, -1. */
static int
readback_gather(struct readback *a, struct doubt *first, const char *listing, struct err *e)
{
	int64_t now = time_mono_ms();
	struct doubt *d;
	char *path;

	for (d = first->next; d != NULL; d = d->next) {
		if (d->readback != NULL || d->due_ms > now || d->e.path == NULL ||
		    d->e.type != first->e.type || d->e.verb != VERB_CREATE)
			continue;
		if (readback_bodies_read(a->doubts, d, e) == -1)
			return -1;
		path = readback_list_path(a, d);
		if (strcmp(path, listing) == 0)
			d->readback = a;
		free(path);
	}
	return 0;
}

static int
readback_send_list(struct readback *a, struct doubt *d, struct err *e)
{
	char *path = file_listing_path(a->doubts, d, a);
	int rc = 0;

	a->of_steps = path != NULL;
	if (!a->of_steps) {
		path = readback_list_path(a, d);
		rc = readback_gather(a, d, path, e);
	}
	if (rc == 0)
		rc = qtest_list_send(a->doubts->session->qtest, path, a->of_steps ?
		    QTEST_PAGESIZE : a->kind->paging, on_item, on_listed, a, e);
	free(path);
	return rc;
}

/* Request the answer to a doubt, and to all doubts that the same answer settles.  0, -1. */
static int
readback_request(struct doubts *ds, struct doubt *d, const struct kind *k, struct err *e)
{
	struct readback *a = mem_zalloc(sizeof(*a));
	char *path = mem_dup(d->e.path), *cut = strchr(path, '?');
	int rc;

	a->doubts = ds;
	a->kind = k;
	d->readback = a;
	if (cut != NULL)
		*cut = '\0';
	if (k->place == PLACE_APPROVE) {
		cut = strrchr(path, '/');
		a->path = mem_fmt("%.*s/versions", (int)(cut - path), path);
		rc = qtest_list_send(ds->session->qtest, a->path, QTEST_WHOLE, on_version,
		    on_listed, a, e);
	} else if (d->e.verb == VERB_UPDATE) {
		a->path = kind_whole(k, path);
		rc = qtest_send(ds->session->qtest, "GET", a->path, NULL, 0, on_object, a, e);
	} else
		rc = readback_send_list(a, d, e);
	free(path);
	return rc;
}

int
readback_turn(struct doubts *ds, struct err *e)
{
	struct doubt *d, *next;
	const struct kind *k;
	int64_t now = time_mono_ms();

	for (d = ds->head; d != NULL; d = next) {
		next = d->next;
		if (d->readback != NULL || d->due_ms > now || qtest_room(ds->session->qtest) == 0)
			continue;
		k = kind_of(d->e.type);
		if (k == NULL || d->e.path == NULL || d->e.verb == VERB_NONE)
			return err_set(e, ZX_BUG, "ledger: %s %s is an intent without"
			    " a request", d->e.kind, d->e.ekey);
		if (readback_bodies_read(ds, d, e) == -1 ||
		    readback_request(ds, d, k, e) == -1)
			return -1;
	}
	return 0;
}
