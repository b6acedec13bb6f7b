#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json.h"
#include "io/json/json_out.h"

#include "emit/emit.h"
#include "emit/emit_picture.h"
#include "files/attach.h"
#include "jira/jira_names.h"
#include "list/names.h"
#include "read/result_text.h"
#include "select/selection_program.h"
#include "source.h"

static void
emit_judge(struct emit *m)
{
	enum stream s = (enum stream)m->stream;
	char id[24];

	snprintf(id, sizeof(id), "%" PRId64, m->id);
	selection_judge(m->selection, s, strcmp(stream_key(s), "id") == 0 ? id :
	    m->key, &m->record.text);
}

void
emit_record(struct emit *m)
{
	jira_put(m->jira, &m->record);
	if (m->selection->phase == SELECTION_ASKING)
		emit_judge(m);
	else
		stream_record(&m->out, (enum stream)m->stream, m->record.text.s,
		    m->record.text.len, NULL, m->time);
}

void
emit_folder(struct emit *m, int64_t id, const char *name, const char *path)
{
	struct buf *b = record_val(&m->record);

	if (id == 0) {
		record_puts(&m->record, "folder", "null");
		return;
	}
	json_out_open(b, NULL, '{');
	json_out_int(b, "id", id);
	json_out_str(b, "name", name);
	json_out_name(b, "path");
	buf_puts(b, path != NULL ? path : "null");
	json_out_close(b, '}');
	record_put_val(&m->record, "folder");
}

int
emit_files(struct emit *m, const char *key, int may_have_images, struct err *e)
{
	struct db_query q;

	if (!m->attach->any) {
		record_puts(&m->record, "attachments", "[]");
		return 0;
	}
	db_query(&q, m->src->db, "SELECT files FROM attachment_list"
	    " WHERE project = ?1 AND stream = ?2 AND owner_key = ?3"
	    " AND step_id = 0", "sss", m->src->st.project,
	    stream_name((enum stream)m->stream), key);
	if (db_row(&q) && !db_null(&q, 0))
		record_put(&m->record, "attachments", db_str(&q, 0), db_len(&q, 0));
	else
		record_puts(&m->record, "attachments", "[]");
	if (db_done(&q, e) == -1)
		return -1;
	return may_have_images ? emit_pictures(m, key, e) : 0;
}

void
emit_key_set(struct emit *m, const char *key)
{
	free(m->key);
	m->key = mem_dup(key);
}

int
emit_rows(struct emit *m, struct db_query *q,
    int (*row)(struct emit *, struct db_query *, struct err *), struct err *e)
{
	int n = 0, rc = 0;

	for (; rc == 0 && db_row(q); n++)
		rc = row(m, q, e);
	return db_done(q, rc == -1 ? NULL : e) == -1 || rc == -1 ? -1 : n;
}

/* Return the id of a reference that was stored without a name, or 0 if it is no such
   reference. */
static int64_t
emit_names_missing(const char *ref, size_t len)
{
	const char *id, *name;
	size_t n;

	if (len == 0 || *ref != '{' || (name = json_find(ref, len, "name", &n)) == NULL ||
	    strncmp(name, "null", n) != 0 || (id = json_find(ref, len, "id", &n)) == NULL)
		return 0;
	return strtoll(id, NULL, 10);
}

/* Put a member of the record again with the name of its id.  While records are
   written no name is requested, so the id of an older row may stay without one. */
static void
emit_names_member(struct emit *m, const char *member, enum name_kind kind)
{
	size_t len;
	const char *v = json_find(m->record.text.s, m->record.text.len, member, &len);
	int64_t id = v != NULL ? emit_names_missing(v, len) : 0;

	if (id == 0)
		return;
	names_want(m->names, kind, id, 0);
	names_put(m->names, kind, id, record_val(&m->record));
	record_put_val(&m->record, member);
}

void
emit_names(struct emit *m)
{
	if (m->names->late == 0)
		return;
	emit_names_member(m, "environment", NAME_ENVIRONMENT);
	emit_names_member(m, "priority", NAME_PRIORITY);
	emit_names_member(m, "status", NAME_STATUS);
	emit_names_member(m, "testExecutionStatus", NAME_STATUS);
}

/* Put the name beside the id of a status that was stored without one. */
static int
on_status(void *arg, const char *was, size_t len, struct buf *out)
{
	struct names *names = arg;
	int64_t id = emit_names_missing(was, len);

	if (id == 0)
		return 0;
	names_want(names, NAME_STATUS, id, 0);
	names_put(names, NAME_STATUS, id, out);
	return 1;
}

void
emit_names_results(struct emit *m, struct buf *text)
{
	struct buf out = { 0 };

	if (m->names->late == 0 || text->len == 0)
		return;
	result_text_replace(&out, text->s, text->len, "status", on_status, m->names);
	buf_free(text);
	*text = out;
}

int
emit_done(const struct emit *m)
{
	return m->stream == STREAM_COUNT && m->out.nd.b.len == 0;
}

void
emit_free(struct emit *m)
{
	ndjson_out_free(&m->out.nd);
	match_free(&m->match);
	free(m->key);
	record_free(&m->record);
}
