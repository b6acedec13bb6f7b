#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "domain/api/zephyr.h"
#include "domain/stream/stream.h"
#include "io/json/json.h"
#include "io/json/json_out.h"

#include "emit/emit.h"
#include "files/attach.h"
#include "jira/jira.h"
#include "read/match.h"
#include "record.h"
#include "select/selection.h"
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
	buf_reset(&m->record.val);
	if (id == 0) {
		record_puts(&m->record, "folder", "null");
		return;
	}
	json_out_open(&m->record.val, NULL, '{');
	json_out_int(&m->record.val, "id", id);
	json_out_str(&m->record.val, "name", name);
	if (path != NULL)
		json_out_raw(&m->record.val, "path", path, strlen(path));
	else
		json_out_null(&m->record.val, "path");
	json_out_close(&m->record.val, '}');
	record_put_val(&m->record, "folder");
}

int
emit_files(struct emit *m, const char *key, struct err *e)
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
	return db_done(&q, e);
}

void
emit_key_set(struct emit *m, const char *key)
{
	free(m->key);
	m->key = mem_dup(key);
}

int
emit_rows(struct emit *m, struct db_query *q,
    int (*row)(struct emit *, struct db_query *, const void *, struct err *),
    const void *arg, struct err *e)
{
	int n = 0, rc = 0;

	for (; rc == 0 && db_row(q); n++)
		rc = row(m, q, arg, e);
	return db_done(q, rc == -1 ? NULL : e) == -1 || rc == -1 ? -1 : n;
}

static int	 (*const pages[STREAM_COUNT])(struct emit *,
    struct err *) = {
	[STREAM_FOLDERS] = emit_folders, [STREAM_CASES] = emit_cases,
	[STREAM_PLANS] = emit_plans, [STREAM_CYCLES] = emit_cycles,
	[STREAM_EXECUTIONS] = emit_executions,
};

static void
emit_stream_from(struct emit *m, int s)
{

	while (s < STREAM_COUNT && !m->selection->writes[s])
		s++;
	m->stream = s;
	memset(m->at, 0, sizeof(m->at));
	m->at[0] = -1;
	m->id = 0;
	free(m->key);
	m->key = NULL;
}

void
emit_rewind(struct emit *m)
{
	emit_stream_from(m, 0);
}

void
emit_onward(struct emit *m)
{
	emit_stream_from(m, m->stream + 1);
}

int
emit_page(struct emit *m, struct err *e)
{
	int n = pages[m->stream](m, e);

	if (n == -1 || m->jira->fail.code == 0)
		return n;
	*e = m->jira->fail;
	return -1;
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
