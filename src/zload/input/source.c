#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/checkpoint.h"
#include "domain/store/store.h"
#include "session.h"
#include "cache/id_cache.h"
#include "input/desired.h"
#include "input/input.h"
#include "input/source.h"
#include "plan/plan_lines.h"
#include "recover/doubt.h"
#include "recover/restore.h"
#include "relink/relink.h"
#include "work/queue.h"
#include "work/record_gone.h"
#include "work/work.h"

/* The map of effects in a stream without META. */
static const char piped[] = "piped";

static int
source_ready(struct db *db, void *arg, struct err *e)
{
	struct session *s = arg;

	(void)db;
	if (s->lines != NULL)	/* the effects of its lines are made pending by desired.c */
		return restore_deleted(s, e);
	if (ledger_retry(&s->ledger, e) == -1 || ledger_relink_again(&s->ledger, 0, e) == -1 ||
	    finding_remove(&s->finding, "load", NULL, NULL, "file-not-loaded", e) == -1 ||
	    finding_remove(&s->finding, "load", NULL, NULL, "link-not-loaded", e) == -1 ||
	    (s->options->restore && restore_deleted(s, e) == -1))
		return -1;
	return s->options->overwrite ? ledger_unkeep(&s->ledger, e) : 0;
}

int
source_again(struct session *s, struct err *e)
{
	return db_tx(s->db, source_ready, s, e);
}

int
source_whole(struct work *w, struct err *e)
{
	struct input *in = w->input;
	int s, rc = 0;

	for (s = 0; s < STREAM_COUNT && rc == 0; s++)
		rc = target_whole(w->session->db, in->project, in->map, (enum stream)s,
		    &in->whole[s], e);
	return rc;
}

/* Prepare the ledger, which is open, for the first task.  0, -1. */
static int
source_prepare(struct work *w, struct err *e)
{
	struct session *s = w->session;
	struct input *in = w->input;
	char *file;
	int restores = 1;

	if (s->lines != NULL && (restores = plan_lines_restore(s, e)) != 1)
		return restores == -1 ? -1 : doubt_read_intents(w->doubts, e);
	if (db_tx(s->db, source_ready, s, e) == -1 ||
	    (s->lines == NULL && relink_read_open(w, e) == -1) ||
	    (in->has_files = ledger_open_file(&s->ledger, NULL, &file, e)) == -1)
		return -1;
	free(file);
	id_cache_clear(w->ids);		/* the check of the plan has filled it */
	return doubt_read_intents(w->doubts, e);
}

/* Open the ledger for a project and a map, which META or --from-db gave.  0, -1. */
static int
source_open_ledger(struct work *w, const char *project, const char *map, struct err *e)
{
	struct session *s = w->session;
	struct input *in = w->input;

	if (project == NULL || *project == '\0')
		return err_set(e, ZX_USAGE, "META names no project; use -p KEY");
	if (s->job->project != NULL && strcmp(s->job->project, project) != 0)
		return err_set(e, ZX_CONFIG, "the effects belong to project %s, not %s",
		    project, s->job->project);
	in->project = mem_dup(project);
	snprintf(in->map, sizeof(in->map), "%s", map);
	s->ledger.project = in->project;
	s->ledger.map = in->map;
	w->queue->more = 1;
	if (finding_open(&s->finding, s->db, in->project, s->job->run, e) == -1 ||
	    source_whole(w, e) == -1)
		return -1;
	return s->planning ? 0 : source_prepare(w, e);
}

/*
 * Find the map of the newest effects, "" when there are none: the effects of the newest pass,
 * and among maps of one pass those of the map that ztransform used last.  *several: more than
 * one map fits.
 */
static int
source_newest(const struct session *s, char map[65], int *several, struct err *e)
{
	struct db_query q;
	int64_t pass = 0, at = 0;

	*several = 0;
	map[0] = '\0';
	db_query(&q, s->db, "SELECT t.map, t.pass, coalesce(c.at, 0) FROM"
	    " (SELECT map, max(pass) AS pass FROM target WHERE project = ?1 GROUP BY map) t"
	    " LEFT JOIN checkpoint c ON c.stage = 'ztransform' AND c.project = ?1"
	    " AND c.pass = 0 AND c.scope = 'fields:' || t.map"
	    " ORDER BY 2 DESC, 3 DESC LIMIT 2", "s", s->job->project);
	while (db_row(&q)) {
		*several = map[0] != '\0' && db_int(&q, 1) == pass && db_int(&q, 2) == at;
		if (map[0] == '\0')
			snprintf(map, 65, "%s", db_str(&q, 0));
		pass = db_int(&q, 1);
		at = db_int(&q, 2);
	}
	return db_done(&q, e);
}

int
source_meta(struct work *w, const struct json *meta, struct err *e)
{
	struct session *s = w->session;
	struct input *in = w->input;
	const char *project = s->job->project, *map = piped, *side = NULL;
	char stored[65];
	int several;

	if (in->map[0] != '\0')
		return err_set(e, ZX_DATA, "stdin: second META line; the input contains two "
		    "streams; load them one after the other");
	if (meta != NULL) {
		side = json_str(meta, "z.side");
		if (json_str(meta, "z.project") != NULL)
			project = json_str(meta, "z.project");
		if (json_str(meta, "z.map") != NULL)
			map = json_str(meta, "z.map");
		in->pass = json_int(meta, "z.pass", 0);
		in->specs = json_get(meta, "z.fields");
		in->statuses = json_get(meta, "z.statuses");
	}
	/* Corrected records without META belong to the stored effects. */
	if (meta == NULL && project != NULL) {
		if (source_newest(s, stored, &several, e) == -1)
			return -1;
		map = stored[0] != '\0' ? stored : map;
	}
	if (side != NULL && strcmp(side, "target") != 0)
		return err_set(e, ZX_DATA, "stdin: this is a stream of the %s side; pipe it "
		    "through ztransform first", side);
	return source_open_ledger(w, project, map, e);
}

int
source_remember(struct work *w, struct err *e)
{
	const struct input *in = w->input;
	const struct checkpoint_of of = { w->session->db, "zload", in->project, 0 };
	struct buf b = { 0 };
	int rc;

	if (!in->specs.set)
		return 0;
	json_dump(&in->specs, &b);
	rc = checkpoint_fields_put(&of, in->map, buf_str(&b), e);
	buf_free(&b);
	return rc;
}

/*
 * Read the fields that the map of stored effects names.  Effects of a stream without META have
 * none.  Effects of a ztransform that did not store its fields cannot be loaded until it has
 * run again, because every property would be refused.  0, -1.
 */
static int
source_read_fields(struct work *w, struct err *e)
{
	struct input *in = w->input;
	char *fields = NULL;
	int rc = checkpoint_fields_get(w->session->db, in->project, in->map, &fields, e);

	if (rc == 1)
		rc = json_parse(&in->specs, fields, strlen(fields), NULL, e);
	else if (rc == 0 && strcmp(in->map, piped) != 0)
		rc = err_set(e, ZX_NOINPUT, "the database has no qTest fields for this map (an "
		    "earlier version transformed it); run `ztoq transform` again, then `zload "
		    "--from-db`");
	free(fields);
	return rc;
}

/* --apply: check that the map of the plan is the newest one, or one of several.  0, -1. */
static int
source_check_plan(const struct session *s, const char *map, int several, struct err *e)
{
	if (s->lines == NULL || several || strcmp(map, s->options->map) == 0)
		return 0;
	return err_set(e, ZX_CONFIG, "the map has changed since the plan (then %.12s, now %.12s); "
	    "make a new plan (nothing was written)", s->options->map, map);
}

int
source_db(struct work *w, struct err *e)
{
	const struct session *s = w->session;
	const char *project = s->job->project;
	char map[65];
	int several;

	if (w->input->map[0] != '\0')	/* the plan that is applied was checked */
		return source_prepare(w, e);
	if (project == NULL)
		return err_set(e, ZX_USAGE, "--from-db needs -p KEY");
	if (store_knows(s->db, project, e) == -1)
		return err_at(e, "--from-db");
	if (source_newest(s, map, &several, e) == -1 ||
	    (map[0] != '\0' && source_check_plan(s, map, several, e) == -1))
		return -1;
	if (s->options->map != NULL)
		snprintf(map, sizeof(map), "%s", s->options->map);
	else if (several)
		return err_set(e, ZX_CONFIG, "the database has effects of several maps for %s; "
		    "choose one with --map", project);
	if (map[0] == '\0')
		return err_set(e, ZX_NOINPUT, "the database has no effects of %s; run ztransform "
		    "first", project);
	if (source_open_ledger(w, project, map, e) == -1)
		return -1;
	return source_read_fields(w, e);
}

struct page {
	struct work	*work;
	struct target	*row;
	int		 n;
};

static int
source_write_page(struct db *db, void *arg, struct err *e)
{
	struct page *p = arg;
	int i;

	(void)db;
	for (i = 0; i < p->n; i++)
		if (!gone_row(p->work->input, &p->row[i]) &&
		    desired_row(p->work, &p->row[i], e) == -1)
			return -1;
	return 0;
}

int
source_page(struct work *w, struct source_at *at, ingest_sink *sink, void *arg, struct err *e)
{
	enum { PAGE = 256 };
	struct db *db = w->session->db;
	struct target page[PAGE];
	struct page p = { w, page, 0 };
	int i, rc = 0;

	p.n = target_page(db, w->input->project, w->input->map, (enum stream)at->stream,
	    at->ord, at->ekey != NULL ? at->ekey : "", PAGE, page, e);
	if (p.n == -1)
		return -1;
	if (p.n > 0)
		rc = sink != NULL ? sink(arg, page, p.n, 0, e) :
		    db_tx(db, source_write_page, &p, e);
	free(at->ekey);
	at->ekey = NULL;
	if (p.n < PAGE) {
		at->stream++;
		at->ord = -1;
	} else {
		at->ord = page[p.n - 1].ord;
		at->ekey = mem_dup(page[p.n - 1].ekey);
	}
	for (i = 0; i < p.n; i++)
		target_free(&page[i]);
	return rc == -1 ? -1 : at->stream != STREAM_COUNT;
}
