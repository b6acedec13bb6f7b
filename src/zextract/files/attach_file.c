#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/api/zephyr.h"
#include "domain/stream/stream.h"
#include "io/http/http.h"

#include "files/attach.h"
#include "files/attach_file.h"
#include "files/attach_list.h"
#include "files/attach_owner.h"
#include "files/inline_file.h"
#include "reading.h"
#include "select/selection.h"
#include "source.h"

int
file_todo(struct attach *t, struct err *e)
{
	struct fetch *last = t->after, *f;
	struct db_query q;

	db_query(&q, t->src->db, "SELECT stream, owner_key, step_id, id, name"
	    " FROM attachment o WHERE project = ?1 AND state <> 'held'"
	    " AND ?8 LIKE '%' || stream || '%' AND" SELECTED_OF("o.stream",
	    "o.owner_key", "?9", "1 = 1")
	    " AND (state = 'listed' OR pass_seen < ?2)"
	    " AND (CAST(?3 AS BIGINT) >= 2 OR (?3 = 1"
	    " AND stream = 'test_cases')) AND (?3 >= 3 OR step_id = 0)"
	    " AND (stream, owner_key, step_id, id) > (?4, ?5, ?6, ?7)"
	    " ORDER BY stream, owner_key, step_id, id LIMIT 16", "siissiisi",
	    t->src->st.project, t->src->st.pass, (int64_t)t->depth,
	    last ? stream_name(last->stream) : "", last ? last->owner : "",
	    last ? last->step : 0, last ? last->id : 0, t->reading->selection->streams,
	    (int64_t)(t->reading->selection->rows ? SEL_DEPENDENCY : SEL_ALL));
	while (db_row(&q)) {
		f = fetch_file_read(t, &q);
		TAILQ_INSERT_TAIL(&t->todo, f, link);
	}
	if (db_done(&q, e) == -1)
		return -1;
	t->file_whole = TAILQ_EMPTY(&t->todo);
	if (!t->file_whole)
		fetch_cursor_set(&t->after, TAILQ_LAST(&t->todo, fetch_list));
	return 0;
}

/* True when a web page came instead of a file, unless the attachment itself is a web
   page. */
static int
attach_file_is_page(const struct fetch *f)
{
	const char *dot = strrchr(f->name, '.');

	if (strcasecmp(f->type, "text/html") != 0 &&
	    strcasecmp(f->type, "application/xhtml+xml") != 0)
		return 0;
	return f->url != NULL || dot == NULL || (strcasecmp(dot, ".html") != 0 &&
	    strcasecmp(dot, ".htm") != 0 && strcasecmp(dot, ".xhtml") != 0 &&
	    strcasecmp(dot, ".mht") != 0 && strcasecmp(dot, ".mhtml") != 0);
}

static void	 on_file(void *, struct zephyr_answer *);

static void
attach_file_request(struct fetch *f)
{
	char *path;

	f->tries++;
	if (f->url != NULL) {
		zephyr_file(f->attach->src->z, f->url, f->how, f->blob.fd, on_file, f);
		return;
	}
	path = attach_path(f->stream, f->owner, f->step, f->id);
	zephyr_file(f->attach->src->z, path, ZEPHYR_PATH, f->blob.fd, on_file, f);
	free(path);
}

int
file_send(struct attach *t, struct fetch *f, struct err *e)
{
	TAILQ_INSERT_HEAD(&t->flying, f, link);
	if (f->blob.fd == -1 && blob_begin(&t->store, &f->blob, e) == -1)
		return -1;
	if (t->src->phase == PHASE_IMAGES && t->host_word == ATTACH_UNKNOWN)
		t->host_word = ATTACH_PROBED;
	attach_file_request(f);
	return 0;
}

/* True when the type is that of an image.  A site that requires a sign-in answers
   with other types. */
static int
attach_file_is_image(const struct fetch *f)
{
	return strncasecmp(f->type, "image/", 6) == 0 ||
	    strcasecmp(f->type, "application/octet-stream") == 0 ||
	    strcasecmp(f->type, "binary/octet-stream") == 0;
}

static void
attach_file_answer_check(struct fetch *f, const struct zephyr_answer *a)
{
	f->ok = a->status / 100 == 2 && !attach_file_is_page(f) &&
	    (f->url == NULL || attach_file_is_image(f));
	f->blob.size = a->size;
	memcpy(f->blob.sha256, a->sha256, sizeof(f->blob.sha256));
	if (f->ok)
		return;
	if (a->status / 100 == 2)
		snprintf(f->why, sizeof(f->why), "a web page came instead");
	else if (a->status != 0)
		snprintf(f->why, sizeof(f->why), "status %d", a->status);
	else
		snprintf(f->why, sizeof(f->why), "%s", a->why);
}

static void
on_file(void *arg, struct zephyr_answer *a)
{
	struct fetch *f = arg;
	struct attach *t = f->attach;

	snprintf(f->type, sizeof(f->type), "%s", *a->type ? a->type :
	    "application/octet-stream");
	attach_file_answer_check(f, a);
	if (!f->ok && a->status / 100 == 2 && f->url == NULL &&
	    f->tries < ATTACH_TRIES) {
		attach_file_request(f);
		return;
	}
	if (f->url != NULL && !f->ok && f->how == ZEPHYR_ELSEWHERE &&
	    t->host_word == ATTACH_PROBED &&
	    http_same_host(zephyr_base(f->attach->src->z), f->url)) {
		f->how = ZEPHYR_HERE;
		attach_file_request(f);
		return;
	}
	if (f->url != NULL)
		inline_answer(t, f);
	TAILQ_REMOVE(&t->flying, f, link);
	TAILQ_INSERT_TAIL(&t->work, f, link);
	t->nwork++;
}

static int
attach_file_done_tx(struct db *db, void *arg, struct err *e)
{
	struct fetch *f = arg;
	struct attach *t = f->attach;

	if (f->url != NULL)
		return inline_held(t, f, e);
	(void)db;
	if (attach_list_received(t->src, f, e) == -1)
		return -1;
	return attach_seal(t, f->stream, f->owner, f->ok ? NULL : f->why, e);
}

static void
attach_file_count(struct attach *t, const struct fetch *f)
{
	if (!f->ok) {
		t->missing++;
		if (f->url == NULL)
			log_warn(f->owner, "file %s is missing: %s", f->name,
			    f->why);
		return;
	}
	t->files++;
	t->bytes += f->blob.size;
	t->images += f->url != NULL;
}

int
file_work(struct attach *t, struct err *e)
{
	struct fetch *f = TAILQ_FIRST(&t->work);
	int rc;

	rc = f->ok ? blob_pour(&t->store, &f->blob, attach_file_done_tx, f, e) :
	    db_tx(t->src->db, attach_file_done_tx, f, e);
	if (rc != 0)
		return rc;
	attach_file_count(t, f);
	TAILQ_REMOVE(&t->work, f, link);
	t->nwork--;
	fetch_free(f);
	return 1;
}
