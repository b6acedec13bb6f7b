#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session.h"
#include "conflict/edit_view.h"
#include "files/file_inline.h"
#include "plan/plan_lines.h"
#include "relink/relink_text.h"
#include "send/result.h"
#include "steps/step_update.h"
#include "work/empty.h"
#include "work/kind.h"
#include "domain/same.h"
#include "work/task.h"
#include "work/update.h"

/* An update is one GET, then a PUT unless the object was edited since zload wrote it. */

static void
on_object(void *arg, struct qtest_reply *rp)
{
	struct task *t = arg;

	t->status = rp->status;
	if (rp->end == QTEST_DONE && json_type(&rp->doc, "") == JSON_OBJ) {
		json_free(&t->doc);
		t->doc = json_copy(&rp->doc);
		t->state = TASK_READ;
	} else if (rp->end == QTEST_UNSENT)
		task_end(t, OUT_UNDO, "not requested");
	else if (rp->status == 404)
		task_deleted(t);
	else
		task_end(t, OUT_FAILED, "%s", rp->why[0] != '\0' ? rp->why :
		    "qTest answered without an object");
}

int
update_ask(struct task *t, struct err *e)
{
	char *path;
	int rc;

	free(t->path);
	t->path = kind_object(t->kind, t->parent, t->e.id);
	path = kind_whole(t->kind, t->path);
	t->state = TASK_READING;
	rc = qtest_send(t->session->qtest, "GET", path, NULL, 0, on_object, t, e);
	free(path);
	return rc;
}

/* True if the object in .doc was edited since zload wrote it with the confirmed body.  A changed
   date alone is no proof: creating a log changes the date of its run, and a move precedes the
   content. */
static int
update_edited(const struct task *t, const struct json *confirmed)
{
	const char *now = json_str(&t->doc, "last_modified_date");

	return now != NULL && t->e.modified != NULL && strcmp(now, t->e.modified) != 0 &&
	    (!confirmed->set || !same_content(confirmed, &t->doc));
}

int64_t
update_parent(const struct json *doc)
{
	return json_int(doc, "parentId", json_int(doc, "parent_id", -1));
}

/* Check if an object, whose parent has the id from, must move.  Some sites name a parent of
   their root objects, which zload did not create; an object moves to the root only from a
   parent that zload created.  1, 0, -1. */
static int
update_needs_move(struct task *t, int64_t from, struct err *e)
{
	enum kind_place place = t->kind->place;

	if (t->parent > 0)
		return t->move_path != NULL && strchr(t->move_path, '?') != NULL && from >= 0 &&
		    from != t->parent;
	if (t->parent < 0 || from <= 0 || (place != PLACE_PARENT && place != PLACE_TYPED))
		return 0;
	return ledger_key(&t->session->ledger, place == PLACE_PARENT ? "module" : "cycle",
	    from, NULL, e);
}

/* Let a task write its update, after a move to its parent if is_move is set. */
static void
update_write(struct task *t, int is_move)
{
	const char *query = t->move_path != NULL ? strchr(t->move_path, '?') : NULL;
	char *path = t->path;

	if (is_move)
		t->path = mem_fmt("%s%s", path, query != NULL ? query : "?parentId=0");
	free(t->move_path);
	t->move_path = is_move ? path : NULL;
	t->method = "PUT";
	t->verb = VERB_UPDATE;
	t->state = TASK_WRITE;
}

/* True if the body of a task is the confirmed one, whose text is given, except for files. */
static int
update_is_alike(const struct task *t, const char *text, const struct json *confirmed)
{
	struct json body;
	struct buf b = { 0 };
	int is_alike;

	if (text == NULL || strstr(text, "\"attachments\"") == NULL)
		return text != NULL && strcmp(text, buf_str(&t->text)) == 0;
	body = json_copy(confirmed);
	file_inline_strip(&body);
	json_dump(&body, &b);
	is_alike = strcmp(buf_str(&b), buf_str(&t->text)) == 0;
	json_free(&body);
	buf_free(&b);
	return is_alike;
}

/* Compare the object in .doc with the body, and let the task write the body or end.  text is the
   confirmed body (NULL: none), which confirmed holds; is_lost: a later body was sent that has not
   arrived, or never did.  0, -1. */
static int
update_compare(struct task *t, const char *text, const struct json *confirmed, int is_lost,
    struct err *e)
{
	int move, is_alike, is_known;

	if (t->kind->place == PLACE_RUN) {
		if (step_logs_update(t, e) == -1)
			return -1;
		task_text_update(t);
	}
	if (t->origin == ORIGIN_LOOKUP)
		relink_adopt(t, &t->doc);
	relink_keep_version(t);
	is_alike = update_is_alike(t, text, confirmed);
	empty_unwanted(t, confirmed);
	if ((move = update_needs_move(t, update_parent(&t->doc), e)) == -1)
		return -1;
	/* Equal words do not prove equal markup: send the body if it is known to differ. */
	is_known = is_lost || (t->e.hash != NULL && *t->e.hash != '\0');
	if (!move && (is_alike || !is_known) && same_content(&t->body, &t->doc))
		result_done(t, OUT_SAME);
	else if (t->origin == ORIGIN_LOOKUP && t->e.deleted_at == 0 &&
	    !t->session->options->overwrite)
		result_done_differing(t);
	else
		update_write(t, move);
	return 0;
}

/* End a task whose object was edited since zload wrote it with the confirmed body. */
static void
update_keep(struct task *t, const struct json *confirmed)
{
	struct buf view = { 0 };

	if (!t->session->planning)
		edit_view(t, confirmed, &view);
	task_end(t, OUT_KEPT, "edited in qTest since it was loaded (%s)%s%s",
	    json_str(&t->doc, "last_modified_date"), view.len > 0 ? ": " : "", buf_str(&view));
	buf_free(&view);
}

/* Check if an edit of the object in qTest is overwritten: by the option, or by a line of the
   plan that is applied.  1, 0, -1. */
static int
update_overwrites(const struct task *t, struct err *e)
{
	const struct session *s = t->session;

	if (s->options->overwrite || s->planning)
		return s->options->overwrite;
	return plan_lines_chose(s, t->e.kind, t->e.ekey, "overwrite", e);
}

int
update_decide(struct task *t, struct err *e)
{
	struct json confirmed = { 0 };
	char *text;
	int is_lost, is_edited, overwrites = update_overwrites(t, e), rc = 0;

	if (overwrites == -1 || ledger_confirmed_body(&t->session->ledger, t->e.kind, t->e.ekey,
	    &text, &is_lost, e) == -1)
		return -1;
	if (text != NULL)
		(void)json_parse(&confirmed, text, strlen(text), NULL, NULL);
	is_edited = update_edited(t, &confirmed);
	if (!overwrites && is_edited)
		update_keep(t, &confirmed);
	else
		rc = update_compare(t, text, &confirmed, is_lost, e);
	if (t->state == TASK_WRITE && !is_edited)
		relink_omit_steps(t, &confirmed);
	json_free(&confirmed);
	free(text);
	return rc;
}
