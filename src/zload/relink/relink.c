#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/api/qtest_page.h"
#include "domain/ledger/image_file.h"
#include "domain/ledger/target.h"
#include "session.h"
#include "cache/id_cache.h"
#include "relink/relink.h"
#include "relink/relink_target.h"
#include "relink/relink_text.h"
#include "work/queue.h"
#include "work/task.h"
#include "work/work.h"

/* Find the owner of a relink in the ledger, and its kind.  1 and *f (the caller frees it), 0,
   -1. */
static int
relink_owner(struct task *t, struct effect *f, struct err *e)
{
	const char *slash = strchr(t->e.ekey, '/');
	char *kind = mem_dupn(t->e.ekey, strcspn(t->e.ekey, "/"));
	int rc = 0;

	memset(f, 0, sizeof(*f));
	if (slash != NULL)
		rc = ledger_find(&t->session->ledger, kind, slash + 1, f, e);
	free(kind);
	return rc;
}

/* True if a task of the record of a relink is under way: its result is not in the ledger yet, or
   it uploads a file to a step, which gets another id by an update. */
static int
relink_is_under_way(const struct task *t)
{
	const struct task *o;

	for (o = t->work->queue->head; o != NULL; o = o->next)
		if (o != t && o->state >= TASK_LOOKUP && o->stream == t->stream &&
		    strcmp(o->e.skey, t->e.skey) == 0)
			return 1;
	return 0;
}

/* True if a relink is of a case and precedes its approval. */
static int
relink_is_early(const struct effect *f)
{
	return strncmp(f->ekey, "case/", 5) == 0 && f->phase < STREAM_EXECUTIONS;
}

void
relink_expect(struct work *w, const struct effect *f)
{
	if (relink_is_early(f))
		set_add(&w->relinks, text_hash(f->ekey));
}

int
relink_read_open(struct work *w, struct err *e)
{
	const struct ledger *lg = &w->session->ledger;
	struct db_query q;

	db_query(&q, lg->db, "SELECT ekey FROM ledger WHERE target = ?1 AND project = ?2"
	    " AND kind = 'relink' AND state = 'pending' AND phase < ?3", "ssi", lg->target,
	    lg->project, (int64_t)STREAM_EXECUTIONS);
	while (db_row(&q))
		set_add(&w->relinks, text_hash(db_str(&q, 0)));
	return db_done(&q, e);
}

int
relink_precedes(struct task *t, struct err *e)
{
	char *key = mem_fmt("case/%s", t->e.ekey);
	struct effect f;
	int rc = 0;

	if (set_has(&t->work->relinks, text_hash(key)) &&
	    (rc = ledger_find(&t->session->ledger, "relink", key, &f, e)) == 1) {
		rc = f.state == STATE_PENDING && relink_is_early(&f);
		effect_free(&f);
	}
	if (rc == 1)
		task_block(t, "relink", key);
	free(key);
	return rc;
}

int
relink_refused(struct task *t)
{
	if (t->links != LINKS_SENT || (t->status != 400 && t->status != 413))
		return 0;
	log_info(t->e.stream, "%s %s: qTest refuses it with links in its text (%d); it is sent "
	    "again without links", t->e.kind, t->e.ekey, t->status);
	buf_reset(&t->request);
	t->links = LINKS_REFUSED;
	t->verb = VERB_NONE;
	t->state = TASK_READY;
	return 1;
}

int
relink_write_owner(struct task *t, struct err *e)
{
	static const char rule[] = "links-refused";
	struct finding *to = &t->session->finding;
	char *key;
	int rc;

	if (t->links == LINKS_NONE || t->stream == STREAM_COUNT)
		return 0;
	if (t->links == LINKS_SENT)
		return finding_forget(to, "load", t->stream, t->e.skey, rule, e);
	key = mem_fmt("%s/%s", t->e.kind, t->e.ekey);
	rc = ledger_relink_text(&t->session->ledger, key, e);
	free(key);
	return rc == -1 ? -1 : finding_issue(to, "load", t->stream, t->e.skey, rule, "warning",
	    "qTest refuses the text with links to the objects that it mentions; it stays as it is "
	    "in Zephyr", e);
}

void
relink_owner_committed(struct task *t)
{
	char *key;

	if (t->links != LINKS_REFUSED)
		return;
	key = mem_fmt("%s/%s", t->e.kind, t->e.ekey);
	queue_retry(t->work->queue, "relink", key);
	free(key);
}

/* Check that the owner is done, and that no approval of it is under way.  1, 0 when the task is
   blocked or has ended, -1. */
static int
relink_owner_is_done(struct task *t, const struct effect *f, struct err *e)
{
	struct effect approve;
	int rc;

	if (f->state == STATE_PENDING || f->state == STATE_INTENT) {
		task_block(t, f->kind, f->ekey);
		return 0;
	}
	if (f->state != STATE_DONE || f->id == 0) {
		task_end(t, OUT_SKIPPED, "needs %s %s, which is not in qTest as desired", f->kind,
		    f->ekey);
		return 0;
	}
	if (f->type != KIND_CASE)
		return 1;
	rc = ledger_find(&t->session->ledger, "approve", f->ekey, &approve, e);
	if (rc == 1 && (approve.state == STATE_INTENT || (approve.state == STATE_PENDING &&
	    !relink_is_early(&t->e)))) {
		task_block(t, "approve", f->ekey);
		rc = 0;
	} else if (rc != -1)
		rc = 1;
	effect_free(&approve);
	return rc;
}

/* Check one key of a relink against the body that its owner was sent with.  1, 0 when the task is
   blocked, -1. */
static int
relink_key(struct task *t, const struct effect *owner, const char *key, const char *sent,
    struct err *e)
{
	struct relink_target to;
	struct buf b = { 0 };
	int rc = relink_target(t, key, &to, e);

	if (rc == RELINK_LATER)
		task_block(t, to.kind, to.ekey);
	else if (rc == RELINK_NONE && t->why[0] == '\0')
		snprintf(t->why, sizeof(t->why), "%s is not in qTest", key);
	else if (rc == RELINK_KNOWN && !(to.id == owner->id && strcmp(to.kind, owner->kind) == 0) &&
	    qtest_page(&b, t->session->pages, to.kind, to.id) && !qtest_page_in(sent, buf_str(&b)))
		t->relinks = 1;
	free(to.ekey);
	buf_free(&b);
	return rc == -1 ? -1 : rc != RELINK_LATER;
}

/* Check one image of a relink, the file with this key, likewise.  A file without an id is added
   to .doc. */
static int
relink_image(struct task *t, const char *key, const char *sent, struct err *e)
{
	struct image_file file;
	int rc = image_file_find(&t->session->ledger, t->e.map, t->session->pages, key, &file, e);

	if (rc == IMAGE_LATER)
		task_block(t, "blob", key);
	else if (rc == IMAGE_UNNAMED)
		json_push(&t->doc, json_string(key));
	else if (rc == IMAGE_NONE && t->why[0] == '\0')
		snprintf(t->why, sizeof(t->why), "file %s is not in qTest", key);
	else if (rc == IMAGE_KNOWN && !qtest_page_in(sent, buf_str(&file.address)))
		t->relinks = 1;
	image_file_free(&file);
	return rc == -1 ? -1 : rc != IMAGE_LATER;
}

/* End the task of a relink whose list has an item that is not a text.  1, 0. */
static int
relink_has_bad_item(struct task *t, const struct json *list)
{
	struct json one = { 0 };
	int i = 0, bad = 0;

	while (!bad && json_each(list, &i, &one))
		bad = json_str(&one, "") == NULL;
	json_free(&one);
	if (bad)
		task_end(t, OUT_FAILED, "a key of an object or image in its body is not a text");
	return bad;
}

/* Check the keys and images of a relink, and end its task.  0, -1. */
static int
relink_check(struct task *t, const struct effect *owner, const struct target *row, struct err *e)
{
	struct json doc = { 0 }, keys, images, one = { 0 };
	char *sent = NULL;
	int i = 0, rc = json_parse(&doc, row->body, strlen(row->body), NULL, e);

	if (rc != -1)
		rc = ledger_last_body(&t->session->ledger, owner->kind, owner->ekey, &sent, e);
	if (rc == 0)
		sent = mem_dup("");
	keys = json_get(&doc, "body.keys");
	images = json_get(&doc, "body.pictures");
	t->relinks = 0;
	t->why[0] = '\0';
	json_free(&t->doc);
	t->doc = json_array();
	if (rc != -1)
		rc = !relink_has_bad_item(t, &keys) && !relink_has_bad_item(t, &images);
	while (rc == 1 && json_each(&keys, &i, &one))
		rc = relink_key(t, owner, json_str(&one, ""), sent, e);
	for (i = 0; rc == 1 && json_each(&images, &i, &one);)
		rc = relink_image(t, json_str(&one, ""), sent, e);
	json_free(&one);
	json_free(&keys);
	json_free(&images);
	json_free(&doc);
	free(sent);
	if (rc != 1)
		return rc;
	/* an edit made in qTest is kept */
	t->relinks = t->relinks && effect_holds_desired(owner);
	snprintf(t->hash, sizeof(t->hash), "%s", row->hash);
	if (json_len(&t->doc, "") > 0) {	/* it is not done until their ids are known */
		t->relinks = 0;
		t->hash[0] = '\0';
	}
	t->out = OUT_SAME;
	t->state = TASK_ENDED;
	return 0;
}

/* End the task of a relink if its owner was written without links meanwhile.  1 when it has
   ended, 0, -1. */
static int
relink_is_text(struct task *t, struct err *e)
{
	struct effect f;
	int rc = ledger_find(&t->session->ledger, t->e.kind, t->e.ekey, &f, e);

	if (rc == 1 && (rc = f.state == STATE_DONE && f.verb == VERB_TEXT) == 1) {
		snprintf(t->hash, sizeof(t->hash), "%s", f.desired_hash);
		t->verb = VERB_TEXT;
		t->out = OUT_SAME;
		t->state = TASK_ENDED;
	}
	effect_free(&f);
	return rc;
}

int
relink_prepare(struct task *t, struct err *e)
{
	struct effect owner;
	struct target row;
	int rc;

	if (relink_is_under_way(t))
		return 0;
	if ((rc = relink_is_text(t, e)) != 0)
		return rc == -1 ? -1 : 0;
	if (strchr(t->e.ekey, '/') == NULL) {
		task_end(t, OUT_FAILED, "its key names no object");
		return 0;
	}
	if ((rc = relink_owner(t, &owner, e)) == 0)
		task_end(t, OUT_SKIPPED, "needs %s, which does not exist in qTest", t->e.ekey);
	if (rc == 1)
		rc = relink_owner_is_done(t, &owner, e);
	if (rc == 1) {
		rc = target_get(t->session->db, t->session->ledger.project, t->e.map, t->e.kind,
		    t->e.ekey, &row, e);
		if (rc == 0)
			task_end(t, OUT_FAILED, "its body is not in the database; run `ztransform` "
			    "again");
		if (rc == 1) {
			rc = relink_check(t, &owner, &row, e);
			target_free(&row);
		}
	}
	effect_free(&owner);
	return rc == -1 ? -1 : 0;
}

/* Let the files in .doc be looked up in the listing of their object.  0, -1. */
static int
relink_seek_images(struct task *t, struct err *e)
{
	struct json key = { 0 };
	int i = 0, rc = 0;

	while (rc == 0 && json_each(&t->doc, &i, &key))
		rc = ledger_recheck(&t->session->ledger, "blob", json_str(&key, ""), e);
	json_free(&key);
	return rc == -1 ? -1 : 0;
}

int
relink_write(struct task *t, struct err *e)
{
	struct ledger *lg = &t->session->ledger;
	struct effect owner;
	int rc;

	if (t->verb == VERB_TEXT)
		return 0;
	if (ledger_relinked(lg, t->e.ekey, t->hash, t->relinks ? VERB_UPDATE : VERB_SAME,
	    t->why[0] != '\0' ? t->why : NULL, e) == -1)
		return -1;
	if (!t->relinks)
		return relink_seek_images(t, e);
	if ((rc = relink_owner(t, &owner, e)) == 1)
		rc = ledger_relink_owner(lg, owner.kind, owner.ekey, e);
	effect_free(&owner);
	return rc;
}

int
relink_after_commit(struct task *t, struct err *e)
{
	struct effect owner;
	int rc = t->relinks || json_len(&t->doc, "") > 0 ? relink_owner(t, &owner, e) : 0;

	if (rc == 1) {
		id_cache_drop(t->work->ids, owner.kind, owner.ekey);
		queue_back_record(t->work->queue, &owner);
		effect_free(&owner);
	}
	queue_retry(t->work->queue, t->e.kind, t->e.ekey);
	return rc == -1 ? -1 : 0;
}
