#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "domain/api/zephyr.h"

#include "extract.h"
#include "read/step_pages.h"
#include "request.h"

static const char *
step_pages_scope(const char *what, const char *key, char out[512])
{
	snprintf(out, 512, "%s:%s", what, key);
	return out;
}

int
step_pages_left(struct extract *x, const char *what, const char *key,
    struct steps_cursor *c, struct err *e)
{
	struct checkpoint p;
	char name[512];
	int rc;

	*c = (struct steps_cursor){ 0, STEPS_PAGE };
	rc = checkpoint_get(&x->at, step_pages_scope(what, key, name), &p, e);
	if (rc == 1 && sscanf(p.cursor, "%" SCNd64 " %" SCNd64, &c->start,
	    &c->size) != 2) {
		*c = (struct steps_cursor){ 0, STEPS_PAGE };
		rc = 0;
	}
	return rc;
}

char *
step_pages_path(struct buf *base, const struct steps_cursor *c)
{
	buf_printf(base, "?maxResults=%" PRId64 "&startAt=%" PRId64, c->size,
	    c->start);
	return buf_take(base, NULL);
}

int
step_pages_move(struct request *a, const struct zephyr_page *p, int64_t n0,
    struct steps_cursor *c, int *again, struct err *e)
{
	int64_t n = n0 + p->n;
	int last;

	*again = 0;
	if (p->size > 0 && p->size < c->size)
		c->size = p->size;
	if (zephyr_page_odd(p, a->path, e) == -1)
		return -1;
	if (p->last != -1)
		last = p->last || p->n == 0;
	else
		last = p->total >= 0 ? n >= p->total || p->n == 0 :
		    p->n < c->size;
	if (!last && p->n != c->size) {
		/* Its pages are as long as the first one came. */
		if (c->start > 0)
			return err_set(e, ZX_PROTO, "Zephyr sent %d rows on a page of %" PRId64 " "
			    "that is not the last page, at %s", p->n, c->size, a->path);
		c->size = p->n;
	}
	c->start += c->size;
	if (!last || p->total < 0 || p->total == n)
		return last;
	if (a->tries + 1 >= STEPS_TRIES)
		return err_set(e, ZX_PROTO, "read %" PRId64 " rows where Zephyr announces %" PRId64
		    ", three times, at %s", n, p->total,
		    a->path);
	*again = 1;
	return 1;
}

int
step_pages_save(struct extract *x, const char *what, const char *key,
    const struct steps_cursor *c, struct err *e)
{
	struct checkpoint p = { .total = -1, .state = "open" };
	char name[512];

	snprintf(p.cursor, sizeof(p.cursor), "%" PRId64 " %" PRId64, c->start,
	    c->size);
	return checkpoint_put(&x->at, step_pages_scope(what, key, name), &p, e);
}

int
step_pages_forget(struct extract *x, const char *what, const char *key,
    struct err *e)
{
	char name[512];

	return checkpoint_drop(&x->at, step_pages_scope(what, key, name), e);
}
