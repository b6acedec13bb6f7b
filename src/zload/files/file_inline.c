#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/quote.h"
#include "domain/blob/blob.h"
#include "domain/ledger/target.h"
#include "session.h"
#include "files/file_inline.h"
#include "input/input.h"
#include "steps/step_result.h"
#include "work/queue.h"
#include "work/task.h"
#include "work/work.h"

/* Append the bytes of a stored file in base64.  1, 0 when they are not stored, -1. */
static int
inline_bytes(struct task *t, const struct json *body, struct buf *out, struct err *e)
{
	const char *sha256 = json_str(body, "sha256");
	int64_t size = json_int(body, "size", 0), at, got;
	struct blob_reader *r;
	char *bytes = mem_zalloc((size_t)size + 1);
	int rc = sha256 == NULL ? 0 :
	    blob_reader_open(&r, t->session->db, sha256, size, e);

	if (rc == 1) {
		for (at = 0; at < size && rc == 1; at += got)
			if ((got = blob_reader_read(r, at, bytes + at, (size_t)(size - at))) <= 0)
				rc = 0;
		blob_reader_close(r);
	}
	if (rc == 1)
		buf_base64(out, bytes, (size_t)size);
	free(bytes);
	return rc;
}

/* Add a file to "attachments" of an object. */
static void
inline_push(struct json *to, const struct json *file)
{
	struct json list = json_member(to, "attachments");

	if (!list.set)
		list = json_array();
	json_push(&list, json_copy(file));
	json_set(to, "attachments", list);
}

/* Return the member of the body of a task that holds its steps or step logs. */
static const char *
inline_parts(const struct task *t)
{
	return t->e.type == KIND_LOG ? "test_step_logs" : "test_steps";
}

/* Add a file to a body, or to the element n of its member parts if n is not 0. */
static void
inline_put(struct json *body, const char *parts, int64_t n, const struct json *file)
{
	struct json steps, list, one;
	int i;

	if (n == 0) {
		inline_push(body, file);
		return;
	}
	steps = json_member(body, parts);
	list = json_array();
	for (i = 0; i < json_len(&steps, ""); i++) {
		one = json_at(&steps, i);
		if (i + 1 == n)
			inline_push(&one, file);
		json_push(&list, one);
	}
	json_free(&steps);
	json_set(body, parts, list);
}

/* Return the number of the step, or step log, in the body of a task that gets the file of a row;
   0: its object does. */
static int64_t
inline_part(const struct task *t, const struct json *row)
{
	int64_t n = json_int(row, "parent.n", 0);
	const struct step_results *r = t->results;

	if (t->e.type != KIND_LOG)
		return n;
	return r != NULL && n >= 1 && n <= r->n && r->v[n - 1].is_logged ?
	    r->v[n - 1].place - r->place + 1 : 0;
}

/* Add the file of effect f to the body and to the request of a task.  0, -1. */
static int
inline_file_add(struct task *t, struct json *request, const struct effect *f,
    const struct json *row, struct err *e)
{
	struct json named = json_get(row, "body"), sent = json_object();
	int64_t n = inline_part(t, row);
	struct buf data = { 0 };
	int rc = inline_bytes(t, &named, &data, e);

	if (rc == 1) {
		json_set_str(&sent, "name", json_str(&named, "name"));
		json_set_str(&sent, "content_type", json_str(&named, "content_type"));
		json_set(&sent, "data", json_stringn(data.s, data.len));
		inline_put(request, inline_parts(t), n, &sent);
		json_set_str(&named, "key", f->ekey);
		json_set_str(&named, "hash", f->body_hash);
		inline_put(&t->body, inline_parts(t), n, &named);
	}
	buf_free(&data);
	json_free(&named);
	json_free(&sent);
	return rc == -1 ? -1 : 0;
}

/* True if an effect is a file, not sent yet, of the record of a task. */
static int
inline_is_candidate(const struct task *t, const struct task *b)
{
	const struct effect *f = &b->e;

	return f->type == KIND_BLOB && f->id == 0 && f->hash == NULL && f->body != NULL &&
	    f->body_hash != NULL && f->pass >= t->work->input->pass &&
	    b->state <= TASK_BLOCKED && strcmp(f->skey, t->e.skey) == 0;
}

/* True if the row of a file names the object of a task as its parent, and the body has the
   step, if any, whose file it is. */
static int
inline_is_of(const struct task *t, const struct json *row)
{
	char *own = mem_fmt("%s/%s", t->e.kind, t->e.ekey);
	const char *ref = json_str(row, "parent.$ref");
	int is = ref != NULL && strcmp(ref, own) == 0 &&
	    inline_part(t, row) <= json_len(&t->body, inline_parts(t));

	free(own);
	return is;
}

int
file_inline_add(struct task *t, struct err *e)
{
	int64_t left = t->session->options->inline_limit, size;
	int64_t end = t->e.ord - t->e.ord % TARGET_EFFECTS + TARGET_EFFECTS;
	struct json row = { 0 }, request = { 0 };
	const struct task *b;
	int rc = 0;

	buf_reset(&t->request);
	if ((t->e.type != KIND_CASE && t->e.type != KIND_LOG) || left == 0 || t->plain)
		return 0;
	for (b = t->next; b != NULL && b->e.phase == t->e.phase && b->e.ord < end && rc == 0;
	    b = b->next) {
		if (!inline_is_candidate(t, b) ||
		    json_parse(&row, b->e.body, strlen(b->e.body), NULL, NULL) == -1)
			continue;
		size = json_int(&row, "body.size", 0);
		if (size > 0 && size <= left && inline_is_of(t, &row)) {
			if (!request.set)
				request = json_copy(&t->body);
			rc = inline_file_add(t, &request, &b->e, &row, e);
			left -= size;
		}
		json_free(&row);
	}
	if (request.set) {
		json_dump(&request, &t->request);
		task_text_update(t);
	}
	json_free(&request);
	return rc;
}

/* The files of an object, or of one of its steps or step logs, in the body of a task and in the
   reply. */
struct inline_at {
	struct json	 list, reply;
	const char	*type;		/* of the object in paths */
	int64_t		 id;		/* of the object; 0: unknown */
};

/* Return the element of a reply's member parts for element i of the body; step logs are in any
   order. */
static struct json
inline_reply(const struct task *t, int i)
{
	struct json list = json_member(&t->doc, inline_parts(t)), one = { 0 };
	int k = 0, is = 0;

	if (t->e.type != KIND_LOG && i <= json_len(&list, ""))
		one = json_at(&list, i - 1);
	while (t->e.type == KIND_LOG && !is && json_each(&list, &k, &one))
		is = json_int(&one, "order", 0) == i;
	if (t->e.type == KIND_LOG && !is)
		json_free(&one);
	json_free(&list);
	return one;
}

/* Fill *at for place i of a task: 0 is the object, i its step or step log i.  0 after the last. */
static int
inline_place(const struct task *t, int i, struct inline_at *at)
{
	struct json steps = { 0 }, body = { 0 }, doc = { 0 };
	int n;

	if (i == 0) {
		*at = (struct inline_at){ json_member(&t->body, "attachments"),
		    json_member(&t->doc, "attachments"),
		    t->e.type == KIND_LOG ? "test-logs" : "test-cases", t->e.id };
		return 1;
	}
	steps = json_member(&t->body, inline_parts(t));
	n = json_len(&steps, "");
	if (i <= n)
		body = json_at(&steps, i - 1);
	json_free(&steps);
	/* the approval changes the ids of steps */
	*at = (struct inline_at){ .list = json_member(&body, "attachments"),
	    .type = "test-step-logs" };
	json_free(&body);
	if (at->list.set) {
		doc = inline_reply(t, i);
		at->reply = json_member(&doc, "attachments");
		if (t->e.type == KIND_LOG)
			at->id = json_int(&doc, "test_step_log_id", 0);
		json_free(&doc);
	}
	return i <= n;
}

/* True if the body of a task names a file. */
static int
inline_is_any(const struct task *t)
{
	struct json steps, one = { 0 };
	int i = 0, is;

	if (t->e.type != KIND_CASE && t->e.type != KIND_LOG)
		return 0;
	is = json_len(&t->body, "attachments") > 0;
	steps = json_member(&t->body, inline_parts(t));
	while (!is && json_each(&steps, &i, &one))
		is = json_len(&one, "attachments") > 0;
	json_free(&one);
	json_free(&steps);
	return is;
}

static void
inline_at_free(struct inline_at *at)
{
	json_free(&at->list);
	json_free(&at->reply);
}

/* Return the id of a file among those of a reply, 0 if the reply does not name it. */
static int64_t
inline_id(const struct json *reply, const char *name)
{
	struct json one;
	const char *s;
	int64_t id = 0;
	int i;

	for (i = 0; i < json_len(reply, "") && id == 0; i++) {
		one = json_at(reply, i);
		s = json_str(&one, "name");
		if (s != NULL && name != NULL && strcmp(s, name) == 0)
			id = json_int(&one, "id", 0);
		json_free(&one);
	}
	return id;
}

/* Record one file as done.  0, -1. */
static int
inline_write_one(struct ledger *lg, const struct inline_at *at, const struct json *file,
    struct err *e)
{
	struct json sent = json_copy(file);
	struct effect f = { .kind = mem_dup("blob"), .type = KIND_BLOB,
	    .ekey = mem_dup(json_str(file, "key")),
	    .id = inline_id(&at->reply, json_str(file, "name")) };
	char *path = at->id == 0 ? NULL :
	    mem_fmt("/%s/%" PRId64 "/blob-handles", at->type, at->id);
	struct buf text = { 0 };
	int rc;

	json_del(&sent, "key");
	json_del(&sent, "hash");
	json_dump(&sent, &text);
	rc = ledger_intent(lg, &f, json_str(file, "hash"), VERB_CREATE, path, buf_str(&text), e);
	if (rc != -1)
		rc = ledger_done(lg, &f, 0, e);
	buf_free(&text);
	json_free(&sent);
	effect_free(&f);
	free(path);
	return rc == -1 ? -1 : 0;
}

int
file_inline_write(const struct task *t, struct err *e)
{
	struct ledger *lg = &t->session->ledger;
	struct inline_at at;
	struct json one;
	int i, k, more = inline_is_any(t), rc = 0;

	for (i = 0; more && rc == 0; i++) {
		more = inline_place(t, i, &at);
		for (k = 0; more && k < json_len(&at.list, "") && rc == 0; k++) {
			one = json_at(&at.list, k);
			rc = inline_write_one(lg, &at, &one, e);
			json_free(&one);
		}
		inline_at_free(&at);
	}
	return rc;
}

void
file_inline_forget(const struct task *t)
{
	struct inline_at at;
	struct effect f = { 0 };
	struct json one;
	int i, k, more = inline_is_any(t);

	for (i = 0; more; i++) {
		more = inline_place(t, i, &at);
		for (k = 0; more && k < json_len(&at.list, ""); k++) {
			one = json_at(&at.list, k);
			f.kind = mem_dup("blob");
			f.ekey = mem_dup(json_str(&one, "key"));
			queue_stale(t->work->queue, &f);
			queue_retry(t->work->queue, f.kind, f.ekey);
			effect_free(&f);
			json_free(&one);
		}
		inline_at_free(&at);
	}
}

/* Delete the files of the elements of a member of a body. */
static void
inline_part_strip(struct json *body, const char *parts)
{
	struct json steps = json_member(body, parts), list = json_array(), one;
	int i;

	for (i = 0; i < json_len(&steps, ""); i++) {
		one = json_at(&steps, i);
		json_del(&one, "attachments");
		json_push(&list, one);
	}
	if (i > 0)
		json_set(body, parts, list);
	else
		json_free(&list);
	json_free(&steps);
}

void
file_inline_strip(struct json *body)
{
	inline_part_strip(body, "test_steps");
	inline_part_strip(body, "test_step_logs");
	json_del(body, "attachments");
}

int
file_inline_refused(struct task *t)
{
	if (t->verb != VERB_CREATE || t->request.len == 0 || (t->status != 413 && t->status != 400))
		return 0;
	log_info(t->e.stream, "%s %s: qTest refuses it with its files (%d); it is sent again, and "
	    "they are uploaded after it", t->e.kind, t->e.ekey, t->status);
	buf_reset(&t->request);
	t->plain = 1;
	file_inline_strip(&t->body);
	task_text_update(t);
	return 1;
}
