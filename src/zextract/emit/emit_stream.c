#include <stdlib.h>
#include <string.h>

#include "domain/api/zephyr.h"
#include "io/json/json_out.h"

#include "emit/emit_case.h"
#include "emit/emit_run.h"
#include "emit/emit_stream.h"
#include "emit/stream_schema.h"
#include "jira/jira.h"
#include "list/list.h"
#include "select/selection_rows.h"
#include "source.h"

/* Decides which stream is written when, and how each one ends. */

static int	 (*const pages[STREAM_COUNT])(struct emit *,
    struct err *) = {
	[STREAM_FOLDERS] = emit_folders, [STREAM_CASES] = emit_cases,
	[STREAM_PLANS] = emit_planning_page, [STREAM_CYCLES] = emit_planning_page,
	[STREAM_EXECUTIONS] = emit_executions,
};

/* Set the position to the first row of the first stream from s on that is written. */
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

/* Write a page of the current stream, or ask about it.  Return the number of its rows, 0
   at the end of the stream, or -1. */
static int
emit_page(struct emit *m, struct err *e)
{
	int n = pages[m->stream](m, e);

	if (n == -1 || m->jira->fail.code == 0)
		return n;
	*e = m->jira->fail;
	return -1;
}

static int
emit_select_keep_tx(struct db *db, void *arg, struct err *e)
{
	struct emit *m = arg;

	(void)db;
	return selection_keep(m->selection, (enum stream)m->stream, e);
}

static int
emit_select_settle_tx(struct db *db, void *arg, struct err *e)
{
	struct emit *m = arg;

	(void)db;
	return selection_add_dependencies(m->selection, SEL_MATCH_DEP, e) == -1 ||
	    selection_is_partial(m->selection, SEL_MATCH_DEP, e) == -1 ? -1 : 0;
}

static int
emit_select_settle(struct emit *m, struct err *e)
{
	if (db_tx(m->src->db, emit_select_settle_tx, m, e) == -1)
		return -1;
	m->selection->phase = SELECTION_SETTLED;
	emit_stream_from(m, 0);
	return 1;
}

/* Ask the program of --select about a page of records, in the form in which they would
   be written, and keep the keys that it selects.  Return 1 or -1. */
static int
emit_select(struct emit *m, struct err *e)
{
	struct selection *c = m->selection;
	int n, rc = 0;

	if ((n = emit_page(m, e)) == -1)
		return -1;
	if (c->why.code != 0) {
		*e = c->why;
		return -1;
	}
	if (c->keys > 0)
		rc = db_tx(m->src->db, emit_select_keep_tx, m, e);
	while (c->keys > 0)
		free(c->key[--c->keys]);
	if (rc == -1)
		return -1;
	if (n > 0 && (c->limit == 0 || c->kept < c->limit))
		return 1;
	c->kept = 0;
	emit_stream_from(m, m->stream + 1);
	return m->stream == STREAM_COUNT ? emit_select_settle(m, e) : 1;
}

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
			    stream_shapes[s]);
	emit_stream_from(m, 0);
}

static enum stream_status
emit_status(const struct emit *m)
{
	const struct list *l = &m->lists->v[STREAM_LIST(m->stream)];

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
	struct buf *b = record_val(&m->record);
	int s;

	json_out_open(b, NULL, '{');
	for (s = 0; s <= m->stream; s++)
		if (m->selection->writes[s]) {
			json_out_open(b, stream_name((enum stream)s), '{');
			json_out_int(b, "pass", m->src->pass.n);
			json_out_int(b, "records", m->out.c[s].records);
			json_out_close(b, '}');
		}
	json_out_close(b, '}');
	stream_state(&m->out, b->s);
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
		emit_stream_from(m, 0);
	}
	if (m->selection->phase == SELECTION_ASKING)
		return emit_select(m, e);
	if (m->stream == STREAM_COUNT || m->out.nd.b.len >= EMIT_AHEAD ||
	    !ready)
		return 0;
	if ((n = emit_page(m, e)) == -1)
		return -1;
	if (n == 0) {
		emit_bookmark(m);
		stream_end(&m->out, (enum stream)m->stream, emit_status(m));
		emit_stream_from(m, m->stream + 1);
	}
	return 1;
}

void
emit_stop(struct emit *m, int unread)
{
	if (!m->opened)
		emit_begin(m);
	if (m->selection->phase == SELECTION_ASKING)
		emit_stream_from(m, 0);
	for (; m->stream < STREAM_COUNT; emit_stream_from(m, m->stream + 1))
		stream_end(&m->out, (enum stream)m->stream,
		    strcmp(m->lists->v[STREAM_LIST(m->stream)].st.word,
		    "mismatch") == 0 || unread ? STREAM_UNPROVEN :
		    STREAM_PARTIAL);
}
