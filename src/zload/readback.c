#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "doubt.h"

/*
 * One listing answers for all doubts of one parent, by marker; an update is
 * settled by the object itself, an approval by the versions of the case.
 */

static int
fits_one(struct load *l, struct doubt *d, const struct kind *k,
    const struct json *item, struct err *e)
{
	int natural, held = 0;

	if (!marker_fits(l, k, &d->sent, item, &natural))
		return 0;
	if (natural)
		held = ledger_has_id(&l->ledger, d->e.kind,
		    json_int(item, "id", 0), e);
	return held == -1 ? -1 : !held;
}

static int
on_item(void *arg, const struct json *item, struct err *e)
{
	struct asking *a = arg;
	struct doubt *d;
	int rc;

	for (d = a->load->doubts; d != NULL; d = d->next) {
		if (d->asking != a)
			continue;
		if ((rc = fits_one(a->load, d, a->kind, item, e)) == -1)
			return -1;
		if (rc == 0)
			continue;
		if (d->found.set)
			d->twins++;
		else
			d->found = json_copy(item);
	}
	return 0;
}

static void
asking_free(struct asking *a)
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
		if (whole)
			doubt_end(a->load, d, a->kind, d->found.set ? OUT_DONE :
			    OUT_UNDO, "not in qTest; sent again");
		else if (status == 404)
			doubt_end(a->load, d, a->kind, OUT_FAILED,
			    "its parent is no longer in qTest");
		else
			d->due_ms = time_mono_ms() + 5000;
	}
	asking_free(a);
}

/* A version as text: "3.0" and "3" are approved, "3.1" is not. */
static int64_t
whole_version(const struct json *item)
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
	int64_t n = whole_version(item), id;

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
hangs_there(const struct doubt *d, const struct json *doc)
{
	const char *to = d->e.path != NULL ? strstr(d->e.path, "?parentId=") : NULL;
	int64_t now = update_parent(doc);

	return to == NULL || now < 0 || now == strtoll(strchr(to, '=') + 1, NULL, 10);
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
		if (rp->end == QTEST_DONE && hangs_there(d, &rp->doc) &&
		    same_content(&d->sent, &rp->doc)) {
			d->found = json_copy(&rp->doc);
			doubt_end(l, d, a->kind, OUT_DONE, "");
		} else if (rp->end == QTEST_DONE)
			doubt_end(l, d, a->kind, OUT_UNDO, "sent again");
		else if (rp->end == QTEST_REFUSED)
			doubt_end(l, d, a->kind, OUT_FAILED, rp->why);
		else
			d->due_ms = time_mono_ms() + 5000;
	}
	asking_free(a);
}

/* Other doubts that the same listing answers. */
static int
gather(struct load *l, struct asking *a, struct doubt *first, const char *listing,
    struct err *e)
{
	int64_t now = time_mono_ms();
	struct doubt *d;
	char *path;

	for (d = first->next; d != NULL; d = d->next) {
		if (d->asking != NULL || d->due_ms > now || d->e.path == NULL ||
		    strcmp(d->e.kind, first->e.kind) != 0 ||
		    strcmp(d->e.verb, "create") != 0)
			continue;
		if (doubt_sent(l, d, e) == -1)
			return -1;
		path = kind_listing(a->kind, d->e.path, &d->sent, l->adopt);
		if (strcmp(path, listing) == 0)
			d->asking = a;
		free(path);
	}
	return 0;
}

static int
ask_listing(struct load *l, struct doubt *d, struct asking *a, struct err *e)
{
	char *path = kind_listing(a->kind, d->e.path, &d->sent, l->adopt);
	int rc = a->kind->artifact == NULL ? 0 :
	    fields_load(l->fields, a->kind->artifact, e);

	if (rc == 0)
		rc = gather(l, a, d, path, e);
	if (rc == 0)
		rc = qtest_list_send(l->qtest, path, a->kind->paging, on_item,
		    on_listed, a, e);
	free(path);
	return rc;
}

int
readback(struct load *l, struct doubt *d, const struct kind *k, struct err *e)
{
	struct asking *a = mem_get(sizeof(*a));
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
	} else if (strcmp(d->e.verb, "update") == 0) {
		a->path = mem_fmt("%s%s", path,
		    strcmp(k->name, "case") == 0 ? "?expand=teststep" : "");
		rc = qtest_send(l->qtest, "GET", a->path, NULL, 0, on_object, a, e);
	} else
		rc = ask_listing(l, d, a, e);
	free(path);
	return rc;
}
