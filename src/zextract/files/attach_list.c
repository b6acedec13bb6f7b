#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "domain/stream/stream.h"
#include "io/json/json.h"
#include "io/json/json_out.h"

#include "files/attach.h"
#include "files/attach_list.h"
#include "files/attach_owner.h"
#include "read/unread.h"
#include "reading.h"
#include "request.h"
#include "source.h"

static int
attach_list_run_steps(struct attach *t, const char *key, struct err *e)
{
	struct json steps, s;
	struct db_query q;
	int i, rc = 0;

	db_query(&q, t->src->db, "SELECT results FROM test_execution"
	    " WHERE project = ?1 AND id = CAST(?2 AS BIGINT)", "ss",
	    t->src->st.project, key);
	if (!db_row(&q) || db_null(&q, 0) || json_parse(&steps, db_str(&q, 0),
	    db_len(&q, 0), NULL, e) == -1)
		steps = json_array();
	if (db_done(&q, e) == -1)
		rc = -1;
	for (i = 0; rc == 0 && i < json_len(&steps, ""); i++) {
		s = json_at(&steps, i);
		if (json_int(&s, "id", 0) > 0)
			rc = db_exec_async(t->src->db, e, "INSERT INTO attachment_list"
			    " (project, stream, owner_key, step_id)"
			    " VALUES (?1, 'test_executions', ?2, ?3)"
			    " ON CONFLICT (project, stream, owner_key,"
			    " step_id) DO NOTHING", "ssi", t->src->st.project, key,
			    json_int(&s, "id", 0));
		json_free(&s);
	}
	json_free(&steps);
	return rc;
}

/* Note which steps of an owner are read for files, and remove the files of steps
   that no longer exist. */
static int
attach_list_steps_put(struct attach *t, enum stream stream, const char *key,
    struct err *e)
{
	const char *name = stream_name(stream);
	int rc;

	if (db_exec_async(t->src->db, e, "DELETE FROM attachment_list WHERE project = ?1"
	    " AND stream = ?2 AND owner_key = ?3 AND step_id <> 0", "sss",
	    t->src->st.project, name, key) == -1)
		return -1;
	rc = stream == STREAM_EXECUTIONS ? attach_list_run_steps(t, key, e) :
	    db_exec_async(t->src->db, e, "INSERT INTO attachment_list (project, stream,"
	    " owner_key, step_id) SELECT DISTINCT project, 'test_cases',"
	    " case_key, id FROM test_step WHERE project = ?1"
	    " AND case_key = ?2 AND id > 0", "ss", t->src->st.project, key);
	if (rc == -1 || db_exec_async(t->src->db, e, "DELETE FROM attachment"
	    " WHERE project = ?1 AND stream = ?2 AND owner_key = ?3"
	    " AND step_id <> 0 AND step_id NOT IN (SELECT step_id"
	    " FROM attachment_list WHERE project = ?1 AND stream = ?2"
	    " AND owner_key = ?3)", "sss", t->src->st.project, name, key) == -1)
		return -1;
	return db_exec_async(t->src->db, e, "UPDATE attachment_list SET depth = 1"
	    " WHERE project = ?1 AND stream = ?2 AND owner_key = ?3"
	    " AND step_id = 0", "sss", t->src->st.project, name, key);
}

struct owner_of {
	struct attach	*t;
	enum stream	 stream;
	const char	*key;
};

static int
attach_list_steps_tx(struct db *db, void *arg, struct err *e)
{
	struct owner_of *o = arg;

	(void)db;
	return attach_list_steps_put(o->t, o->stream, o->key, e);
}

int
attach_list_steps(struct attach *t, enum stream stream, const char *key,
    struct err *e)
{
	struct owner_of o = { t, stream, key };

	return db_tx(t->src->db, attach_list_steps_tx, &o, e);
}

static int
attach_list_file_row(struct request *a, enum stream stream, const struct json *file,
    struct err *e)
{
	const char *name = json_str(file, "name");
	char spare[40];

	if (json_int(file, "id", 0) <= 0)
		return finding_issue(&a->src->finding, "extract", stream, a->key,
		    "attachment-unnamed", "warning", "Zephyr lists a file without an id, so it "
		    "cannot be downloaded", e);
	snprintf(spare, sizeof(spare), "file %" PRId64, json_int(file, "id",
	    0));
	return db_exec_async(a->src->db, e, "INSERT INTO attachment (project, stream,"
	    " owner_key, step_id, id, name, state, pass_seen)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, 'listed', ?7)"
	    " ON CONFLICT (project, stream, owner_key, step_id, id)"
	    " DO UPDATE SET name = excluded.name,"
	    " pass_seen = excluded.pass_seen,"
	    " state = CASE WHEN attachment.state = 'held' THEN 'held'"
	    " ELSE 'listed' END", "sssiisi", a->src->st.project,
	    stream_name(stream), a->key, a->id, json_int(file, "id", 0),
	    name && *name ? name : spare, a->src->st.pass);
}

/* Store the files of an owner or of a step, none if j is NULL.  Return how many rows
   changed, or -1. */
static int
attach_list_files_put(struct request *a, enum stream stream, const struct json *j,
    struct err *e)
{
	struct json list = { 0 }, file;
	int64_t gone = 0;
	int i, n, rc = 0;

	if (j != NULL)
		list = json_member(j, "attachments");
	n = json_type(&list, "") == JSON_ARR ? json_len(&list, "") : 0;
	for (i = 0; rc == 0 && i < n; i++) {
		file = json_at(&list, i);
		rc = attach_list_file_row(a, stream, &file, e);
		json_free(&file);
	}
	json_free(&list);
	if (rc == 0 && a->was_stored)
		gone = db_exec(a->src->db, e, "DELETE FROM attachment"
		    " WHERE project = ?1 AND stream = ?2 AND owner_key = ?3"
		    " AND step_id = ?4 AND pass_seen < ?5", "sssii",
		    a->src->st.project, stream_name(stream), a->key, a->id,
		    a->src->st.pass);
	return rc == -1 || gone == -1 ? -1 : n + (int)gone;
}

int
attach_list_received(struct source *src, const struct fetch *f, struct err *e)
{
	return db_exec_async(src->db, e, "UPDATE attachment SET state = ?6, pass_seen = ?7,"
	    " sha256 = ?8, size = nullif(CAST(?9 AS BIGINT), -1), type = ?10"
	    " WHERE project = ?1 AND stream = ?2 AND owner_key = ?3"
	    " AND step_id = ?4 AND id = ?5", "sssiisisis", src->st.project,
	    stream_name(f->stream), f->owner, f->step, f->id,
	    f->ok ? "held" : "unavailable", src->st.pass,
	    f->ok ? f->blob.sha256 : NULL, f->ok ? f->blob.size : -1,
	    f->ok ? f->type : NULL);
}

int
attach_list_reread(struct source *src, enum stream stream, const char *key, struct err *e)
{
	return db_exec_async(src->db, e, "UPDATE attachment_list SET owner_hash = ''"
	    " WHERE project = ?1 AND stream = ?2 AND owner_key = ?3 AND step_id = 0"
	    " AND pass_read < ?4", "sssi", src->st.project, stream_name(stream), key,
	    src->st.pass);
}

int
attach_lists_reread(struct store *st, struct err *e)
{
	return db_exec_async(st->db, e, "UPDATE attachment_list SET owner_hash = ''"
	    " WHERE project = ?1", "s", st->project);
}

static void
attach_file_put(struct buf *b, struct db_query *q)
{
	if (b->len == 0)
		json_out_open(b, NULL, '[');
	json_out_open(b, NULL, '{');
	json_out_int(b, "id", db_int(q, 1));
	json_out_str(b, "name", db_str(q, 2));
	json_out_str(b, "sha256", db_str(q, 3));
	json_out_int_if(b, "size", !db_null(q, 4), db_int(q, 4));
	if (db_int(q, 0) != 0)
		json_out_int(b, "step", db_int(q, 0));
	json_out_str(b, "type", db_str(q, 5));
	json_out_close(b, '}');
}

/* Report the files of an owner that are missing (names, or NULL if none is); why is
   the reason of the last failure, or NULL. */
static int
attach_missing_put(struct attach *t, enum stream stream, const char *owner,
    const char *names, const char *why, struct err *e)
{
	struct buf what = { 0 };
	int rc;

	if (names == NULL)
		return finding_remove(&t->src->finding, "extract", stream_name(stream), owner,
		    "attachment-missing", e);
	buf_printf(&what, "not fetched: %s", names);
	if (why != NULL)
		buf_printf(&what, " (%s)", why);
	rc = finding_issue(&t->src->finding, "extract", stream, owner,
	    "attachment-missing", unread_accepted(t->reading->unread, owner) ? "warning" :
	    "error", buf_str(&what), e);
	buf_free(&what);
	return rc;
}

int
attach_seal(struct attach *t, enum stream stream, const char *owner,
    const char *why, struct err *e)
{
	struct buf b = { 0 }, names = { 0 };
	char hash[HASH_HEX];
	struct db_query q;
	int rc;

	db_query(&q, t->src->db, "SELECT step_id, id, name, sha256, size, type,"
	    " state FROM attachment WHERE project = ?1 AND stream = ?2"
	    " AND owner_key = ?3 ORDER BY step_id, id", "sss", t->src->st.project,
	    stream_name(stream), owner);
	while (db_row(&q)) {
		attach_file_put(&b, &q);
		if (strcmp(db_str(&q, 6), "unavailable") == 0)
			buf_printf(&names, "%s%s", names.len ? ", " : "",
			    db_str(&q, 2));
	}
	if (b.len > 0)
		buf_putc(&b, ']');
	hash_text(b.s, b.len, hash);
	rc = db_done(&q, e);
	if (rc == 0)
		rc = db_exec_async(t->src->db, e, "UPDATE attachment_list SET files = ?4,"
		    " files_hash = ?5 WHERE project = ?1 AND stream = ?2"
		    " AND owner_key = ?3 AND step_id = 0", "sssts",
		    t->src->st.project, stream_name(stream), owner, b.s, b.len,
		    b.len > 0 ? hash : NULL);
	if (rc == 0)
		rc = attach_missing_put(t, stream, owner, names.s, why, e);
	buf_free(&b);
	buf_free(&names);
	return rc;
}

int
attach_list_put(struct request *a, const struct json *j, struct err *e)
{
	const struct attach_kind_of *k = &attach_kinds[a->kind];
	struct attach *t = a->reading->attach;
	int n;

	if (db_exec_async(t->src->db, e, "INSERT INTO attachment_list (project, stream,"
	    " owner_key, step_id, owner_hash, pass_read)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6)"
	    " ON CONFLICT (project, stream, owner_key, step_id) DO UPDATE SET"
	    " owner_hash = excluded.owner_hash, depth = 0,"
	    " pass_read = excluded.pass_read", "sssisi", t->src->st.project,
	    stream_name(k->stream), a->key, a->id, a->hash, t->src->st.pass) == -1)
		return -1;
	if ((n = attach_list_files_put(a, k->stream, j, e)) == -1)
		return -1;
	if (a->id == 0 && t->depth >= ATTACH_STEPS &&
	    (k->stream == STREAM_CASES || k->stream == STREAM_EXECUTIONS) &&
	    attach_list_steps_put(t, k->stream, a->key, e) == -1)
		return -1;
	return n == 0 ? 0 : attach_seal(t, k->stream, a->key, NULL, e);
}
