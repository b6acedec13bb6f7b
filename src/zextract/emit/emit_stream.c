#include <string.h>

#include "domain/api/zephyr.h"
#include "domain/stream/stream.h"
#include "io/json/json_out.h"

#include "emit/emit.h"
#include "list/list.h"
#include "select/selection.h"
#include "source.h"

/* Decides which stream is written when, and how each one ends. */

static const int lists[STREAM_COUNT] = {
	[STREAM_FOLDERS] = LIST_FOLDERS, [STREAM_CASES] = LIST_CASES,
	[STREAM_PLANS] = LIST_PLANS, [STREAM_CYCLES] = LIST_CYCLES,
	[STREAM_EXECUTIONS] = LIST_EXECUTIONS,
};

/* Write META and SCHEMA once the project is known to exist. */
static void
emit_begin(struct emit *m)
{
	const struct stream_meta meta = {
		.tool = "zextract " ZTOQ_VERSION, .run = m->run,
		.project = m->src->st.project, .source = zephyr_base(m->src->z),
		.side = "source", .pass = m->src->pass.n
	};
	int s;

	m->opened = 1;
	time_iso(m->src->pass.opened_ms, m->time);
	stream_meta(&m->out, &meta);
	for (s = 0; s < STREAM_COUNT; s++)
		if (m->selection->writes[s])
			stream_schema(&m->out, (enum stream)s,
			    shape_text((enum stream)s));
	emit_rewind(m);
}

static enum stream_status
emit_status(const struct emit *m)
{
	const struct list *l = &m->lists->v[lists[m->stream]];

	if (m->selection->left[m->stream])
		return STREAM_PARTIAL;
	return strcmp(l->st.word, "accepted") == 0 ? STREAM_UNPROVEN :
	    STREAM_COMPLETE;
}

/* Write a STATE that counts the records of all streams that are complete; the last
   STATE counts. */
static void
emit_bookmark(struct emit *m)
{
	int s;

	buf_reset(&m->record.val);
	json_out_open(&m->record.val, NULL, '{');
	for (s = 0; s <= m->stream; s++)
		if (m->selection->writes[s]) {
			json_out_open(&m->record.val, stream_name((enum stream)s), '{');
			json_out_int(&m->record.val, "pass", m->src->pass.n);
			json_out_int(&m->record.val, "records", m->out.c[s].records);
			json_out_close(&m->record.val, '}');
		}
	json_out_close(&m->record.val, '}');
	stream_state(&m->out, m->record.val.s);
}

static void
emit_next_stream(struct emit *m)
{

	emit_bookmark(m);
	stream_end(&m->out, (enum stream)m->stream, emit_status(m));
	emit_onward(m);
}

int
emit_step(struct emit *m, int ready, struct err *e)
{
	int n;

	if (!m->opened && m->src->ref != NULL) {
		emit_begin(m);
		return 1;
	}
	if (ready && m->selection->phase == SELECTION_READING) {
		m->selection->phase = SELECTION_ASKING;
		emit_rewind(m);
	}
	if (m->selection->phase == SELECTION_ASKING)
		return emit_select(m, e);
	if (m->stream == STREAM_COUNT || m->out.nd.b.len >= EMIT_AHEAD ||
	    !ready)
		return 0;
	if ((n = emit_page(m, e)) == -1)
		return -1;
	if (n == 0)
		emit_next_stream(m);
	return 1;
}

void
emit_stop(struct emit *m, int unread)
{

	if (!m->opened)
		emit_begin(m);
	if (m->selection->phase == SELECTION_ASKING)
		emit_rewind(m);
	for (; m->stream < STREAM_COUNT; emit_onward(m))
		stream_end(&m->out, (enum stream)m->stream,
		    strcmp(m->lists->v[lists[m->stream]].st.word,
		    "mismatch") == 0 || unread ? STREAM_UNPROVEN :
		    STREAM_PARTIAL);
}
