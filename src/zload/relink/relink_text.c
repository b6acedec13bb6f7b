#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/api/qtest_page.h"
#include "domain/html.h"
#include "domain/ledger/target.h"
#include "domain/text/body_text.h"
#include "domain/text/mention.h"
#include "session.h"
#include "files/file_inline.h"
#include "relink/relink_target.h"
#include "relink/relink_text.h"
#include "work/task.h"
#include "work/work.h"

/* The addresses for the mentions in the texts of a task. */
struct relink_links {
	struct task	*task;
	struct json	 address;	/* key: address as HTML has it */
};

int
relink_address(const struct task *t, const char *kind, long long id, struct buf *out)
{
	struct buf b = { 0 };
	int rc = qtest_page(&b, t->session->pages, kind, id);

	html_escape(out, buf_str(&b));
	buf_free(&b);
	return rc;
}

/* Append a mention as a link. */
static void
relink_text_link(struct buf *out, const char *html, const struct mention *m, const char *to)
{
	char quote = m->at > 0 ? html[m->at - 1] : '"';

	if (m->form == MENTION_HREF) {
		buf_printf(out, "%s%c title=%c", to, quote, quote);
		buf_add(out, html + m->at, m->len);
		return;
	}
	buf_printf(out, "<a href=%c%s%c>", '"', to, '"');
	buf_add(out, html + m->at, m->len);
	buf_puts(out, "</a>");
}

/* Link the mentions of a text (body_text_change). */
static int
relink_text_put(void *arg, const char *html, size_t len, struct buf *out)
{
	struct relink_links *l = arg;
	struct mention_scan scan = { .html = html, .len = len,
	    .project = l->task->session->ledger.project };
	struct mention m;
	struct json to;
	size_t from = 0;

	while (mention_next(&scan, &m)) {
		to = json_member(&l->address, m.key);
		if (to.set) {
			buf_add(out, html + from, m.at - from);
			relink_text_link(out, html, &m, json_str(&to, ""));
			from = m.at + m.len;
		}
		json_free(&to);
	}
	if (from > 0)
		buf_add(out, html + from, len - from);
	return from > 0;
}

/* True if a property with ids is a rich text. */
static int
relink_text_is_rich(void *arg, const struct json *property)
{
	const struct relink_links *l = arg;
	const struct task *t = l->task;
	const struct field *f = t->kind->artifact == NULL ? NULL : fields_by_id(t->session->fields,
	    t->kind->artifact, json_int(property, "field_id", 0));

	return f != NULL && f->type == FIELD_RICH;
}

/* Link the mentions in the body of a task.  Return 1 if it changed. */
static int
relink_text_body(struct relink_links *l)
{
	struct task *t = l->task;
	struct body_texts how = { relink_text_put, relink_text_is_rich, l };
	struct json out;

	if (!body_texts(&t->body, &how, &out))
		return 0;
	json_free(&t->body);
	t->body = out;
	task_text_update(t);
	return 1;
}

/* Find the addresses of the objects that the row of a relink names and that are known.  0, -1. */
static int
relink_text_find(struct relink_links *l, const struct target *row, struct err *e)
{
	struct json doc = { 0 }, keys, one = { 0 };
	struct relink_target to;
	struct buf b = { 0 };
	int i = 0, rc = json_parse(&doc, row->body, strlen(row->body), NULL, e);

	keys = json_get(&doc, "body.keys");
	while (rc != -1 && json_each(&keys, &i, &one)) {
		rc = relink_target(l->task, json_str(&one, ""), &to, e);
		buf_reset(&b);
		if (rc == RELINK_KNOWN && relink_address(l->task, to.kind, to.id, &b) &&
		    (to.id != l->task->e.id || strcmp(to.kind, l->task->e.kind) != 0))
			json_set_str(&l->address, json_str(&one, ""), buf_str(&b));
		free(to.ekey);
	}
	buf_free(&b);
	json_free(&one);
	json_free(&keys);
	json_free(&doc);
	return rc == -1 ? -1 : 0;
}

/* Check if the texts of a task may mention objects that can be linked in this request: in that
   of a new object, executions are not. */
static int
relink_text_may_link(const struct task *t)
{
	char *own = mem_fmt("%s %s", t->e.ekey, t->e.lane != NULL ? t->e.lane : "");
	int may = mention_may_occur(buf_str(&t->text), t->session->ledger.project,
	    t->e.id != 0 ? "TRPE" : "TRP", own);

	free(own);
	return may;
}

int
relink_put(struct task *t, struct err *e)
{
	struct relink_links l = { .task = t };
	struct target row;
	char *key;
	int rc;

	if (task_is_sought(t) || !relink_text_may_link(t))
		return 0;
	key = mem_fmt("%s/%s", t->e.kind, t->e.ekey);
	rc = target_get(t->session->db, t->session->ledger.project, t->e.map, "relink", key, &row,
	    e);
	free(key);
	if (rc != 1)
		return rc;
	l.address = json_object();
	rc = relink_text_find(&l, &row, e);
	if (rc == 0)
		(void)relink_text_body(&l);
	json_free(&l.address);
	target_free(&row);
	return rc;
}

/* Note the addresses of the links to pages of qTest in a text (body_text_change); the text
   stays.  The key is the text of the link, or its title if it had another address. */
static int
relink_text_collect(void *arg, const char *html, size_t len, struct buf *out)
{
	static const char quotes[] = "\"'";
	struct relink_links *l = arg;
	const char *pages = l->task->session->pages, *p = html, *end;
	struct mention_scan scan;
	struct mention m;
	struct buf text = { 0 };
	char *to;

	(void)len, (void)out;
	for (; (p = strstr(p, pages)) != NULL; p = end) {
		end = p + strcspn(p, quotes);
		to = mem_dupn(p, (size_t)(end - p));
		buf_reset(&text);
		if (strncmp(end + (*end != '\0'), " title=", 7) == 0 && end[8] == end[0])
			buf_add(&text, end + 9, strcspn(end + 9, quotes));
		else if (strcspn(end, ">") < strcspn(end, "<"))
			buf_add(&text, strchr(end, '>') + 1, strcspn(strchr(end, '>') + 1, "<"));
		scan = (struct mention_scan){ .html = buf_str(&text), .len = text.len,
		    .project = l->task->session->ledger.project };
		if (mention_next(&scan, &m))
			json_set_str(&l->address, m.key, to);
		free(to);
	}
	buf_free(&text);
	return 0;
}

int
relink_adopt(struct task *t, const struct json *found)
{
	struct relink_links l = { .task = t };
	struct body_texts how = { relink_text_collect, relink_text_is_rich, &l };
	struct json none;
	int changed;

	if (!relink_text_may_link(t))
		return 0;
	l.address = json_object();
	(void)body_texts(found, &how, &none);
	changed = json_len(&l.address, "") > 0 && relink_text_body(&l);
	json_free(&l.address);
	return changed;
}

/* True if the object of a task is written again for the links in its text alone. */
static int
relink_text_is_due(const struct task *t)
{
	return t->e.hash != NULL && strcmp(t->e.hash, LEDGER_RELINK) == 0;
}

void
relink_keep_version(struct task *t)
{
	int64_t id = json_int(&t->doc, "test_case_version_id", 0);

	if (t->e.type != KIND_RUN || !relink_text_is_due(t) || id == 0)
		return;
	json_set_int(&t->body, "test_case_version_id", id);
	task_text_update(t);
}

void
relink_omit_steps(struct task *t, const struct json *confirmed)
{
	struct json was = json_copy(confirmed), a, b, request;

	if (t->e.type == KIND_CASE && relink_text_is_due(t) && was.set) {
		file_inline_strip(&was);
		a = json_member(&was, "test_steps");
		b = json_member(&t->body, "test_steps");
		if (json_equal(&a, &b)) {
			request = json_copy(&t->body);
			json_del(&request, "test_steps");
			buf_reset(&t->request);
			json_dump(&request, &t->request);
			json_free(&request);
		}
		json_free(&a);
		json_free(&b);
	}
	json_free(&was);
}
