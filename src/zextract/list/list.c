#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/api/zephyr.h"
#include "domain/api/zephyr_page.h"
#include "io/http/http.h"
#include "io/json/json.h"

#include "list/list.h"
#include "list/list_state.h"
#include "list/names_ask.h"
#include "list/since.h"
#include "reader.h"
#include "request.h"
#include "source.h"

/* Count the rows of a list that this pass has seen. */
static int
list_count(struct source *src, const struct list_kind *k, int64_t *n, struct err *e)
{
	char *sql = mem_fmt("SELECT count(*) FROM %s WHERE project = ?1 AND %s = ?2%s",
	    k->table, k->seen, k->which);
	int rc = db_one(src->db, n, 0, e, sql, "si", src->st.project, src->st.pass);

	free(sql);
	return rc;
}

/*
 * True when this sweep of n rows saw the same rows as the one before.  If the first
 * sweep kept no keys, it saw the same rows if it saw as many and both together saw no
 * more.
 */
static int
list_same_rows(struct lists *ls, const struct list *l, const struct list_state *s,
    const char *name, int64_t n, struct err *e)
{
	int64_t both;
	int same = s->sweep == 1 ? 0 :
	    store_sweep_same(&ls->src->st, name, s->sweep, e);

	if (same != 0 || s->sweep != 2 || n != s->n)
		return same;
	if (list_count(ls->src, l->kind, &both, e) == -1)
		return -1;
	return both == n;
}

/*
 * End a sweep: prove the list, or begin the next sweep.  total is that of this sweep;
 * s still has those of the sweep before.
 */
static int
list_sweep_end(struct lists *ls, struct list *l, struct list_state *s, int64_t total,
    struct err *e)
{
	char name[64];
	int64_t n;
	int same = 1, again, rc;

	list_scope(l, name);
	rc = s->marks ? store_sweep_count(&ls->src->st, name, s->sweep, &n, e) :
	    list_count(ls->src, l->kind, &n, e);
	/* a list without a total is read twice, even if it has one page, since a broken
	   answer has no rows, too */
	if (rc == 0 && (total < 0 || (s->mode == 'o' && s->marks)))
		same = list_same_rows(ls, l, s, name, n, e);
	if (rc == -1 || same == -1)
		return -1;
	again = n == s->n && total == s->total;
	s->n = n;
	s->total = total;
	if (same && (total < 0 || total == n))
		return list_finish(ls, l, s, "done", e);
	if ((same && again) || s->sweep >= LIST_SWEEPS) {
		if (list_accepted(ls, l) == n)
			return list_finish(ls, l, s, "accepted", e);
		snprintf(s->word, sizeof(s->word), "mismatch");
		return 0;
	}
	s->sweep++;
	s->marks = 1;
	s->at = 0;
	s->phase = 's';
	return store_sweep_drop(&ls->src->st, name, s->sweep - 2, e);
}

static int
list_rows_store(struct request *a, struct zephyr_page *p, struct err *e)
{
	struct list *l = a->list;
	struct buf key = { 0 };
	struct json row;
	char name[64];
	int i, rc = 0;

	list_scope(l, name);
	for (i = 0; i < p->n && rc == 0; i++) {
		buf_reset(&key);
		if (zephyr_row(p, a->path, i, &row, e) == -1) {
			rc = -1;
			break;
		}
		rc = l->kind->row(a->reading->lists, l->kind, &row, &key, e);
		if (rc == 0 && a->after->marks)
			rc = store_sweep_mark(&a->src->st, name, a->after->sweep,
			    buf_str(&key), e);
		if (rc == 0)
			rc = names_report(a->reading->names, a->src, e);
		json_free(&row);
	}
	buf_free(&key);
	return rc;
}

/* Move an offset cursor.  Return 1 when this was the last page. */
static int
list_offset_move(struct list_state *s, const struct zephyr_page *p)
{
	if (p->size > 0 && p->size < s->size)
		s->size = p->size;
	s->at += s->size;
	return zephyr_page_is_last(p, s->at, s->size);
}

static int
list_keyset_move(struct list_state *s, const struct zephyr_page *p)
{
	if (p->next <= s->at)
		return 1;
	s->at = p->next;
	return 0;
}

static int
list_on_refusal(struct request *a, struct err *e)
{
	struct list_state *s = a->after;

	if (a->status >= 500)
		return list_shrink(a, e);
	if (s->mode == 'k' && s->phase == 's' && s->sweep == 1 &&
	    s->at == 0 && (a->status == 400 || a->status == 403 ||
	    a->status == 404 || a->status == 405)) {
		*s = list_fresh('o', s->marks);
		if (list_fact_put(a->src, a->list, "nextgen", "absent", e) == -1)
			return -1;
		return list_save(a->src, a->list, s, e);
	}
	return zephyr_refused(a->path, a->status, &a->body, e);
}

static int
list_sweep_store(struct request *a, struct err *e)
{
	struct list_state *s = a->after;
	struct zephyr_page p;
	int last, rc;

	*s = a->list->st;
	if (a->status != 200)
		return list_on_refusal(a, e);
	if (zephyr_page_long(&p, a->path, &a->body, e) == -1)
		return -1;
	if (zephyr_page_odd(&p, a->path, e) == -1) {
		zephyr_page_free(&p);
		return -1;
	}
	if (s->mode == 'k') {
		last = list_keyset_move(s, &p);
	} else {
		last = list_offset_move(s, &p);
		if (!last)
			s->marks = 1;
	}
	rc = list_rows_store(a, &p, e);
	if (rc == 0 && last && s->mode == 'k')
		s->phase = 't';
	else if (rc == 0 && last)
		rc = list_sweep_end(a->reading->lists, a->list, s, p.total, e);
	zephyr_page_free(&p);
	return rc == -1 ? -1 : list_save(a->src, a->list, s, e);
}

static int
list_total_put(struct request *a, const struct zephyr_page *p, struct err *e)
{
	*a->after = a->list->st;
	if (list_sweep_end(a->reading->lists, a->list, a->after, p->total, e) == -1)
		return -1;
	return list_save(a->src, a->list, a->after, e);
}

static void
list_page_committed(struct request *a)
{
	struct list *l = a->list;

	l->st = *a->after;
	l->asked = 0;
	if (strcmp(l->st.word, "open") != 0)
		log_info(l->kind->name, "%" PRId64 " row%s, list %s", PLURAL(l->st.n), l->st.word);
	else if (l->st.sweep > 1 && l->st.at == 0 && l->st.phase == 's')
		log_info(l->kind->name, "reading %d of the list: %" PRId64 " row%s so far, Zephyr "
		    "announces %" PRId64, l->st.sweep, PLURAL(l->st.n),
		    l->st.total);
}

/* Store an answer by the state of its list: one request of a list is under way at a
   time. */
static int
list_store(struct request *a, struct err *e)
{
	if (since_due(&a->list->st))
		return since_store(a, e);
	return a->list->st.phase == 't' ? request_page(a, list_total_put, e) :
	    list_sweep_store(a, e);
}

static void
list_committed(struct request *a)
{
	if (since_due(&a->list->st))
		since_committed(a);
	else
		list_page_committed(a);
}

static struct request *
list_request(struct reading *reading, struct list *l)
{
	const struct list_state *s = &l->st;
	struct buf b = { 0 };
	struct request *a;
	int due = since_due(s);

	buf_printf(&b, "%s%s?projectKey=", l->kind->path,
	    s->mode == 'k' && s->phase != 't' ? "/nextgen" : "");
	http_escape(&b, reading->src->st.project);
	buf_puts(&b, due ? "" : l->kind->query);
	if (s->phase == 't')
		buf_puts(&b, "&maxResults=1");
	else if (s->phase == 'p')
		buf_puts(&b, "&limit=1");
	else if (s->mode == 'k')
		buf_printf(&b, "&limit=%" PRId64 "&startAtId=%" PRId64,
		    s->size, s->at);
	else
		buf_printf(&b, "&maxResults=%" PRId64 "&startAt=%" PRId64,
		    s->size, s->at);
	if (due)
		since_path_add(reading->src, s, &b);
	a = request_new(reading, &list_reader, buf_take(&b, NULL));
	a->list = l;
	a->after = mem_zalloc(sizeof(*a->after));
	a->accept = s->phase == 't' ? 0 : ZEPHYR_ACCEPT_REPEATED;
	l->asked = 1;
	return a;
}

static int
list_is_open(const struct list *l)
{
	return !l->skip &&
	    (strcmp(l->st.word, "open") == 0 || since_due(&l->st));
}

/* Return how many lists may be requested now.  The others wait for the names of ids,
   even if an earlier run has read them. */
static int
list_reachable(const struct lists *ls)
{
	return ls->src->phase >= PHASE_LISTS ? LIST_COUNT : LIST_FOLDERS + 1;
}

static int
list_next(struct reading *reading, struct request **out, struct err *e)
{
	struct lists *ls = reading->lists;
	int i, to = list_reachable(ls);

	(void)e;
	for (i = 0; i < to && *out == NULL; i++)
		if (!ls->v[i].asked && list_is_open(&ls->v[i]))
			*out = list_request(reading, &ls->v[i]);
	return 0;
}

const struct reader list_reader = { .next = list_next,
    .store = list_store, .committed = list_committed };

int
list_done(const struct list *l)
{
	return !list_is_open(l) && (strcmp(l->st.word, "done") == 0 ||
	    strcmp(l->st.word, "accepted") == 0);
}

int
list_all(const struct lists *ls, int from, int to)
{
	for (; from < to; from++)
		if (!ls->v[from].skip && !list_done(&ls->v[from]))
			return 0;
	return 1;
}

int
list_is_exhausted(const struct lists *ls)
{
	int i, to = list_reachable(ls);

	for (i = 0; i < to; i++)
		if (list_is_open(&ls->v[i]))
			return 0;
	return 1;
}

int
list_proof(const struct lists *ls, struct err *e)
{
	const struct list *l;
	int i;

	for (i = 0; i < LIST_COUNT; i++) {
		l = &ls->v[i];
		if (strcmp(l->st.word, "mismatch") == 0)
			return err_set(e, ZX_PROTO, "%s: read %" PRId64 " row%s but Zephyr "
			    "announces %" PRId64 ", also after reading the list %d times; run the "
			    "same command again, or accept the rows with --accept-total %s=%"
			    PRId64,
			    l->kind->name, PLURAL(l->st.n), l->st.total, l->st.sweep,
			    l->kind->name, l->st.n);
	}
	return 0;
}
