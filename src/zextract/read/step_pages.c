#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "domain/api/zephyr.h"

#include "read/step_pages.h"
#include "request.h"
#include "source.h"

static const char *
step_pages_scope(const char *what, const char *key, char out[512])
{
	snprintf(out, 512, "%s:%s", what, key);
	return out;
}

int
step_pages_left(const struct checkpoint_of *at, const char *what, const char *key,
    struct steps_cursor *c, struct err *e)
{
	struct checkpoint p;
	char name[512];
	int rc;

	*c = (struct steps_cursor){ 0, STEPS_PAGE };
	rc = checkpoint_get(at, step_pages_scope(what, key, name), &p, e);
	if (rc == 1 && sscanf(p.cursor, "%" SCNd64 " %" SCNd64, &c->start,
	    &c->size) != 2) {
		*c = (struct steps_cursor){ 0, STEPS_PAGE };
		rc = 0;
	}
	return rc;
}

struct request *
step_pages_request(struct reading *reading, const struct reader *reader, struct buf *base,
    const char *key, const struct steps_cursor *c)
{
	struct request *a;

	buf_printf(base, "?maxResults=%" PRId64 "&startAt=%" PRId64, c->size,
	    c->start);
	a = request_new(reading, reader, buf_take(base, NULL));
	a->key = mem_dup(key);
	a->start = c->start;
	a->size = c->size;
	return a;
}

/* Set a->more to the request for the page at the cursor. */
static void
step_pages_follow(struct request *a, const struct steps_cursor *c, int again)
{
	struct buf base = { 0 };
	struct request *more;

	buf_add(&base, a->path, strcspn(a->path, "?"));
	a->more = more = step_pages_request(a->reading, a->reader, &base, a->key, c);
	more->id = a->id;
	more->accept = a->accept;
	more->was_stored = a->was_stored;
	more->tried_other_route = a->tried_other_route;
	more->tries = a->tries + again;
}

enum steps_move
step_pages_move(struct request *a, const struct zephyr_page *p, struct steps_cursor *c,
    struct err *e)
{
	int64_t n = a->start + p->n;
	int last, again;

	*c = (struct steps_cursor){ a->start, p->size > 0 && p->size < a->size ? p->size :
	    a->size };
	if (zephyr_page_odd(p, a->path, e) == -1)
		return STEPS_FAILED;
	last = zephyr_page_is_last(p, n, c->size);
	if (!last && p->n != c->size) {
		/* the server's pages have the length of its first one */
		if (c->start > 0)
			return err_set(e, ZX_PROTO, "Zephyr sent %d row%s on a page of %" PRId64 " "
			    "that is not the last page, at %s", PLURAL(p->n), c->size,
			    a->path);
		c->size = p->n;
	}
	again = last && p->total >= 0 && p->total != n;
	if (again && a->tries + 1 >= STEPS_TRIES)
		return err_set(e, ZX_PROTO, "read %" PRId64 " row%s where Zephyr announces %" PRId64
		    ", three times, at %s", PLURAL(n), p->total, a->path);
	c->start = again ? 0 : c->start + c->size;
	if (again || !last)
		step_pages_follow(a, c, again);
	return again ? STEPS_AGAIN : last ? STEPS_LAST : STEPS_MORE;
}

int
step_pages_save(struct request *a, const char *what, enum steps_move move,
    const struct steps_cursor *c, struct err *e)
{
	struct checkpoint p = { .total = -1, .state = "open" };
	char name[512];

	if (move == STEPS_LAST)
		return a->start > 0 ? step_pages_forget(&a->src->at, what, a->key, e) : 0;
	snprintf(p.cursor, sizeof(p.cursor), "%" PRId64 " %" PRId64, c->start,
	    c->size);
	return checkpoint_put(&a->src->at, step_pages_scope(what, a->key, name), &p, e);
}

int
step_pages_forget(const struct checkpoint_of *at, const char *what, const char *key,
    struct err *e)
{
	char name[512];

	return checkpoint_drop(at, step_pages_scope(what, key, name), e);
}
