#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/api/zephyr.h"
#include "domain/api/zephyr_page.h"
#include "domain/stream/stream.h"
#include "io/json/json.h"

#include "files/attach_ask.h"
#include "files/attach_list.h"
#include "files/attach_owner.h"
#include "read/unread.h"
#include "source.h"
#include "todo.h"

/* Requests lists of files, and decides what a refusal means. */

/* True for a status by which the service refuses the kind, not this owner. */
static int
attach_ask_is_word(int status)
{
	return status == 403 || status == 405 || status == 501 ||
	    status == 503;
}

/* Describe the answer that came instead of a list. */
static const char *
attach_ask_answered(const struct request *a, char out[32])
{
	if (a->status == 200)
		snprintf(out, 32, "something other than a list");
	else
		snprintf(out, 32, "status %d", a->status);
	return out;
}

/* Report once that the kind is unavailable. */
static int
attach_ask_unavailable(struct request *a, const struct attach_kind_of *k, struct err *e)
{
	struct checkpoint c = { .total = -1, .state = "unavailable" };
	const char *name = stream_name(k->stream);
	char what[160], scope[64], word[32];

	snprintf(what, sizeof(what), "Zephyr answered %s to the requests for attachments of %s: "
	    "none were read in this pass", attach_ask_answered(a, word), k->name);
	snprintf(scope, sizeof(scope), "attachments:%s", k->name);
	if (finding_issue(&a->src->finding, "extract", k->stream, "*", k->unavailable,
	    unread_accepted(a->reading->unread, name) ? "warning" : "error", what, e) == -1)
		return -1;
	return checkpoint_put(&a->src->at, scope, &c, e);
}

enum { REFUSED_KIND = 1, REFUSED_OWNER, REFUSED_LATER };

/* Decide whether a refusal concerns the owner or the kind.  An owner that is refused
   before this is known is requested again, with all retries, once it is known. */
static int
attach_ask_refused(struct request *a, const struct attach_kind_of *k, const struct err *why,
    struct err *e)
{
	struct attach *t = a->reading->attach;
	int works = t->word[a->kind] == ATTACH_WORKS, rc;

	if (!works && (attach_ask_is_word(a->status) || (!a->unread_late &&
	    t->strike[a->kind] == a->status && t->strikes[a->kind] + 1 >= ATTACH_STRIKES))) {
		a->refused = REFUSED_KIND;
		return attach_ask_unavailable(a, k, e);
	}
	a->refused = works || a->unread_late ? REFUSED_OWNER : REFUSED_LATER;
	if (a->refused == REFUSED_LATER)
		return 0;
	rc = unread_put(a, k->stream, a->key, k->unread, why, e);
	return rc == 1 ? attach_list_put(a, NULL, e) : rc;
}

/* Remove the report that the kind is unavailable, once it works. */
static int
attach_ask_kind_works(struct request *a, const struct attach_kind_of *k, struct err *e)
{
	if (a->reading->attach->word[a->kind] == ATTACH_WORKS)
		return 0;
	return finding_remove(&a->src->finding, "extract", stream_name(k->stream), "*",
	    k->unavailable, e);
}

static int
attach_ask_answer(struct request *a, const struct attach_kind_of *k, struct err *e)
{
	struct json j = { 0 };
	int rc;

	if (a->status != 200 && a->status != 404)
		return zephyr_refused(a->path, a->status, &a->body, e);
	if (a->status == 200 &&
	    zephyr_object(&j, a->path, &a->body, e) == -1)
		return -1;
	if ((rc = attach_ask_kind_works(a, k, e)) == 0)		/* 404: no files (4.2) */
		rc = attach_list_put(a, a->status == 200 ? &j : NULL, e);
	json_free(&j);
	return rc == -1 ? -1 : unread_forget(a, k->stream, a->key, k->unread, e);
}

static int
attach_ask_store(struct request *a, struct err *e)
{
	const struct attach_kind_of *k = &attach_kinds[a->kind];
	struct err why = { 0 };

	a->refused = 0;
	if (attach_ask_answer(a, k, &why) == 0)
		return 0;
	if (why.code == ZX_IO || why.code == ZX_BUG) {
		*e = why;
		return -1;
	}
	return attach_ask_refused(a, k, &why, e);
}

static struct request *
attach_ask_new(struct reading *reading, int kind, const char *key, const char *hash,
    int64_t step)
{
	struct request *a = request_new(reading, &file_readers[kind], attach_path(
	    attach_kinds[kind].stream, key, step, 0));

	a->kind = kind;
	a->key = mem_dup(key);
	a->hash = mem_dup(hash);
	a->id = step;
	return a;
}

/* Count a refusal while it is unknown whether the kind works, and keep the owner
   for later. */
static void
attach_ask_count_refusal(struct request *a)
{
	struct attach *t = a->reading->attach;
	struct request *more = attach_ask_new(a->reading, a->kind, a->key, a->hash, a->id);

	more->was_stored = a->was_stored;
	more->unread_late = 1;
	more->accept = ZEPHYR_ACCEPT_LAST;
	TAILQ_INSERT_HEAD(&t->later, more, link);
	t->strikes[a->kind] = t->strike[a->kind] == a->status ?
	    t->strikes[a->kind] + 1 : 1;
	t->strike[a->kind] = a->status;
}

static void
attach_ask_later_push(struct attach *t)
{
	struct request *a;

	while ((a = request_pop(&t->later)) != NULL) {
		t->reading->todo[a->reader->id].open++;
		request_push(t->reading->requests, a);
	}
}

static void
attach_ask_committed(struct request *a)
{
	struct attach *t = a->reading->attach;
	char word[32];

	a->reading->todo[a->reader->id].open--;
	switch (a->refused) {
	case REFUSED_KIND:
		t->word[a->kind] = ATTACH_GONE;
		requests_drop(&t->later);
		log_warn("attachments", "unavailable for %s: %s; the next pass tries again",
		    attach_kinds[a->kind].name, attach_ask_answered(a, word));
		return;
	case REFUSED_LATER:
		t->word[a->kind] = ATTACH_UNKNOWN;
		attach_ask_count_refusal(a);
		return;
	case 0:
		t->word[a->kind] = ATTACH_WORKS;
		attach_ask_later_push(a->reading->attach);
		break;
	default:
		break;
	}
	unread_committed(a, a->key);
}

/* True unless the first request of the kind is under way, which shows whether the
   kind works.  Kinds are read one after the other, and owners before their files. */
static int
attach_ask_ready(const struct reading *reading, const struct todo *todo)
{
	int i;

	for (i = READ_SCRIPTS; i < READ_FILES + todo->kind; i++)
		if ((i <= READ_RESULTS || i >= READ_FILES) &&
		    !reader_done(reading, (enum reader_id)i))
			return 0;
	return reading->attach->word[todo->kind] != ATTACH_PROBED;
}

/* Add owners to the page.  When none is left, request those again that were refused
   before. */
static int
attach_ask_page(struct reading *reading, struct todo *todo, struct err *e)
{
	struct attach *t = reading->attach;

	if (t->depth < attach_kinds[todo->kind].depth || t->word[todo->kind] == ATTACH_GONE)
		return 0;
	if (attach_page(t, todo, e) == -1)
		return -1;
	if (todo->n == 0)
		attach_ask_later_push(t);
	return 0;
}

static int
attach_ask_request(struct reading *reading, const struct todo_row *r, struct request **out,
    struct err *e)
{
	struct attach *t = reading->attach;
	int kind = r->kind;

	if (t->word[kind] == ATTACH_GONE)
		return 0;
	if (r->listed)
		return attach_list_steps(t, attach_kinds[kind].stream, r->key, e);
	*out = attach_ask_new(reading, kind, r->key, r->hash, r->id);
	(*out)->was_stored = r->was_stored || attach_is_step(kind);
	(*out)->accept = t->word[kind] == ATTACH_WORKS ? ZEPHYR_ACCEPT_LAST :
	    ZEPHYR_ACCEPT_REPEATED | ZEPHYR_ACCEPT_LAST;
	if (t->word[kind] == ATTACH_UNKNOWN)
		t->word[kind] = ATTACH_PROBED;
	return 0;
}

_Static_assert(READ_FILES_END - READ_FILES == ATTACH_KINDS, "a reader for each kind");

#define FILE_READER(kind)						\
	[kind] = { .id = (enum reader_id)(READ_FILES + kind),		\
	    .ready = attach_ask_ready, .page = attach_ask_page,		\
	    .request = attach_ask_request, .store = attach_ask_store,	\
	    .committed = attach_ask_committed }

const struct reader file_readers[ATTACH_KINDS] = {
	FILE_READER(ATTACH_CASE),
	FILE_READER(ATTACH_PLAN),
	FILE_READER(ATTACH_CYCLE),
	FILE_READER(ATTACH_RUN),
	FILE_READER(ATTACH_CASE_STEP),
	FILE_READER(ATTACH_RUN_STEP),
};
