#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "domain/api/zephyr.h"
#include "domain/stream/stream.h"
#include "io/hash.h"

#include "files/attach_file.h"
#include "files/attach_owner.h"
#include "files/inline.h"
#include "files/inline_file.h"
#include "files/inline_report.h"
#include "reading.h"
#include "select/selection.h"
#include "source.h"

/* Opens and closes the reading of attachments, and decides what is read after what. */

static const char *const words[] = { "none", "cases", "entities", "steps", "all" };

enum attach_depth
attach_depth(const char *s)
{
	int i;

	for (i = ATTACH_NONE; i < ATTACH_ALL; i++)
		if (strcmp(words[i], s) == 0)
			break;
	return (enum attach_depth)i;
}

static const char *const unasked[] = {
	[ATTACH_NONE] = "Attachments are not read (--attachments none). Use --attachments entities "
	    "or steps to include them.",
	[ATTACH_CASES] = "Attachments on executions, cycles, plans and steps are not read "
	    "(--attachments cases). Use --attachments entities or steps to include them.",
	[ATTACH_ENTITIES] = "Attachments on test steps are not read. Use --attachments steps to "
	    "include them.",
};

/* Report which attachments the pass does not read, or remove the report of an
   earlier pass. */
static int
attach_unasked_tx(struct db *db, void *arg, struct err *e)
{
	struct attach *t = arg;
	enum attach_depth d = t->depth;

	(void)db;
	if (d >= ATTACH_STEPS)
		return finding_remove(&t->src->finding, "extract", NULL, NULL,
		    "attachments-unasked", e);
	return finding_issue(&t->src->finding, "extract", STREAM_CASES, "*",
	    "attachments-unasked", d == ATTACH_ENTITIES ? "info" : "warning",
	    unasked[d], e);
}

/* Mark the kinds that this pass has found unavailable: they are not requested again. */
static int
attach_gone_read(struct attach *t, struct err *e)
{
	struct checkpoint c;
	char scope[64];
	int k, rc;

	for (k = 0; k < ATTACH_KINDS; k++) {
		snprintf(scope, sizeof(scope), "attachments:%s",
		    attach_kinds[k].name);
		if ((rc = checkpoint_get(&t->src->at, scope, &c, e)) == -1)
			return -1;
		if (rc == 1)
			t->word[k] = ATTACH_GONE;
	}
	return 0;
}

int
attach_open(struct attach *t, const char *depth, const char *store,
    struct err *e)
{
	int64_t any;

	t->depth = attach_depth(depth);
	if (blob_store_open(&t->store, t->src->db, store, e) == -1)
		return -1;
	if (db_one(t->src->db, &any, 0, e, "SELECT 1 FROM project p WHERE p.key = ?1"
	    " AND (EXISTS (SELECT 1 FROM attachment_list l WHERE l.project = p.key)"
	    " OR EXISTS (SELECT 1 FROM inline_url u WHERE u.project = p.key"
	    " AND u.sha256 IS NOT NULL))", "s", t->src->st.project) == -1 ||
	    attach_gone_read(t, e) == -1)
		return -1;
	t->any = any || t->depth > ATTACH_NONE;
	if (t->src->pass.sealed)
		return 0;
	if (t->depth < ATTACH_STEPS)
		log_info("attachments", "%s", unasked[t->depth]);
	return db_tx(t->src->db, attach_unasked_tx, t, e);
}

void
attach_close(struct attach *t)
{
	requests_drop(&t->later);
	fetch_drop(&t->todo);
	fetch_drop(&t->flying);
	fetch_drop(&t->work);
	fetch_free(t->after);
	free(t->host);
	free(t->scanned);
	blob_store_close(&t->store);
}

int
attach_is_fetched(const struct attach *t)
{
	return t->file_whole && TAILQ_EMPTY(&t->todo) && TAILQ_EMPTY(&t->flying) &&
	    t->nwork == 0;
}

void
attach_fetch_again(struct attach *t)
{
	fetch_free(t->after);
	t->after = NULL;
	t->file_whole = 0;
}

/* Send requests while there is room and something to fetch in this phase. */
int
attach_fetch(struct attach *t, struct err *e)
{
	struct fetch *f;

	if (t->src->phase != PHASE_FILES && t->src->phase != PHASE_IMAGES)
		return 0;
	while (api_busy(zephyr_api(t->src->z)) + t->reading->requests->nheld + t->nwork <
	    api_max_active(zephyr_api(t->src->z))) {
		if (TAILQ_EMPTY(&t->todo) && !t->file_whole &&
		    (t->src->phase == PHASE_FILES ? file_todo(t, e) :
		    inline_todo(t, e)) == -1)
			return -1;
		if ((f = TAILQ_FIRST(&t->todo)) == NULL || (t->src->phase == PHASE_IMAGES &&
		    t->host_word == ATTACH_PROBED))
			break;
		TAILQ_REMOVE(&t->todo, f, link);
		if (file_send(t, f, e) == -1)
			return -1;
	}
	return 0;
}

int
attach_work(struct attach *t, struct err *e)
{
	int rc;

	if (t->nwork > 0)
		return file_work(t, e);
	if (t->src->phase != PHASE_SCAN || t->scan_whole)
		return 0;
	if ((rc = inline_scan(t, e)) == 0)
		t->scan_whole = 1;
	return rc == -1 ? -1 : 1;
}

/* Report how many executions have no log in qTest, so that their files are not read. */
static int
attach_no_log_tx(struct db *db, void *arg, struct err *e)
{
	static const char rule[] = "attachments-no-log";
	struct attach *t = arg;
	char what[200];
	int64_t n = 0;

	if (t->reading->selection->narrow)
		return 0;
	if (t->depth >= ATTACH_ENTITIES && t->depth < ATTACH_ALL && db_one(db, &n, 0, e,
	    "SELECT count(*) FROM test_execution e WHERE e.project = ?1 AND e.pass_seen = ?2"
	    " AND e.end_ms = 0 AND NOT EXISTS (SELECT 1 FROM attachment_list l"
	    " WHERE l.project = e.project AND l.stream = 'test_executions'"
	    " AND l.owner_key = CAST(e.id AS TEXT) AND l.step_id = 0)", "si",
	    t->src->st.project, t->src->st.pass) == -1)
		return -1;
	if (n == 0)
		return finding_remove(&t->src->finding, "extract", "test_executions", "*", rule, e);
	snprintf(what, sizeof(what), "Attachments of %" PRId64 " execution%s without an end date "
	    "are not read, because qTest has no log for them. Use --attachments all to read them.",
	    PLURAL(n));
	log_info("attachments", "%s", what);
	return finding_issue(&t->src->finding, "extract", STREAM_EXECUTIONS, "*", rule, "info",
	    what, e);
}

int
attach_report(struct attach *t, struct err *e)
{
	if (inline_report(t->src, e) == -1 || db_tx(t->src->db, attach_no_log_tx, t, e) == -1)
		return -1;
	if (t->files > 0 || t->missing > 0)
		log_info("attachments", "%" PRId64 " file%s, %" PRId64 " byte%s, %" PRId64
		    " image%s in texts; %" PRId64 " missing (see table issue)", PLURAL(t->files),
		    PLURAL(t->bytes), PLURAL(t->images), t->missing);
	return 0;
}
