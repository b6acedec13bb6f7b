#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/api/qtest_page.h"
#include "domain/html.h"
#include "domain/html_image.h"
#include "domain/ledger/image_file.h"
#include "domain/ledger/target.h"
#include "domain/text/body_text.h"
#include "domain/text/mention.h"
#include "session.h"
#include "files/file_inline.h"
#include "relink/relink_links.h"
#include "relink/relink_target.h"
#include "relink/relink_text.h"
#include "work/task.h"
#include "work/work.h"

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

/* Link the mentions of a text.  Return 1 if it changed. */
static int
relink_text_mentions(const struct relink_links *l, const char *html, size_t len, struct buf *out)
{
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

/* Change a text (body_text_change). */
static int
relink_text_put(void *arg, const char *html, size_t len, struct buf *out)
{
	struct buf b = { 0 };
	const struct relink_links *l = arg;
	int changed = image_file_put(&l->address, html, len, &b);

	if (changed && !relink_text_mentions(arg, buf_str(&b), b.len, out))
		buf_add(out, buf_str(&b), b.len);
	else if (!changed)
		changed = relink_text_mentions(arg, html, len, out);
	buf_free(&b);
	return changed;
}

int
relink_links_is_rich(void *arg, const struct json *property)
{
	const struct relink_links *l = arg;
	const struct task *t = l->task;
	const struct field *f = t->kind->artifact == NULL ? NULL : fields_by_id(t->session->fields,
	    t->kind->artifact, json_int(property, "field_id", 0));

	return f != NULL && f->type == FIELD_RICH;
}

int
relink_links_put(struct relink_links *l)
{
	struct task *t = l->task;
	struct body_texts how = { relink_text_put, relink_links_is_rich, l };
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
	if (rc != -1)
		rc = image_files_read(&l->task->session->ledger, l->task->e.map,
		    l->task->session->pages, row->body, &l->address, e);
	buf_free(&b);
	json_free(&one);
	json_free(&keys);
	json_free(&doc);
	return rc == -1 ? -1 : 0;
}

int
relink_links_has_images(const struct task *t)
{
	return strstr(buf_str(&t->text), "<img") != NULL ||
	    strstr(buf_str(&t->text), "<IMG") != NULL;
}

int
relink_links_may_occur(const struct task *t)
{
	char *own = mem_fmt("%s %s", t->e.ekey, t->e.lane != NULL ? t->e.lane : "");
	int may = mention_may_occur(buf_str(&t->text), t->session->ledger.project,
	    t->e.id != 0 ? "TRPE" : "TRP", own);

	free(own);
	/* the file of an image follows its object */
	return may || (t->e.id != 0 && relink_links_has_images(t));
}

int
relink_links_row(const struct task *t, struct target *row, struct err *e)
{
	char *key = mem_fmt("%s/%s", t->e.kind, t->e.ekey);
	int rc = target_get(t->session->db, t->session->ledger.project, t->e.map, "relink", key,
	    row, e);

	free(key);
	return rc;
}

int
relink_put(struct task *t, struct err *e)
{
	struct relink_links l = { .task = t };
	struct target row;
	int rc;

	if (task_is_sought(t) || t->links == LINKS_REFUSED || !relink_links_may_occur(t))
		return 0;
	if ((rc = relink_links_row(t, &row, e)) != 1)
		return rc;
	l.address = json_object();
	rc = relink_text_find(&l, &row, e);
	if (rc == 0 && relink_links_put(&l))
		t->links = LINKS_SENT;
	json_free(&l.address);
	target_free(&row);
	return rc;
}

int
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
relink_text_recall(struct task *t, const struct json *confirmed)
{
	const char *part = t->e.type == KIND_CASE ? "test_steps" : "test_case_version_id";
	struct json was, a, b;

	if (t->verb != VERB_UPDATE || (t->e.type != KIND_CASE && t->e.type != KIND_RUN) ||
	    !confirmed->set)
		return;
	was = json_copy(confirmed);
	file_inline_strip(&was);
	a = json_member(&was, part);
	b = json_member(&t->body, part);
	if (b.set && json_equal(&a, &b)) {
		free(t->e.hash);
		t->e.hash = mem_dup(LEDGER_RELINK);
	}
	json_free(&a);
	json_free(&b);
	json_free(&was);
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
