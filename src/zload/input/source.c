#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/checkpoint.h"
#include "domain/store/store.h"
#include "load.h"
#include "plan_effects.h"
#include "input/desired.h"
#include "input/ingest.h"
#include "input/source.h"
#include "recover/doubt.h"
#include "work/queue.h"
#include "work/record_gone.h"

/* Which effects: what META of the stream says, or the newest ones stored. */

/* The map of effects that came with no META. */
static const char piped[] = "piped";

static int	source_newest(struct load *, char map[65], int *several, struct err *);

static int
source_ready(struct db *db, void *arg, struct err *e)
{
	struct load *l = arg;

	(void)db;
	if (ledger_retry(&l->ledger, e) == -1)
		return -1;
	return l->overwrite ? ledger_unkeep(&l->ledger, e) : 0;
}

int
source_whole(struct load *l, struct err *e)
{
	int s, rc = 0;

	for (s = 0; s < STREAM_COUNT && rc == 0; s++)
		rc = target_whole(l->db, l->project, l->map, (enum stream)s, &l->whole[s], e);
	return rc;
}

/* Project and map are known: from here on the ledger can be asked. */
static int
source_settle_on(struct load *l, const char *project, const char *map, struct err *e)
{
	if (project == NULL || *project == '\0')
		return err_set(e, ZX_USAGE, "META names no project; use -p KEY");
	if (l->job.project != NULL && strcmp(l->job.project, project) != 0)
		return err_set(e, ZX_CONFIG, "the effects belong to project %s, not %s",
		    project, l->job.project);
	free(l->project);
	l->project = mem_dup(project);
	snprintf(l->map, sizeof(l->map), "%s", map);
	l->ledger.project = l->project;
	l->ledger.map = l->map;
	l->queue->more = 1;
	if (finding_open(&l->finding, l->db, l->project, l->job.run, e) == -1)
		return -1;
	if (source_whole(l, e) == -1)
		return -1;
	if (l->job.plan)
		return 0;
	return db_tx(l->db, source_ready, l, e) == -1 ? -1 : doubt_open(l, e);
}

int
source_meta(struct load *l, const struct json *meta, struct err *e)
{
	const char *project = l->job.project, *map = piped, *side = NULL;
	char stored[65];
	int several;

	if (l->map[0] != '\0')
		return err_set(e, ZX_DATA, "stdin: a second META: the input contains two streams; "
		    "load them one after the other");
	if (meta != NULL) {
		side = json_str(meta, "z.side");
		if (json_str(meta, "z.project") != NULL)
			project = json_str(meta, "z.project");
		if (json_str(meta, "z.map") != NULL)
			map = json_str(meta, "z.map");
		l->pass = json_int(meta, "z.pass", 0);
		json_free(&l->specs);
		l->specs = json_get(meta, "z.fields");
		json_free(&l->statuses);
		l->statuses = json_get(meta, "z.statuses");
	}
	/* Records alone, mended ones: they go to what is stored. */
	if (meta == NULL && project != NULL) {
		if (source_newest(l, stored, &several, e) == -1)
			return -1;
		map = stored[0] != '\0' ? stored : map;
	}
	if (side != NULL && strcmp(side, "target") != 0)
		return err_set(e, ZX_DATA, "stdin: this is a stream of the %s side; pipe it "
		    "through ztransform first", side);
	return source_settle_on(l, project, map, e);
}

/* Keep the fields that META names for a later --from-db. */
int
source_remember(struct load *l, struct err *e)
{
	const struct checkpoint_of of = { l->db, "zload", l->project, 0 };
	struct buf b = { 0 };
	int rc;

	if (!l->specs.set)
		return 0;
	json_dump(&l->specs, &b);
	rc = checkpoint_fields_put(&of, l->map, buf_str(&b), e);
	buf_free(&b);
	return rc;
}

/*
 * Read the fields that the map of stored effects names.  Effects that came with
 * no META have none; those of a ztransform that did not keep them yet cannot be
 * loaded before it has run again, since every property would be refused.
 */
static int
source_recall(struct load *l, struct err *e)
{
	char *fields = NULL;
	int rc = checkpoint_fields_get(l->db, l->project, l->map, &fields, e);

	if (rc == 1)
		rc = json_parse(&l->specs, fields, strlen(fields), NULL, e);
	else if (rc == 0 && strcmp(l->map, piped) != 0)
		rc = err_set(e, ZX_NOINPUT, "the database has no qTest fields for this map (an "
		    "earlier version transformed it); run `ztoq transform` again, then `zload "
		    "--from-db`");
	free(fields);
	return rc;
}

/*
 * Find the map whose effects are newest, "" when there are none: of the newest
 * pass, and among those of one pass the map that ztransform used last.
 * *several: that cannot be told.
 */
static int
source_newest(struct load *l, char map[65], int *several, struct err *e)
{
	struct db_query q;
	int64_t pass = 0, at = 0;

	*several = 0;
	map[0] = '\0';
	db_query(&q, l->db, "SELECT t.map, t.pass, coalesce(c.at, 0) FROM"
	    " (SELECT map, max(pass) AS pass FROM target WHERE project = ?1 GROUP BY map) t"
	    " LEFT JOIN checkpoint c ON c.stage = 'ztransform' AND c.project = ?1"
	    " AND c.pass = 0 AND c.scope = 'fields:' || t.map"
	    " ORDER BY 2 DESC, 3 DESC LIMIT 2", "s", l->job.project);
	while (db_row(&q)) {
		*several = map[0] != '\0' && db_int(&q, 1) == pass && db_int(&q, 2) == at;
		if (map[0] == '\0')
			snprintf(map, 65, "%s", db_str(&q, 0));
		pass = db_int(&q, 1);
		at = db_int(&q, 2);
	}
	return db_done(&q, e);
}

/* --from-db */
int
source_db(struct load *l, struct err *e)
{
	char map[65];
	int several;

	if (l->job.project == NULL)
		return err_set(e, ZX_USAGE, "--from-db needs -p KEY");
	if (store_knows(l->db, l->job.project, e) == -1)
		return err_at(e, "--from-db");
	if (source_newest(l, map, &several, e) == -1)
		return -1;
	if (l->map_option != NULL)
		snprintf(map, sizeof(map), "%s", l->map_option);
	else if (several)
		return err_set(e, ZX_CONFIG, "the database has effects of several maps for %s; "
		    "choose one with --map", l->job.project);
	if (map[0] == '\0')
		return err_set(e, ZX_NOINPUT, "the database has no effects of %s; run ztransform "
		    "first", l->job.project);
	if (source_settle_on(l, l->job.project, map, e) == -1)
		return -1;
	return source_recall(l, e);
}

struct page {
	struct load	*load;
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
		if (!gone_row(p->load, &p->row[i]) &&
		    desired_row(p->load, &p->row[i], e) == -1)
			return -1;
	return 0;
}

/* The next page of stored effects; 1 when there may be more. */
int
source_page(struct load *l, struct source_at *at, ingest_sink *sink, struct err *e)
{
	enum { PAGE = 256 };
	struct target page[PAGE];
	struct page p = { l, page, 0 };
	int i, rc = 0;

	p.n = target_page(l->db, l->project, l->map, (enum stream)at->stream,
	    at->ord, at->ekey != NULL ? at->ekey : "", PAGE, page, e);
	if (p.n == -1)
		return -1;
	if (p.n > 0)
		rc = sink != NULL ? sink(l, page, p.n, 0, e) :
		    db_tx(l->db, source_write_page, &p, e);
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
	if (rc == 0 && at->stream == STREAM_COUNT) {
		queue_input_ended(l);
		return 0;
	}
	return rc == -1 ? -1 : 1;
}
