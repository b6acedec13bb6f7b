#include <inttypes.h>
#include <string.h>

#include "domain/api/zephyr.h"
#include "domain/stream/stream.h"
#include "io/json/json_out.h"

#include "emit/emit.h"
#include "extract.h"
#include "files/attach.h"
#include "jira/jira.h"
#include "list/list.h"
#include "list/names.h"
#include "read/unread.h"
#include "reader.h"
#include "select/selection.h"

/* Which stream is written when, and how each one ends. */

static const int lists[STREAM_COUNT] = {
	[STREAM_FOLDERS] = LIST_FOLDERS, [STREAM_CASES] = LIST_CASES,
	[STREAM_PLANS] = LIST_PLANS, [STREAM_CYCLES] = LIST_CYCLES,
	[STREAM_EXECUTIONS] = LIST_EXECUTIONS,
};

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

/* True when all is read that the records of the current stream need. */
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
