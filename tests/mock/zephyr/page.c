#include <string.h>

#include "base/time.h"
#include "io/json/json_out.h"

#include "zephyr/zephyr.h"

enum { MAX_PAGE = 1000, DEFAULT_PAGE = 10 };

struct kind {
	int64_t	(*id)(const struct zephyr *, int64_t pos);
	void	(*row)(const struct zephyr *, int64_t pos, struct buf *);
};

static const struct kind kinds[ZK_COUNT] = {
	[ZK_CASE] = { zcase_id, zcase_row },
	[ZK_CYCLE] = { zcycle_id, zcycle_row },
	[ZK_PLAN] = { zplan_id, zplan_row },
	[ZK_EXEC] = { zexec_id, zexec_row },
};

/* Return the first position whose id is not below the given one. */
static int64_t
page_lower(const struct zephyr *z, enum zkind k, int64_t id)
{
	int64_t lo = 0, hi = z->n[k], mid;

	while (lo < hi) {
		mid = lo + (hi - lo) / 2;
		if (kinds[k].id(z, mid) < id)
			lo = mid + 1;
		else
			hi = mid;
	}
	return lo;
}

int64_t
zpage_find(const struct zephyr *z, enum zkind k, int64_t id)
{
	int64_t pos = page_lower(z, k, id);

	return pos < z->n[k] && kinds[k].id(z, pos) == id &&
	    !z_gone(z, k, pos) ? pos : -1;
}

/* Return the position of the rank-th row, not counting deleted ones, in the order of
   offset lists. */
static int64_t
page_live_at(const struct zephyr *z, enum zkind k, int64_t rank)
{
	int64_t i, pos;

	if (rank < z->front[k])
		return z->n[k] - 1 - rank;
	pos = rank - z->front[k];
	for (i = 0; i < z->ngone[k]; i++)
		if (z->gone[k][i] <= pos)
			pos++;
	return pos;
}

static int
page_bad_number(struct reply *rp, const char *name)
{
	reply_zephyr(rp, 400, "%s: must be a number within its bounds", name);
	return -1;
}

static int
page_args(const struct zephyr *z, const struct request *rq, int64_t cap,
    int64_t *start, int64_t *size, struct reply *rp)
{
	int64_t max = z->set->page_cap > 0 ? z->set->page_cap : MAX_PAGE;

	if (cap > 0 && cap < max)
		max = cap;
	if (request_num(rq, "startAt", 0, start) == -1 || *start < 0 ||
	    *start > 1000000)
		return page_bad_number(rp, "startAt");
	if (request_num(rq, "maxResults", DEFAULT_PAGE, size) == -1 ||
	    *size < 1)
		return page_bad_number(rp, "maxResults");
	if (*size > max)
		*size = max;
	/* startAt "should be a multiple of maxResults": round another one down. */
	*start -= *start % *size;
	return 0;
}

/* Close "values", or remove it: it may be absent if there is no row (zephyr-api.md
   2.1, 8). */
static void
page_values_close(const struct zephyr *z, struct buf *b)
{
	static const char empty[] = "\"values\":[";
	size_t len = sizeof(empty) - 1;

	if ((z->sparse & ZA_VALUES) && b->len >= len &&
	    memcmp(b->s + b->len - len, empty, len) == 0)
		buf_cut(b, b->len - len);
	else
		json_out_close(b, ']');
}

static void
page_tail(const struct zephyr *z, const struct request *rq, int64_t start,
    int64_t size, int64_t total, struct buf *b)
{
	int last = start + size >= total;

	page_values_close(z, b);
	json_out_int(b, "startAt", start);
	json_out_int(b, "maxResults", size);
	if (!(z->sparse & ZA_TOTAL))
		json_out_int(b, "total", total);
	if (!(z->sparse & ZA_LAST))
		json_out_bool(b, "isLast", last);
	if (z->sparse & ZA_NEXT)
		;
	else if (last)
		json_out_null(b, "next");
	else
		json_out_fmt(b, "next", "%s%s?startAt=%ld&maxResults=%ld", z->base,
		    rq->path + 3, (long)(start + size), (long)size);
	json_out_close(b, '}');
}

void
zpage_rows(const struct zephyr *z, int64_t n, int64_t cap,
    void (*row)(const struct zephyr *, const void *, int64_t, struct buf *),
    const void *arg, const struct request *rq, struct reply *rp)
{
	int64_t start, size, i;

	if (page_args(z, rq, cap, &start, &size, rp) == -1)
		return;
	json_out_open(&rp->body, NULL, '{');
	json_out_open(&rp->body, "values", '[');
	for (i = start; i < n && i < start + size; i++)
		row(z, arg, i, &rp->body);
	page_tail(z, rq, start, size, n, &rp->body);
}

static int64_t
page_filtered(const struct zephyr *z, const struct zlist *l, int64_t start,
    int64_t size, struct buf *b)
{
	int64_t rank, pos, n = 0, live;

	live = z->n[l->kind] - z->ngone[l->kind];
	for (rank = 0; rank < live; rank++) {
		pos = page_live_at(z, l->kind, rank);
		if (!l->fits(z, pos, l->filter))
			continue;
		if (n >= start && n < start + size)
			kinds[l->kind].row(z, pos, b);
		n++;
	}
	return n;
}

static void
page_offset(const struct zephyr *z, const struct zlist *l,
    const struct request *rq, struct reply *rp)
{
	int64_t start, size, total, i;
	int which = z_project(z, rq, rp);

	if (which == 0 || page_args(z, rq, 0, &start, &size, rp) == -1)
		return;
	json_out_open(&rp->body, NULL, '{');
	json_out_open(&rp->body, "values", '[');
	total = which == 2 ? 0 : z->n[l->kind] - z->ngone[l->kind];
	if (l->fits != NULL && which == 1)
		total = page_filtered(z, l, start, size, &rp->body);
	else
		for (i = start; i < total && i < start + size; i++)
			kinds[l->kind].row(z, page_live_at(z, l->kind, i),
			    &rp->body);
	page_tail(z, rq, start, size, total, &rp->body);
}

/* Return the word of --updated-after for this list: "", "ignored" or "refused". */
static const char *
page_updated_mode(const struct zephyr *z, enum zkind k)
{
	size_t len = strlen(zkind_names[k]);
	const char *s;
	int i;

	for (i = 0; i < z->set->updated.n; i++) {
		s = z->set->updated.v[i];
		if (strncmp(s, zkind_names[k], len) == 0 && s[len] == '=')
			return s + len + 1;
	}
	return "";
}

static int
page_keyset_args(const struct zephyr *z, enum zkind k, const struct request *rq,
    int64_t *from, int64_t *limit, int64_t *after, struct reply *rp)
{
	int64_t max = z->set->page_cap > 0 ? z->set->page_cap : MAX_PAGE;
	const char *s = request_arg(rq, "updatedAfter");

	*after = -1;
	if (s != NULL && strcmp(page_updated_mode(z, k), "refused") == 0) {
		reply_zephyr(rp, 400, "updatedAfter: no such parameter");
		return -1;
	}
	if (strcmp(page_updated_mode(z, k), "ignored") == 0)
		s = NULL;
	if (request_num(rq, "startAtId", 0, from) == -1 || *from < 0)
		return page_bad_number(rp, "startAtId");
	/* limit out of bounds is an error, maxResults is lowered (zephyr-api.md 2.2, 8). */
	if (request_num(rq, "limit", DEFAULT_PAGE, limit) == -1 ||
	    *limit < 1 || *limit > MAX_PAGE)
		return page_bad_number(rp, "limit");
	if (*limit > max)
		*limit = max;
	if (s != NULL && time_parse(s, after) == -1) {
		reply_zephyr(rp, 400, "updatedAfter: no date-time");
		return -1;
	}
	return 0;
}

static void
page_keyset_tail(const struct zephyr *z, const struct request *rq, int64_t next,
    int64_t limit, int empty, struct buf *b)
{
	page_values_close(z, b);
	json_out_int(b, "limit", limit);
	if (empty)		/* a cursor with which a reader never ends (2.2) */
		json_out_int(b, "nextStartAtId", 0);
	else if (next < 0)
		json_out_null(b, "nextStartAtId");
	else
		json_out_int(b, "nextStartAtId", next);
	if (z->sparse & ZA_NEXT)
		;
	else if (empty || next < 0)
		json_out_null(b, "next");
	else
		json_out_fmt(b, "next", "%s%s?startAtId=%ld&limit=%ld", z->base,
		    rq->path + 3, (long)next, (long)limit);
	json_out_close(b, '}');
}

static void
page_keyset(const struct zephyr *z, const struct zlist *l,
    const struct request *rq, struct reply *rp)
{
	int64_t from, limit, after, pos, n = 0, next = -1;
	int which = z_project(z, rq, rp);
	enum zkind k = l->kind;

	if (which == 0 || page_keyset_args(z, k, rq, &from, &limit, &after, rp) == -1)
		return;
	json_out_open(&rp->body, NULL, '{');
	json_out_open(&rp->body, "values", '[');
	for (pos = page_lower(z, k, from); which == 1 && pos < z->n[k]; pos++) {
		if (z_gone(z, k, pos) ||
		    (after >= 0 && z_updated(z, k, pos) <= after) ||
		    (l->fits != NULL && !l->fits(z, pos, l->filter)))
			continue;
		if (n == limit) {
			next = kinds[k].id(z, pos);
			break;
		}
		kinds[k].row(z, pos, &rp->body);
		n++;
	}
	page_keyset_tail(z, rq, next, limit, n == 0, &rp->body);
}

void
zpage_list(const struct zephyr *z, const struct zlist *l, const struct request *rq,
    struct reply *rp)
{
	if (rq->nseg == 2)
		page_offset(z, l, rq, rp);
	else if (z->set->no_nextgen)
		reply_zephyr(rp, 404, "Not Found");
	else
		page_keyset(z, l, rq, rp);
}
