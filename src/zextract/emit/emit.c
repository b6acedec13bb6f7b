#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "domain/api/zephyr.h"
#include "domain/stream/stream.h"
#include "io/json/json.h"
#include "io/json/json_out.h"

#include "emit/emit.h"
#include "extract.h"
#include "files/attach.h"
#include "jira/jira.h"
#include "read/match.h"
#include "record.h"
#include "select/selection.h"

static void
emit_judge(struct extract *x)
{
	struct emit *m = x->emit;
	enum stream s = (enum stream)m->stream;
	char id[24];

	snprintf(id, sizeof(id), "%" PRId64, m->id);
	selection_judge(x->selection, s, strcmp(stream_key(s), "id") == 0 ? id :
	    m->key, &m->record.text);
}

void
emit_record(struct extract *x)
{
	struct emit *m = x->emit;

	jira_put(x, &m->record);
	if (x->selection->phase == SELECTION_ASKING)
		emit_judge(x);
	else
		stream_record(&m->out, (enum stream)m->stream, m->record.text.s,
		    m->record.text.len, NULL, NULL, m->time);
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
	record_put(&m->record, "folder", m->record.val.s, m->record.val.len);
}

int
emit_files(struct extract *x, const char *key, struct err *e)
{
	struct emit *m = x->emit;
	struct db_query q;

	if (!x->attach->any) {
		record_puts(&m->record, "attachments", "[]");
		return 0;
	}
	db_query(&q, x->db, "SELECT files FROM attachment_list"
	    " WHERE project = ?1 AND stream = ?2 AND owner_key = ?3"
	    " AND step_id = 0", "sss", x->st.project,
	    stream_name((enum stream)m->stream), key);
	if (db_row(&q) && !db_null(&q, 0))
		record_put(&m->record, "attachments", db_str(&q, 0), db_len(&q, 0));
	else
		record_puts(&m->record, "attachments", "[]");
	return db_done(&q, e);
}

static int	 (*const pages[STREAM_COUNT])(struct extract *,
    struct err *) = {
	[STREAM_FOLDERS] = emit_folders, [STREAM_CASES] = emit_cases,
	[STREAM_PLANS] = emit_plans, [STREAM_CYCLES] = emit_cycles,
	[STREAM_EXECUTIONS] = emit_executions,
};

static void
emit_stream_from(struct extract *x, int s)
{
	struct emit *m = x->emit;

	while (s < STREAM_COUNT && !x->selection->writes[s])
		s++;
	m->stream = s;
	memset(m->at, 0, sizeof(m->at));
	m->at[0] = -1;
	m->id = 0;
	free(m->key);
	m->key = NULL;
}

void
emit_rewind(struct extract *x)
{
	emit_stream_from(x, 0);
}

void
emit_onward(struct extract *x)
{
	emit_stream_from(x, x->emit->stream + 1);
}

int
emit_page(struct extract *x, struct err *e)
{
	int n = pages[x->emit->stream](x, e);

	if (n == -1 || x->jira->fail.code == 0)
		return n;
	*e = x->jira->fail;
	return -1;
}

int
emit_done(const struct extract *x)
{
	return x->emit->stream == STREAM_COUNT && x->emit->out.nd.b.len == 0;
}

void
emit_free(struct emit *m)
{
	ndjson_out_free(&m->out.nd);
	match_free(&m->match);
	free(m->key);
	record_free(&m->record);
}
