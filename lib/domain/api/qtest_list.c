#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/set.h"
#include "domain/api/qtest_impl.h"
#include "domain/api/qtest_list.h"

/*
 * Listings.  A page that is shorter than requested does not end a listing, since some
 * endpoints send less without saying so.  A page without new ids ends it, since others
 * ignore `page` (qtest-api.md 1.6).
 */
struct listing {
	struct qtest	*qt;
	char		*path;
	enum qtest_paging paging;
	int		(*fn)(void *, const struct json *, struct err *);
	void		(*end)(void *, int, const struct err *);
	void		*arg;
	int64_t		 page, seen;
	struct set	 ids;
};

enum { PAGE_SIZE = 999, PAGES_MAX = 1000000 };

static void	on_page(void *, struct qtest_reply *);

static void
qtest_list_end(struct listing *l, int status, const struct err *e)
{
	l->end(l->arg, status, e);
	free(l->path);
	set_free(&l->ids);
	free(l);
}

static int
qtest_list_next_page(struct listing *l, struct err *e)
{
	const char *join = strchr(l->path, '?') != NULL ? "&" : "?";
	char *path;
	int rc;

	l->page++;
	if (l->paging == QTEST_WHOLE)
		path = mem_dup(l->path);
	else
		path = mem_fmt("%s%spage=%lld&%s=%d", l->path, join, (long long)l->page,
		    l->paging == QTEST_SIZE ? "size" : "pageSize", PAGE_SIZE);
	rc = qtest_send(l->qt, "GET", path, NULL, 0, on_page, l, e);
	free(path);
	return rc;
}

/* Return a hash, which differs for all ids but 0. */
static uint64_t
qtest_list_hash(int64_t id)
{
	uint64_t h = (uint64_t)id * UINT64_C(0x9e3779b97f4a7c15);

	h ^= h >> 32;
	return h != 0 ? h : 1;
}

/* Call fn for the items of a page that are new; return how many have an id, or -1. */
static int
qtest_list_deliver(struct listing *l, const struct json *items, struct err *e)
{
	struct json item;
	int64_t id;
	int i, n = json_len(items, ""), rc = 0, fresh = 0;

	for (i = 0; i < n && rc == 0; i++) {
		item = json_at(items, i);
		id = json_int(&item, "id", INT64_MIN);
		if (id == INT64_MIN || l->paging == QTEST_WHOLE ||
		    set_add(&l->ids, qtest_list_hash(id))) {
			fresh += id != INT64_MIN;
			l->seen++;
			rc = l->fn(l->arg, &item, e);
		}
		json_free(&item);
	}
	return rc == -1 ? -1 : fresh;
}

static void
on_page(void *arg, struct qtest_reply *rp)
{
	struct listing *l = arg;
	struct json items = { 0 };
	struct err e = { 0 };
	int fresh = -1, whole;

	if (rp->end == QTEST_REFUSED) {
		err_set(&e, ZX_PROTO, "GET %s: %s", l->path, rp->why);
		qtest_list_end(l, rp->status, &e);
		return;
	}
	if (rp->end != QTEST_DONE) {
		if (api_failed(&l->qt->api, &e) == 0)
			err_set(&e, ZX_REMOTE, "GET %s: %s", l->path, rp->why);
		qtest_list_end(l, 0, &e);
		return;
	}
	items = json_type(&rp->doc, "") == JSON_ARR ? json_copy(&rp->doc) :
	    json_get(&rp->doc, "items");
	if (json_type(&items, "") != JSON_ARR)
		err_set(&e, ZX_PROTO, "GET %s: neither an array nor an object with items", l->path);
	else
		fresh = qtest_list_deliver(l, &items, &e);
	json_free(&items);
	if (fresh == -1) {
		qtest_list_end(l, 0, &e);
		return;
	}
	whole = rp->total >= 0 && l->seen >= rp->total;
	if (l->paging == QTEST_WHOLE || fresh == 0 || whole || l->page >= PAGES_MAX)
		qtest_list_end(l, rp->status, NULL);
	else if (qtest_list_next_page(l, &e) == -1)
		qtest_list_end(l, 0, &e);
}

int
qtest_list_send(struct qtest *qt, const char *path, enum qtest_paging paging,
    int (*fn)(void *, const struct json *, struct err *),
    void (*end)(void *, int, const struct err *), void *arg, struct err *e)
{
	struct listing *l = mem_zalloc(sizeof(*l));

	l->qt = qt;
	l->path = mem_dup(path);
	l->paging = paging;
	l->fn = fn;
	l->end = end;
	l->arg = arg;
	if (qtest_list_next_page(l, e) == 0)
		return 0;
	free(l->path);
	free(l);
	return -1;
}

/*
 * A caller that waits for an answer or a listing.  It is on the heap because a signal
 * may end the wait before the answer comes; the callback frees it then.
 */
struct wait {
	int		(*fn)(void *, const struct json *, struct err *);
	void		*arg;
	int		 done, left, status;
	struct json	 doc;
	struct err	 e;		/* code 0: none */
};

static void
qtest_list_wait_free(struct wait *w)
{
	json_free(&w->doc);
	free(w);
}

static void
qtest_list_wait_done(struct wait *w)
{
	w->done = 1;
	if (w->left)
		qtest_list_wait_free(w);
}

static int
qtest_list_wait_item(void *arg, const struct json *item, struct err *e)
{
	struct wait *w = arg;

	return w->left ? -1 : w->fn(w->arg, item, e);
}

static void
qtest_list_wait_end(void *arg, int status, const struct err *e)
{
	struct wait *w = arg;

	w->status = status;
	if (e != NULL)
		w->e = *e;
	qtest_list_wait_done(w);
}

static void
qtest_list_wait_get(void *arg, struct qtest_reply *rp)
{
	struct wait *w = arg;

	w->status = rp->status;
	w->doc = json_copy(&rp->doc);
	if (rp->end == QTEST_DOUBT || rp->end == QTEST_UNSENT)
		err_set(&w->e, ZX_REMOTE, "%s", rp->why);
	qtest_list_wait_done(w);
}

/* Wait for w, unless sent says that nothing was sent: 0, and the caller frees w, or -1.
   If the run ends first, the callback frees w. */
static int
qtest_list_wait_for(struct qtest *qt, struct wait *w, int sent, struct err *e)
{
	while (sent == 0 && !w->done)
		if (api_wait(&qt->api, 1000, NULL, 0, e) == -1 && !w->done) {
			w->left = 1;
			return -1;
		}
	if (sent == 0 && w->e.code == 0)
		return 0;
	if (sent == 0 && api_failed(&qt->api, e) == 0 && e != NULL)
		*e = w->e;
	qtest_list_wait_free(w);
	return -1;
}

int
qtest_list(struct qtest *qt, const char *path, enum qtest_paging paging,
    int (*fn)(void *, const struct json *, struct err *), void *arg, struct err *e)
{
	struct wait *w = mem_zalloc(sizeof(*w));

	w->fn = fn;
	w->arg = arg;
	if (qtest_list_wait_for(qt, w, qtest_list_send(qt, path, paging, qtest_list_wait_item,
	    qtest_list_wait_end, w, e), e) == -1)
		return -1;
	qtest_list_wait_free(w);
	return 0;
}

int
qtest_get(struct qtest *qt, const char *path, struct json *out, int *status, struct err *e)
{
	struct wait *w = mem_zalloc(sizeof(*w));

	memset(out, 0, sizeof(*out));
	if (qtest_list_wait_for(qt, w, qtest_send(qt, "GET", path, NULL, 0,
	    qtest_list_wait_get, w, e), e) == -1)
		return -1;
	*status = w->status;
	*out = json_copy(&w->doc);
	qtest_list_wait_free(w);
	return 0;
}
