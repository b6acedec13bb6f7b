#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "load.h"

/*
 * Requests whose fate is unknown.  No earlier than settle after they left,
 * qTest is asked: one listing for all of one parent, one object for an update.
 * What is found is ours; what is not is sent again.
 */
struct doubt {
	struct doubt	*next;
	struct effect	 e;
	uint64_t	 lane;
	int64_t		 due_ms;	/* monotonic */
	struct json	 sent, found;
	struct asking	*asking;
	int		 twins;
};

/* A question under way, for all doubts that point here. */
struct asking {
	struct load	*load;
	const struct kind *kind;
	char		*path;		/* of the requests in doubt */
	int64_t		 version;	/* approvals: the newest whole one */
	struct err	 e;
};

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
    const char *verb, int64_t age_ms)
{
	struct doubt *d = mem_get(sizeof(*d));

	effect_copy(&d->e, f);
	free(d->e.path);
	free(d->e.verb);
	d->e.path = mem_dup(path);
	d->e.verb = mem_dup(verb);
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
	json_free(&d->sent);
	json_free(&d->found);
	free(d);
}

int
doubt_open(struct load *l, struct err *e)
{
	enum { MANY = 4096 };
	struct effect *page = mem_get(MANY * sizeof(*page));
	struct doubt *d;
	int i, n = ledger_open_intents(&l->ledger, MANY, page, e);

	for (i = 0; i < n; i++) {
		d = mem_get(sizeof(*d));
		d->e = page[i];
		doubt_put(l, d, page[i].intent_age);
	}
	if (n > 0)
		log_info(NULL, "%d requests of an earlier run have no result: they"
		    " will be looked for in qTest", n);
	free(page);
	return n == -1 ? -1 : 0;
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
doubt_count(const struct load *l, const char *kind)
{
	const struct doubt *d;
	int n = 0;

	for (d = l->doubts; d != NULL; d = d->next)
		n += kind == NULL || strcmp(d->e.kind, kind) == 0;
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

/* The doubt becomes a task that has ended; it is committed with the others. */
static void
doubt_end(struct load *l, struct doubt *d, const struct kind *k,
    enum task_outcome out, const char *why)
{
	struct effect f;
	struct task *t;

	effect_copy(&f, &d->e);
	if ((t = queue_put(l, &f)) == NULL) {
		doubt_drop(l, d);
		return;
	}
	t->kind = k;
	t->path = mem_dup(d->e.path);
	t->body = json_copy(&d->sent);
	t->adopted = 1;
	if (k->place == PLACE_APPROVE)
		t->parent = strtoll(d->e.path + strlen("/test-cases/"), NULL, 10);
	if (out == OUT_DONE) {
		t->doc = json_copy(&d->found);
		result_done(t);
		log_info(d->e.stream, "%s %s is in qTest: %s", d->e.kind, d->e.ekey,
		    d->twins > 0 ? "found more than once, the first is taken" :
		    "found by its marker");
	} else
		task_end(t, out, "%s", why);
	doubt_drop(l, d);
}

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
		if (rp->end == QTEST_DONE && same_content(&d->sent, &rp->doc)) {
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

static int
load_sent(struct load *l, struct doubt *d, struct err *e)
{
	char *text = NULL;
	int rc = d->sent.set ? 0 : ledger_sent(&l->ledger, d->e.kind, d->e.ekey,
	    &text, e);

	if (rc == 1 && *text != '\0')
		rc = json_parse(&d->sent, text, strlen(text), NULL, e);
	free(text);
	return rc == -1 ? -1 : 0;
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
		if (load_sent(l, d, e) == -1)
			return -1;
		path = kind_listing(a->kind, d->e.path, &d->sent);
		if (strcmp(path, listing) == 0)
			d->asking = a;
		free(path);
	}
	return 0;
}

static int
ask_listing(struct load *l, struct doubt *d, struct asking *a, struct err *e)
{
	char *path = kind_listing(a->kind, d->e.path, &d->sent);
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

static int
ask(struct load *l, struct doubt *d, const struct kind *k, struct err *e)
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
		k = kind_find(d->e.kind);
		if (k == NULL || d->e.path == NULL || d->e.verb == NULL)
			return err_set(e, ZX_BUG, "ledger: %s %s is an intent without"
			    " a request", d->e.kind, d->e.ekey);
		if (load_sent(l, d, e) == -1 || ask(l, d, k, e) == -1)
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
