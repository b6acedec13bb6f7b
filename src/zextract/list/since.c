#include <string.h>

#include "base/log.h"
#include "domain/api/zephyr.h"
#include "domain/store/store_case.h"
#include "domain/store/store_run.h"
#include "domain/stream/stream.h"
#include "io/http/http.h"
#include "io/json/json.h"

#include "list/list.h"
#include "list/list_state.h"
#include "list/row.h"
#include "list/since.h"
#include "reader.h"
#include "request.h"

int
since_due(const struct list_state *s)
{
	return s->phase == 'p' || s->phase == 'u';
}

/* Store for all passes whether the server knows updatedAfter: known, ignored or
   refused. */
static int
since_save(struct request *a, const char *word, struct err *e)
{
	a->knows = strcmp(word, "known") == 0;
	return list_fact_put(a->src, a->list, "updated", word, e);
}

static int
since_is_refusal(int status)
{
	return status >= 400 && status < 500;
}

/* Store the answer to the probe.  After a server error the next pass probes again. */
static int
since_probe_store(struct request *a, struct err *e)
{
	struct list l = *a->list;
	struct zephyr_page p;
	int rc = 0;

	*a->after = l.st;
	a->after->phase = 't';
	a->knows = -1;
	if (since_is_refusal(a->status)) {
		rc = since_save(a, "refused", e);
	} else if (a->status == 200) {
		if (zephyr_page(&p, a->path, &a->body, e) == -1)
			return -1;
		rc = since_save(a, p.n == 0 ? "known" : "ignored", e);
		zephyr_page_free(&p);
	}
	l.knows = a->knows;
	if (l.knows == 1)
		list_begin_since(a->src, &l, a->after);
	return rc == -1 ? -1 : list_save(a->src, a->list, a->after, e);
}

/* Have the script, results, files and old versions of a row read again, unless this
   pass has read them. */
static int
since_mark_unread(struct request *a, const struct json *row, struct err *e)
{
	struct store *st = &a->src->st;
	enum stream s = (enum stream)a->list->kind->stream;
	struct buf key = { 0 };
	int64_t id = json_int(row, "id", 0);
	int runs = s == STREAM_EXECUTIONS;
	int rc = row_need(row, a->list->kind->name, runs ? "id" : "key",
	    runs ? JSON_NUM : JSON_STR, e);

	if (runs)
		buf_int(&key, id);
	else if (rc == 0)
		buf_puts(&key, json_str(row, "key"));
	if (rc == 0 && runs)
		rc = store_execution_reread(st, id, e);
	else if (rc == 0 && s == STREAM_CASES)
		rc = store_case_reread(st, buf_str(&key), e);
	if (rc == 0)
		rc = a->reading->lists->reread_rest(a->src, s, buf_str(&key), e);
	buf_free(&key);
	return rc;
}

static int
since_updated_store(struct request *a, struct err *e)
{
	struct list_state *s = a->after;
	struct zephyr_page p;
	struct json row;
	int i, rc = 0;

	*s = a->list->st;
	a->knows = 1;
	a->rows = 0;
	if (a->status >= 500)
		return list_shrink(a, e);
	if (since_is_refusal(a->status)) {
		s->phase = 't';
		return since_save(a, "refused", e) == -1 ? -1 :
		    list_save(a->src, a->list, s, e);
	}
	if (zephyr_page(&p, a->path, &a->body, e) == -1)
		return -1;
	for (i = 0; i < p.n && rc == 0; i++) {
		row = json_at(&p.rows, i);
		rc = since_mark_unread(a, &row, e);
		json_free(&row);
	}
	a->rows = p.n;
	if (p.next > s->at)
		s->at = p.next;
	else
		s->phase = 't';
	zephyr_page_free(&p);
	return rc == -1 ? -1 : list_save(a->src, a->list, s, e);
}

void
since_committed(struct request *a)
{
	struct list *l = a->list;

	if (l->knows != 0 && a->knows == 0)
		log_info(l->kind->name, "Zephyr ignores updatedAfter here; use --deep to find "
		    "changes that the list does not show");
	if (a->rows > 0)
		log_info(l->kind->name, "%d row%s updated since %s", PLURAL(a->rows),
		    a->src->pass.since);
	l->knows = a->knows;
	l->st = *a->after;
	l->asked = 0;
}

int
since_store(struct request *a, struct err *e)
{
	return a->list->st.phase == 'p' ? since_probe_store(a, e) :
	    since_updated_store(a, e);
}

void
since_path_add(const struct source *src, const struct list_state *s, struct buf *b)
{
	buf_puts(b, "&updatedAfter=");
	http_escape(b, s->phase == 'p' ? "2999-01-01T00:00:00Z" : src->pass.since);
}
