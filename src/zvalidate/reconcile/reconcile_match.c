#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "reconcile/reconcile_impl.h"

/* The rows of table target, one by one, against the stage. */

static void
match_module(struct recon *r, const struct json *want, struct found *f)
{
	const char *up = or_empty(json_str(want, "parent.$ref"));

	same_line(r, "name", or_empty(json_str(want, "body.name")), or_empty(qtest_name(&f->doc)));
	same_html(r, "description", or_empty(json_str(want, "body.description")),
	    or_empty(json_str(&f->doc, "description")));
	same_ref(r, "parent", up, MODULE, f->parent);
	if (strncmp(r->ekey, "folder:", 7) == 0)
		source_row(r, "folder", f);
}

static void
match_cycle(struct recon *r, const struct json *want, struct found *f)
{
	const char *up = or_empty(json_str(want, "parent.$ref"));

	same_line(r, "name", or_empty(json_str(want, "body.name")), or_empty(qtest_name(&f->doc)));
	same_ref(r, "parent", up, strcmp(f->pkind, recon_names[RELEASE]) == 0 ? RELEASE : CYCLE,
	    f->parent);
	same_ref(r, "release", or_empty(json_str(want, "body.target_release_id.$ref")), RELEASE,
	    json_int(&f->doc, "target_release_id", 0));
	if (r->kind == SUITE) {
		struct json body = json_get(want, "body");

		same_props(r, "test-suites", &body, &f->doc);
		json_free(&body);
	} else {
		same_html(r, "description", or_empty(json_str(want, "body.description")),
		    or_empty(json_str(&f->doc, "description")));
	}
	if (strncmp(r->ekey, "folder:", 7) == 0)
		source_row(r, "folder", f);
	else if (r->ekey[0] != '@')
		source_row(r, "test_cycle", f);
}

static void
match_release(struct recon *r, const struct json *want, struct found *f)
{
	struct json body = json_get(want, "body");

	same_line(r, "name", or_empty(json_str(&body, "name")), or_empty(qtest_name(&f->doc)));
	same_html(r, "description", or_empty(json_str(&body, "description")),
	    or_empty(json_str(&f->doc, "description")));
	if (json_str(&body, "start_date") != NULL)
		same_date(r, "start_date", json_str(&body, "start_date"),
		    or_empty(json_str(&f->doc, "start_date")));
	if (json_str(&body, "end_date") != NULL)
		same_date(r, "end_date", json_str(&body, "end_date"),
		    or_empty(json_str(&f->doc, "end_date")));
	same_props(r, "releases", &body, &f->doc);
	source_row(r, "test_plan", f);
	json_free(&body);
}

static const struct {
	int	 kind;
	void	(*fn)(struct recon *, const struct json *, struct found *);
} matchers[] = {
	{ MODULE, match_module }, { CASE, match_case }, { RELEASE, match_release },
	{ CYCLE, match_cycle }, { SUITE, match_cycle }, { RUN, match_run }, { LOG, match_log }
};

/*
 * The place among siblings: by the order that the body bears; after those, in
 * stream order, what is made one after another (a lane).  Logs by their end.
 */
static int
reconcile_match_place(
    const struct recon *r, const struct target *t, const struct json *want, int64_t *at)
{
	const char *end = json_str(want, "body.exe_end_date");

	if (r->kind == LOG)
		return end != NULL && time_parse(end, at) == 0;
	*at = json_int(want, "body.order", -1);
	if (*at < 0 && t->lane != NULL)
		*at = ((int64_t)t->stream + 1) * ((int64_t)1 << 48) + t->ord;
	return *at >= 0;
}

/* The loader's word for it, when it has one. */
static void
reconcile_match_report_missing(struct recon *r, const struct target *t, const struct json *want)
{
	struct db_query q;
	const char *name = json_str(want, "body.name");
	char *why = NULL;

	db_query(&q, r->db, "SELECT state, error FROM ledger WHERE target = ?1 AND kind = ?2"
	    " AND ekey = ?3 AND project = ?4 AND state IN ('failed', 'skipped')", "ssss",
	    r->target, t->kind, t->ekey, r->project);
	if (db_row(&q))
		why = mem_fmt("none, %s: %s", db_str(&q, 0), or_empty(db_str(&q, 1)));
	recon_end(r, &q);
	tell(r, "missing", name != NULL ? name : recon_names[r->kind], or_empty(why));
	free(why);
}

/* It was gone in Zephyr before it was made: rightly not there. */
static int
reconcile_match_was_gone(struct recon *r, const struct target *t)
{
	struct err e = { 0 };
	int64_t id = 0;

	if (t->pass <= 0 || t->pass >= r->whole[t->stream])
		return 0;
	if (db_one(r->db, &id, 0, &e, "SELECT id FROM ledger WHERE target = ?1 AND kind = ?2"
	    " AND ekey = ?3 AND project = ?4", "ssss", r->target, t->kind, t->ekey,
	    r->project) == -1)
		recon_fail(r, &e);
	return id == 0;
}

static void
match_known(struct recon *r, const struct target *t, size_t m, const struct json *want)
{
	struct tally *y = &r->tally[r->kind];
	struct found f;
	char ids[200];
	int64_t at = 0;
	int n = stage_find(r, r->kind, t->ekey, &f, ids, sizeof(ids)), placed;

	if (n == 0 && reconcile_match_was_gone(r, t))
		return;
	y->compared++;
	if (n == 0) {
		reconcile_match_report_missing(r, t, want);
		y->missing++;
		return;
	}
	if (n > 1) {
		char *found = mem_fmt("%d, with the ids %s", n, ids);

		tell(r, "duplicate", "one", found);
		free(found);
		y->duplicate++;
	}
	matchers[m].fn(r, want, &f);
	placed = reconcile_match_place(r, t, want, &at);
	stage_seen(r, r->kind, t->ekey, f.n, placed, at);
	y->equal += r->odd == 0;
	y->different += r->odd > 0;
	found_free(&f);
}

static int
match_one(struct recon *r, const struct target *t, struct err *e)
{
	struct json want = { 0 };
	size_t m, n = sizeof(matchers) / sizeof(matchers[0]);

	for (m = 0; m < n && strcmp(recon_names[matchers[m].kind], t->kind) != 0;)
		m++;
	if (m == n || strcmp(t->grade, "rejected") == 0)
		return 0;
	if (json_parse(&want, t->body, strlen(t->body), NULL, e) == -1)
		return err_at(e, "target row %s/%s", t->kind, t->ekey);
	r->kind = matchers[m].kind;
	r->stream = stream_name(t->stream);
	r->skey = t->skey;
	r->ekey = t->ekey;
	r->odd = 0;
	match_known(r, t, m, &want);
	json_free(&want);
	if (r->fail.code == 0)
		return 0;
	*e = r->fail;
	return -1;
}

enum { PAGE = 64 };

static int
match_stream(struct recon *r, enum stream s, struct err *e)
{
	struct target page[PAGE];
	int64_t ord = -1;
	char *ekey = mem_dup("");
	const char *why;
	int i, n, rc = 0;

	do {
		n = target_page(r->db, r->project, r->map, s, ord, ekey, PAGE, page, e);
		for (i = 0; i < n; i++) {
			if (rc == 0)
				rc = match_one(r, &page[i], e);
			ord = page[i].ord;
			free(ekey);
			ekey = mem_dup(page[i].ekey);
			target_free(&page[i]);
		}
		if (rc == 0 && job_stop(r->job, &why))
			rc = err_set(e, ZX_RETRY, "stopped: %s; the comparison is incomplete", why);
	} while (rc == 0 && n == PAGE);
	free(ekey);
	return n == -1 ? -1 : rc;
}

int
recon_match(struct recon *r, struct err *e)
{
	int s, rc = 0;

	if (db_begin(r->stage, e) == -1)
		return -1;
	for (s = 0; s < STREAM_COUNT && rc == 0; s++)
		rc = match_stream(r, (enum stream)s, e);
	return db_end(r->stage, rc, e);
}
