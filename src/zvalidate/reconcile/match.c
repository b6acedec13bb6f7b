#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "domain/ledger/target.h"
#include "linked/linked.h"
#include "reconcile/attachment.h"
#include "reconcile/match.h"
#include "reconcile/match_case.h"
#include "relink/match_relink.h"
#include "reconcile/match_run.h"
#include "reconcile/source_row.h"

static void
match_module(struct compare *c, const struct json *body, struct found *f)
{
	compare_name(&c->o, body, &f->doc);
	compare_member(&c->o, "description", body, &f->doc);
	compare_ref(c, "parent", c->parent, MODULE, f->parent);
	source_row(c, f);
}

static void
match_cycle(struct compare *c, const struct json *body, struct found *f)
{
	compare_name(&c->o, body, &f->doc);
	compare_ref(c, "parent", c->parent,
	    f->pkind == RELEASE ? RELEASE : CYCLE, f->parent);
	compare_ref(c, "release", value_text(body, "target_release_id.$ref"), RELEASE,
	    json_int(&f->doc, "target_release_id", 0));
	if (c->o.kind == SUITE)
		compare_properties(c, "test-suites", body, &f->doc);
	else
		compare_member(&c->o, "description", body, &f->doc);
	source_row(c, f);
}

static void
match_release(struct compare *c, const struct json *body, struct found *f)
{
	compare_name(&c->o, body, &f->doc);
	compare_member(&c->o, "description", body, &f->doc);
	if (json_str(body, "start_date") != NULL)
		compare_date_member(&c->o, "start_date", body, &f->doc);
	if (json_str(body, "end_date") != NULL)
		compare_date_member(&c->o, "end_date", body, &f->doc);
	compare_properties(c, "releases", body, &f->doc);
	source_row(c, f);
}

static void (*const matchers[KINDS])(struct compare *, const struct json *, struct found *) = {
	[MODULE] = match_module, [CASE] = match_case, [RELEASE] = match_release,
	[CYCLE] = match_cycle, [SUITE] = match_cycle, [RUN] = match_run, [LOG] = match_log
};

/*
 * Find the place of an effect among its siblings: the end of a log, else the order in
 * the body, else that of the stream for effects that are made one after another (a
 * lane), which follow those with an order.  Return 0 if it has none.
 */
static int
match_place(int kind, const struct target *t, const struct json *want, int64_t *at)
{
	const char *end = json_str(want, "body.exe_end_date");

	if (kind == LOG)
		return end != NULL && time_parse(end, at) == 0;
	*at = json_int(want, "body.order", -1);
	if (*at < 0 && t->lane != NULL)
		*at = ((int64_t)t->stream + 1) * ((int64_t)1 << 48) + t->ord;
	return *at >= 0;
}

/* Return 1 if zload created or used the object of an effect, and qTest does not list it. */
static int
match_is_deleted(const struct compare *c)
{
	struct db_query q;
	int64_t id;

	db_query(&q, c->x->db, "SELECT id FROM ledger WHERE target = ?1 AND kind = ?2"
	    " AND ekey = ?3 AND project = ?4 AND state NOT IN ('intent', 'rolled_back')", "ssss",
	    c->x->target, object_kinds[c->o.kind], c->o.ekey, c->x->project);
	if ((id = differences_query_int(c->o.to, &q)) == 0)
		return 0;
	db_query(&q, c->stage->db, "SELECT count(*) FROM found INDEXED BY found_id"
	    " WHERE kind = ?1 AND id = ?2", "ii", (int64_t)c->o.kind, id);
	return differences_query_int(c->o.to, &q) == 0;
}

/* Report and count an object that is missing, with the ledger's state and error of its
   effect if that has failed. */
static void
match_report_missing(struct compare *c, const struct json *want)
{
	struct tally *y = &c->o.to->tally[c->o.kind];
	struct db_query q;
	const char *name = json_str(want, "body.name"), *kind = object_kinds[c->o.kind];
	char *why = NULL;
	int is_deleted = match_is_deleted(c);

	db_query(&q, c->x->db, "SELECT state, error FROM ledger WHERE target = ?1 AND kind = ?2"
	    " AND ekey = ?3 AND project = ?4 AND state IN ('failed', 'skipped')", "ssss",
	    c->x->target, kind, c->o.ekey, c->x->project);
	if (db_row(&q))
		why = mem_fmt("none, %s: %s", db_str(&q, 0), value_or_empty(db_str(&q, 1)));
	differences_query_end(c->o.to, &q);
	if (why == NULL && is_deleted)
		why = mem_dup("none, deleted in qTest");
	object_differs(&c->o, "missing", name != NULL ? name : kind, value_or_empty(why));
	if (is_deleted)
		differences_deleted(c->o.to, kind, c->o.ekey);
	free(why);
	y->compared++;
	y->missing++;
}

/* Return 1 if the object was deleted in Zephyr before it was created in qTest. */
static int
match_was_gone(const struct compare *c, const struct target *t)
{
	struct db_query q;

	if (t->pass <= 0 || t->pass >= c->x->whole[t->stream])
		return 0;
	db_query(&q, c->x->db, "SELECT id FROM ledger WHERE target = ?1 AND kind = ?2"
	    " AND ekey = ?3 AND project = ?4", "ssss", c->x->target, t->kind, t->ekey,
	    c->x->project);
	return differences_query_int(c->o.to, &q) == 0;
}

static void
match_object(struct compare *c, const struct target *t, const struct json *want)
{
	struct json body;
	struct found f;
	char ids[200], *all;
	int64_t at = 0;
	int n = stage_find(c->stage, c->o.kind, t->ekey, &f, ids, sizeof(ids));

	if (n == 0) {
		if (!match_was_gone(c, t))
			match_report_missing(c, want);
		return;
	}
	if (n > 1) {
		all = mem_fmt("%d, with the ids %s", n, ids);
		object_differs(&c->o, "duplicate", "one", all);
		free(all);
		c->o.to->tally[c->o.kind].duplicate++;
	}
	if (!f.used) {
		body = json_get(want, "body");
		(void)match_relink_images(c, t, &body, &c->o.to->fail);
		matchers[c->o.kind](c, &body, &f);
		json_free(&body);
	}
	stage_seen(c->stage, c->o.kind, t->ekey, f.n,
	    !f.used && match_place(c->o.kind, t, want, &at) ? &at : NULL);
	differences_tally(c->o.to, c->o.kind, c->o.differences > 0);
	stage_found_free(&f);
}

static int
match_effect(const struct compare *with, const struct target *t, struct err *e)
{
	struct compare c = *with;
	struct json want = { 0 };
	int kind, rc = 0;

	for (kind = 0; kind < KINDS && strcmp(object_kinds[kind], t->kind) != 0;)
		kind++;
	if (((kind == KINDS || matchers[kind] == NULL) && t->type != KIND_BLOB &&
	    t->type != KIND_LINK && t->type != KIND_RELINK) ||
	    strcmp(t->grade, "rejected") == 0)
		return 0;
	if (json_parse(&want, t->body, strlen(t->body), NULL, e) == -1)
		return err_at(e, "target row %s/%s", t->kind, t->ekey);
	c.o.kind = kind;
	c.o.stream = stream_name(t->stream);
	c.o.skey = t->skey;
	c.o.ekey = t->ekey;
	c.parent = value_text(&want, "parent.$ref");
	if (t->type == KIND_BLOB)
		rc = attachment_expect(&c, t, &want, match_was_gone(&c, t), e);
	else if (t->type == KIND_LINK)
		rc = linked_expect(&c, t, &want, match_was_gone(&c, t), e);
	else if (t->type == KIND_RELINK)
		rc = match_relink(&c, t, &want, e);
	else
		match_object(&c, t, &want);
	json_free(&want);
	return c.o.to->fail.code == 0 ? rc : -1;
}

/* Let the objects that zload uses as they were stand for their effects.  0, -1. */
static int
match_use(const struct compare *with, struct err *e)
{
	struct db_query q;
	int kind, rc = 0;

	db_query(&q, with->x->db, "SELECT kind, id, ekey FROM ledger WHERE target = ?1"
	    " AND project = ?2 AND conflict = 'skip' AND state = 'done'", "ss", with->x->target,
	    with->x->project);
	while (rc == 0 && db_row(&q))
		for (kind = 0; kind < KINDS && rc == 0; kind++)
			if (strcmp(object_kinds[kind], db_str(&q, 0)) == 0)
				rc = stage_use(with->stage, kind, db_int(&q, 1), db_str(&q, 2), e);
	return db_done(&q, e) == -1 ? -1 : rc;
}

enum { PAGE = 64 };

static int
match_stream(struct job *job, const struct compare *with, enum stream s, struct err *e)
{
	struct target page[PAGE];
	int64_t ord = -1;
	char *ekey = mem_dup("");
	const char *why;
	int i, n, rc = 0;

	do {
		n = target_page(with->x->db, with->x->project, with->x->map, s, ord, ekey, PAGE,
		    page, e);
		for (i = 0; i < n; i++) {
			if (rc == 0)
				rc = match_effect(with, &page[i], e);
			ord = page[i].ord;
			free(ekey);
			ekey = mem_dup(page[i].ekey);
			target_free(&page[i]);
		}
		if (rc == 0 && job_stop(job, &why))
			rc = err_set(e, ZX_RETRY, "stopped: %s; the comparison is incomplete", why);
	} while (rc == 0 && n == PAGE);
	free(ekey);
	return n == -1 ? -1 : rc;
}

int
match_effects(struct job *job, const struct compare *with, struct err *e)
{
	int s, rc;

	if (db_begin(with->stage->db, e) == -1)
		return -1;
	rc = match_use(with, e);
	for (s = 0; s < STREAM_COUNT && rc == 0; s++)
		rc = match_stream(job, with, (enum stream)s, e);
	return db_end(with->stage->db, rc, e);
}
