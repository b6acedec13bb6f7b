#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/blob/blob.h"
#include "session.h"
#include "cache/id_cache.h"
#include "files/file_effect.h"
#include "files/file_log.h"
#include "files/file_steps.h"
#include "input/input.h"
#include "send/result.h"
#include "steps/case_steps.h"
#include "steps/step_ids.h"
#include "work/resolve.h"
#include "work/queue.h"
#include "work/task.h"
#include "work/work.h"

int
file_is_present(struct task *t, const struct json *row, struct err *e)
{
	struct json sent = { 0 };
	const char *was, *now = json_str(row, "body.sha256");
	char *text;
	int rc = 0;

	if (t->e.hash == NULL)		/* it was never sent, or was refused */
		return 0;
	if ((rc = ledger_last_body(&t->session->ledger, t->e.kind, t->e.ekey, &text, e)) != 1)
		return rc;
	rc = json_parse(&sent, text, strlen(text), NULL, NULL) == 0 && now != NULL &&
	    (was = json_str(&sent, "sha256")) != NULL && strcmp(was, now) == 0;
	json_free(&sent);
	free(text);
	if (rc == 0)
		t->e.id = 0;		/* other bytes are another file */
	return rc;
}

/* Find the log of a cycle that is first in order of work.  1 and *key (the caller frees it),
   0 when there is none, -1. */
static int
file_first_log(struct task *t, const char *cycle, char **key, struct err *e)
{
	const struct ledger *lg = &t->session->ledger;
	char *like = mem_fmt("run:%%|%s|%%", cycle), *is = mem_fmt("|%s|", cycle);
	struct db_query q;

	*key = NULL;
	db_query(&q, t->session->db, "SELECT ekey, lane FROM ledger WHERE target = ?1"
	    " AND project = ?2 AND map = ?3 AND kind = 'log' AND lane LIKE ?4"
	    " ORDER BY phase, ord, ekey", "ssss", lg->target, lg->project, lg->map, like);
	while (*key == NULL && db_row(&q))
		if (strstr(db_str(&q, 1), is) != NULL)
			*key = mem_dup(db_str(&q, 0));
	free(like);
	free(is);
	return db_done(&q, e) == -1 ? -1 : *key != NULL;
}

/* Find the first log of a cycle, which is known when all effects are read.  1 and its id, 0
   when the task is blocked or has ended, -1. */
static int
file_log_find(struct task *t, const char *cycle, int64_t *id, struct err *e)
{
	struct known_id k;
	char *key, kind[32], *need;
	int rc;

	if (t->work->input->is_open) {
		task_block(t, "log", cycle);
		return 0;
	}
	if ((rc = file_first_log(t, cycle, &key, e)) == 0)
		task_end(t, OUT_SKIPPED, "cycle %s has neither a release nor a log, and qTest "
		    "takes no files on cycles", cycle);
	if (rc != 1)
		return rc;
	need = mem_fmt("log/%s", key);
	rc = resolve_need(t, need, &k, kind, e);
	*id = k.id;
	free(need);
	free(key);
	return rc;
}

/* Find the id of step n of the case with this key and id; *step is 0 when qTest does not list
   it.  1, 0 when the task is blocked or has ended, -1. */
static int
file_step_find(struct task *t, const char *key, int64_t id, int64_t n, int64_t *step,
    struct err *e)
{
	struct known_id k;
	struct json doc = { 0 };
	const char *why;
	int rc;

	*step = 0;
	if (!file_steps_has(t->work->file_steps, key)) {
		if ((rc = id_cache_find(t->work->ids, "approve", key, &k, NULL, 0, e)) == -1)
			return -1;
		if (rc == ID_DONE) {
			if ((rc = steps_known(t, key, &doc, &why, e)) == 1)
				*step = step_id(&doc, n);
			json_free(&doc);
			return rc;
		}
	}
	return file_steps_find(t, key, id, n, step, e);
}

/* Find the type in paths, and the id, of the object that gets the file of a row.  1, 0 when
   the task is blocked or has ended, -1. */
static int
file_owner(struct task *t, const struct json *parent, const char **type, int64_t *id,
    struct err *e)
{
	const char *cycle = json_str(parent, "$first_log"), *ref = json_str(parent, "$ref");
	int64_t n = json_int(parent, "n", 0), step = 0;
	char kind[32];
	int rc;

	*type = "test-logs";
	if (cycle != NULL)
		return file_log_find(t, cycle, id, e);
	if ((rc = resolve_parent(t, parent, id, kind, e)) != 1)
		return rc;
	if (strcmp(kind, "case") == 0 && n > 0 &&
	    (rc = file_step_find(t, ref + strlen("case/"), *id, n, &step, e)) != 1)
		return rc;
	if (strcmp(kind, "log") == 0 && n > 0 &&
	    (rc = file_log_step_find(t, ref + strlen("log/"), *id, n, &step, e)) != 1)
		return rc;
	if (step != 0) {
		*type = strcmp(kind, "log") == 0 ? "test-step-logs" : "test-steps";
		*id = step;
	} else if (strcmp(kind, "case") == 0)
		*type = "test-cases";
	else if (strcmp(kind, "release") == 0)
		*type = "releases";
	else if (strcmp(kind, "log") != 0) {
		task_end(t, OUT_FAILED, "qTest takes no files on a %s", kind);
		return 0;
	}
	return 1;
}

/* True if the object of a file was created in this turn, perhaps with the file: after the
   commit the ledger shows it. */
static int
file_owner_is_new(const struct task *t, const char *ref)
{
	const struct task *o;
	const char *slash = ref != NULL ? strchr(ref, '/') : NULL;

	for (o = t->work->queue->head; o != NULL && slash != NULL; o = o->next)
		if (o->state == TASK_ENDED && strcmp(o->e.ekey, slash + 1) == 0 &&
		    strlen(o->e.kind) == (size_t)(slash - ref) &&
		    strncmp(ref, o->e.kind, (size_t)(slash - ref)) == 0)
			return 1;
	return 0;
}

int
file_prepare(struct task *t, const struct json *row, char **path, struct err *e)
{
	struct json parent = json_member(row, "parent");
	const char *type;
	int64_t id;
	int rc = file_owner_is_new(t, json_str(&parent, "$ref")) ? 0 :
	    file_owner(t, &parent, &type, &id, e);

	json_free(&parent);
	if (rc != 1)
		return rc;
	if (!file_steps_turn(t))
		return 0;
	t->body = json_get(row, "body");
	task_text_update(t);
	*path = mem_fmt("/%s/%" PRId64 "/blob-handles", type, id);
	return 1;
}

int
file_upload(struct task *t, struct err *e)
{
	struct qtest_file file = { .name = json_str(&t->body, "name"),
	    .type = json_str(&t->body, "content_type"),
	    .size = json_int(&t->body, "size", 0), .read = blob_reader_read };
	const char *sha256 = json_str(&t->body, "sha256");
	int rc;

	blob_reader_close(t->file);
	t->file = NULL;
	if (file.name == NULL || file.type == NULL || sha256 == NULL) {
		task_end(t, OUT_FAILED, "its name, content_type or sha256 is missing");
		return 0;
	}
	rc = blob_reader_open(&t->file, t->session->db, sha256, file.size, e);
	if (rc == 0) {
		task_end(t, OUT_FAILED, "its bytes are not stored");
		return 0;
	}
	file.arg = t->file;
	if (rc == 1 && qtest_upload(t->session->qtest, t->path, &file, result_receive, t, e) == 0)
		return 0;
	task_end(t, OUT_UNDO, "not sent");
	return -1;
}

int
file_not_loaded(struct task *t, struct err *e)
{
	const char *name = json_str(&t->body, "name");
	char what[800];

	if (t->stream == STREAM_COUNT)
		return 0;
	snprintf(what, sizeof(what), "file %.100s is not in qTest (its name and sha256 are in the "
	    "text): %s", name != NULL ? name : t->e.ekey, t->why);
	return finding_issue(&t->session->finding, "load", t->stream, t->e.skey,
	    "file-not-loaded", "warning", what, e);
}

int
file_name_fits(const char *name, const char *shown)
{
	struct buf b = { 0 };
	int fits;

	qtest_file_name(&b, name);
	fits = strcmp(name, shown) == 0 || strcmp(buf_str(&b), shown) == 0;
	buf_free(&b);
	return fits;
}
