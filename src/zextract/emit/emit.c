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
#include "list/list.h"
#include "list/names.h"
#include "read/match.h"
#include "read/unread.h"
#include "reader.h"
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

static const int lists[STREAM_COUNT] = {
	[STREAM_FOLDERS] = LIST_FOLDERS, [STREAM_CASES] = LIST_CASES,
	[STREAM_PLANS] = LIST_PLANS, [STREAM_CYCLES] = LIST_CYCLES,
	[STREAM_EXECUTIONS] = LIST_EXECUTIONS,
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

/* META, once the project is known to be there. */
static void
emit_begin(struct extract *x)
{
	const struct stream_meta meta = {
		.tool = "zextract " ZTOQ_VERSION, .run = x->job->run,
		.project = x->st.project, .source = zephyr_base(x->z),
		.side = "source", .pass = x->pass.n
	};
	struct emit *m = x->emit;
	int s;

	m->opened = 1;
	time_iso(x->pass.opened_ms, m->time);
	stream_meta(&m->out, &meta);
	for (s = 0; s < STREAM_COUNT; s++)
		if (x->selection->writes[s])
			stream_schema(&m->out, (enum stream)s,
			    shape_text((enum stream)s));
	emit_rewind(x);
}

/* Is all there that the records of the current stream need? */
static int
emit_ready(const struct extract *x)
{
	if (x->selection->phase != SELECTION_SETTLED || x->unread->n > 0 ||
	    !names_done(x))
		return 0;
	if (x->emit->stream != STREAM_FOLDERS &&
	    (!attach_ready(x) || !jira_done(x)))
		return 0;
	switch (x->emit->stream) {
	case STREAM_CASES:
		return x->phase >= PHASE_DETAILS && reader_done(x, READ_STUBS) &&
		    reader_done(x, READ_VERSION_LISTS) && reader_done(x, READ_VERSIONS);
	case STREAM_EXECUTIONS:
		return x->phase >= PHASE_DETAILS && reader_done(x, READ_RESULTS);
	default:
		return 1;
	}
}

static enum stream_status
emit_status(const struct extract *x)
{
	const struct list *l = &x->lists[lists[x->emit->stream]];

	if (x->selection->left[x->emit->stream])
		return STREAM_PARTIAL;
	return strcmp(l->st.word, "accepted") == 0 ? STREAM_UNPROVEN :
	    STREAM_COMPLETE;
}

/* A bookmark speaks of all streams that are through: the last one counts. */
static void
emit_bookmark(struct extract *x)
{
	struct emit *m = x->emit;
	int s;

	buf_reset(&m->record.val);
	json_out_open(&m->record.val, NULL, '{');
	for (s = 0; s <= m->stream; s++)
		if (x->selection->writes[s]) {
			json_out_open(&m->record.val, stream_name((enum stream)s), '{');
			json_out_int(&m->record.val, "pass", x->pass.n);
			json_out_int(&m->record.val, "records", m->out.c[s].records);
			json_out_close(&m->record.val, '}');
		}
	json_out_close(&m->record.val, '}');
	stream_state(&m->out, m->record.val.s);
}

static void
emit_next_stream(struct extract *x)
{
	struct emit *m = x->emit;

	emit_bookmark(x);
	stream_end(&m->out, (enum stream)m->stream, emit_status(x));
	emit_onward(x);
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

/* True once all is read of what the program of --select is asked about. */
static int
emit_may_ask(const struct extract *x)
{
	return x->selection->phase == SELECTION_READING && x->selection->select != NULL &&
	    x->phase > PHASE_FILES && x->unread->n == 0 && jira_done(x);
}

int
emit_step(struct extract *x, struct err *e)
{
	struct emit *m = x->emit;
	int n;

	if (!m->opened && x->ref != NULL) {
		emit_begin(x);
		return 1;
	}
	if (emit_may_ask(x)) {
		x->selection->phase = SELECTION_ASKING;
		emit_rewind(x);
	}
	if (x->selection->phase == SELECTION_ASKING)
		return emit_select(x, e);
	if (m->stream == STREAM_COUNT || m->out.nd.b.len >= EMIT_AHEAD ||
	    !emit_ready(x))
		return 0;
	if ((n = emit_page(x, e)) == -1)
		return -1;
	if (n == 0)
		emit_next_stream(x);
	return 1;
}

int
emit_done(const struct extract *x)
{
	return x->emit->stream == STREAM_COUNT && x->emit->out.nd.b.len == 0;
}

void
emit_stop(struct extract *x)
{
	struct emit *m = x->emit;

	if (!m->opened)
		emit_begin(x);
	if (x->selection->phase == SELECTION_ASKING)
		emit_rewind(x);
	for (; m->stream < STREAM_COUNT; emit_onward(x))
		stream_end(&m->out, (enum stream)m->stream,
		    strcmp(x->lists[lists[m->stream]].st.word,
		    "mismatch") == 0 || x->unread->n > 0 ? STREAM_UNPROVEN :
		    STREAM_PARTIAL);
}

void
emit_free(struct emit *m)
{
	ndjson_out_free(&m->out.nd);
	match_free(&m->match);
	free(m->key);
	record_free(&m->record);
}
