#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/api/zephyr.h"
#include "domain/blob/blob.h"
#include "domain/stream/stream.h"
#include "io/hash.h"

#include "extract.h"
#include "files/attach.h"
#include "files/fetch.h"
#include "request.h"

/* Attachments as a whole: how deep, what comes after what. */

static const char *const words[] = { "none", "cases", "entities", "steps" };

enum attach_depth
attach_depth(const char *s)
{
	int i;

	for (i = ATTACH_NONE; i < ATTACH_STEPS; i++)
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

/* What a pass does not ask for is told once, and stands in the database. */
static int
attach_unasked_tx(struct db *db, void *arg, struct err *e)
{
	struct extract *x = arg;
	enum attach_depth d = x->attach->depth;

	(void)db;
	if (d == ATTACH_STEPS)
		return finding_remove(&x->finding, "extract", NULL, NULL,
		    "attachments-unasked", e);
	return finding_issue(&x->finding, "extract", STREAM_CASES, "*",
	    "attachments-unasked", d == ATTACH_ENTITIES ? "info" : "warning",
	    unasked[d], e);
}

/* What this pass has found unavailable is not asked again. */
static int
attach_gone_read(struct extract *x, struct err *e)
{
	struct checkpoint c;
	char scope[64];
	int k, rc;

	for (k = 0; k < ATTACH_KINDS; k++) {
		snprintf(scope, sizeof(scope), "attachments:%s",
		    attach_kinds[k].name);
		if ((rc = checkpoint_get(&x->at, scope, &c, e)) == -1)
			return -1;
		if (rc == 1)
			x->attach->word[k] = ATTACH_GONE;
	}
	return 0;
}

int
attach_open(struct extract *x, const char *depth, const char *store,
    struct err *e)
{
	struct attach *t = x->attach = mem_zalloc(sizeof(*t));
	int64_t any;

	t->depth = attach_depth(depth);
	t->work_tail = &t->work;
	if (blob_store_open(&t->store, x->db, store, e) == -1)
		return -1;
	if (db_one(x->db, &any, 0, e, "SELECT 1 FROM attachment_list"
	    " WHERE project = ?1 LIMIT 1", "s", x->st.project) == -1 ||
	    attach_gone_read(x, e) == -1)
		return -1;
	t->any = any || t->depth > ATTACH_NONE;
	if (x->pass.sealed)
		return 0;
	if (t->depth < ATTACH_STEPS)
		log_info("attachments", "%s", unasked[t->depth]);
	return db_tx(x->db, attach_unasked_tx, x, e);
}

static void
attach_fetches_free(struct fetch *f)
{
	struct fetch *next;

	for (; f != NULL; f = next) {
		next = f->next;
		fetch_free(f);
	}
}

void
attach_close(struct extract *x)
{
	struct attach *t = x->attach;
	struct request *a;

	if (t == NULL)
		return;
	while ((a = t->later) != NULL) {
		t->later = a->next;
		request_free(a);
	}
	attach_fetches_free(t->todo);
	attach_fetches_free(t->flying);
	attach_fetches_free(t->work);
	fetch_free(t->after);
	free(t->host);
	free(t->scanned);
	blob_store_close(&t->store);
	free(t);
	x->attach = NULL;
}

int
attach_is_fetched(const struct extract *x)
{
	const struct attach *t = x->attach;

	return t->file_whole && t->todo == NULL && t->nfly == 0 && t->nwork == 0;
}

void
attach_fetch_again(struct extract *x)
{
	struct attach *t = x->attach;

	fetch_free(t->after);
	t->after = NULL;
	t->file_whole = 0;
}

/* Start what there is room for, if there is anything to fetch now. */
int
attach_fetch(struct extract *x, struct err *e)
{
	struct attach *t = x->attach;
	struct fetch *f;

	if (x->phase != PHASE_FILES && x->phase != PHASE_IMAGES)
		return 0;
	while (zephyr_busy(x->z) + x->requests->nheld + t->nwork < zephyr_max_active(x->z)) {
		if (t->todo == NULL && !t->file_whole &&
		    (x->phase == PHASE_FILES ? file_todo(x, e) :
		    inline_todo(x, e)) == -1)
			return -1;
		if (t->todo == NULL || (x->phase == PHASE_IMAGES &&
		    t->host_word == ATTACH_PROBED))
			break;
		f = t->todo;
		t->todo = f->next;
		if (file_send(x, f, e) == -1)
			return -1;
	}
	return 0;
}

static void
attach_log_progress(const struct attach *t)
{
	if (t->files > 0 || t->missing > 0)
		log_info("attachments", "%" PRId64 " files, %" PRId64 " bytes, %" PRId64 " images "
		    "in texts; %" PRId64 " missing (see table issue)",
		    t->files, t->bytes, t->images,
		    t->missing);
}

int
attach_work(struct extract *x, struct err *e)
{
	struct attach *t = x->attach;
	int rc;

	if (t->work != NULL)
		return file_work(x, e);
	if (x->phase != PHASE_SCAN || t->scan_whole)
		return 0;
	if ((rc = inline_scan(x, e)) == 0)
		t->scan_whole = 1;
	return rc == -1 ? -1 : 1;
}

int
attach_is_scanned(const struct extract *x)
{
	return x->attach->scan_whole;
}

int
attach_report(struct extract *x, struct err *e)
{
	if (inline_report(x, e) == -1)
		return -1;
	attach_log_progress(x->attach);
	return 0;
}

int
attach_ready(const struct extract *x)
{
	return x->attach->depth == ATTACH_NONE || x->phase > PHASE_FILES;
}
