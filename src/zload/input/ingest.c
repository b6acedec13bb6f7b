#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/checkpoint.h"
#include "session.h"
#include "input/desired.h"
#include "input/ingest.h"
#include "input/input.h"
#include "input/source.h"
#include "work/queue.h"
#include "work/work.h"

/* A batch of effects is in the tables target and ledger before a task is made of it. */
enum { BATCH_BYTES = 4 << 20 };

struct ingest {
	struct work	*work;
	struct session	*session;	/* that of .work */
	struct input	*state;		/* that of .work */
	struct stream_in in;
	struct target	*row;
	int		 n, cap;
	size_t		 bytes;
	int64_t		 records;
	int		 flags;		/* of standard input, to be restored; -1: unchanged */
	int		 meta_new;	/* META is not stored yet */
	struct source_at at;		/* --from-db: the last row read */
	ingest_sink	*sink;		/* NULL: the ledger */
	void		*arg;		/* of .sink */
};

int
ingest_open(struct ingest **out, struct work *w, ingest_sink *sink, void *arg, struct err *e)
{
	struct ingest *g = *out = mem_zalloc(sizeof(*g));

	*g = (struct ingest){ .work = w, .session = w->session, .state = w->input,
	    .sink = sink, .arg = arg, .flags = -1, .at = { .ord = -1 } };
	w->input->is_open = 1;
	if (g->session->options->from_db)
		return source_db(w, e);
	stream_in_open(&g->in, 0, "stdin");
	g->in.unsealed = g->session->options->unsealed;
	g->flags = fcntl(0, F_GETFL);
	if (g->flags != -1 && fcntl(0, F_SETFL, g->flags | O_NONBLOCK) == -1)
		return err_sys(e, ZX_NOINPUT, "stdin");
	return 0;
}

static void
ingest_rows_drop(struct ingest *g, int from)
{
	while (g->n > from)
		target_free(&g->row[--g->n]);
}

void
ingest_close(struct ingest *g)
{
	if (g == NULL)
		return;
	if (g->flags != -1)
		(void)fcntl(0, F_SETFL, g->flags);
	if (!g->session->options->from_db)
		stream_in_free(&g->in);
	ingest_rows_drop(g, 0);
	free(g->row);
	free(g->at.ekey);
	free(g);
}

int
ingest_fd(const struct ingest *g)
{
	return g->state->is_open && !g->session->options->from_db ? 0 : -1;
}

/* Note that no more effects come: tasks that wait for an unknown effect can end. */
static void
ingest_end(struct ingest *g)
{
	g->state->is_open = 0;
	queue_retry(g->work->queue, NULL, NULL);
}

/* Enter an effect that another record, too, defines: the definition of the first record
   counts, and a different one becomes a finding.  0, -1. */
static int
ingest_foreign(struct ingest *g, const struct target *t, struct err *e)
{
	struct target own;
	const struct ledger *lg = &g->session->ledger;
	char what[400];
	int rc = target_get(g->session->db, lg->project, lg->map, t->kind, t->ekey, &own, e);

	if (rc != 1)
		return rc;
	rc = desired_row(g->work, &own, e);
	if (rc == 0 && strcmp(own.hash, t->hash) != 0) {
		snprintf(what, sizeof(what), "%s %.200s stays as %s %.60s defines it (it comes "
		    "first); the map gives another definition here", t->kind, t->ekey,
		    stream_name(own.stream), own.skey);
		rc = finding_issue(&g->session->finding, "load", t->stream, t->skey,
		    "shared-effect", "warning", what, e);
	}
	target_free(&own);
	return rc;
}

/* Enter a row from standard input.  0, -1. */
static int
ingest_piped(struct ingest *g, const struct target *t, struct err *e)
{
	const struct ledger *lg = &g->session->ledger;
	int own = target_own(g->session->db, lg->project, lg->map, t, e);

	if (own == -1)
		return -1;
	queue_retry(g->work->queue, t->kind, t->ekey);	/* its record is not gone */
	if (t->type == KIND_CASE)
		queue_retry(g->work->queue, "approve", t->ekey);
	return own ? desired_row(g->work, t, e) : ingest_foreign(g, t, e);
}

static int
ingest_write_batch(struct db *db, void *arg, struct err *e)
{
	struct ingest *g = arg;
	int i;

	(void)db;
	if (g->meta_new && source_remember(g->work, e) == -1)
		return -1;
	for (i = 0; i < g->n; i++)
		if (ingest_piped(g, &g->row[i], e) == -1)
			return -1;
	return 0;
}

static int
ingest_flush(struct ingest *g, struct err *e)
{
	int rc;

	if (g->n == 0 && !g->meta_new)
		return 0;
	rc = g->sink != NULL ? g->sink(g->arg, g->row, g->n, 1, e) :
	    db_tx(g->session->db, ingest_write_batch, g, e);
	if (rc == -1)
		return -1;
	g->meta_new = 0;
	g->bytes = 0;
	ingest_rows_drop(g, 0);
	return 0;
}

struct end {
	struct ingest	*ingest;
	enum stream	 stream;
};

static int
ingest_write_end(struct db *db, void *arg, struct err *e)
{
	struct end *d = arg;
	struct session *s = d->ingest->session;
	struct stream_in *in = &d->ingest->in;
	const struct checkpoint_of of = { db, "zload", s->ledger.project, d->ingest->state->pass };
	struct stream_count c = in->c[d->stream];

	c.rejected = in->announced[d->stream].rejected;	/* by the earlier stages */
	c.status = s->options->unsealed ? STREAM_UNPROVEN : in->announced[d->stream].status;
	return checkpoint_end(&of, d->stream, s->ledger.target, s->ledger.map, &c, e);
}

/* Store how many records of a stream are in the ledger, once its END is read.  0, -1. */
static int
ingest_end_read(struct ingest *g, enum stream s, struct err *e)
{
	struct end d = { g, s };

	if (!stream_ended(&g->in, s))
		return 0;
	g->state->stream_read[s] = 1;
	if (g->state->map[0] == '\0' || g->session->planning)
		return 0;
	if (ingest_flush(g, e) == -1 ||
	    db_tx(g->session->db, ingest_write_end, &d, e) == -1 ||
	    source_whole(g->work, e) == -1)
		return -1;
	queue_retry(g->work->queue, NULL, NULL);
	return 0;
}

/* Report, count and reject a line or record that is not loaded.  0, -1. */
static int
ingest_set_aside(struct ingest *g, const struct stream_msg *m, const char *rule,
    const char *why, struct err *e)
{
	struct stream_in *in = &g->in;
	struct reject *reject = &g->session->reject;
	int whole = m->type == MSG_RECORD || m->type == MSG_REJECT;

	g->state->set_aside++;
	log_warn(NULL, "stdin:%lld: %s", (long long)in->nd.line, why);
	if (m->type == MSG_RECORD)
		stream_set_aside(in, m->stream);
	if (reject->path == NULL)
		return 0;
	return reject_put(reject, m->stream != STREAM_COUNT ?
	    stream_name(m->stream) : "?", rule, why, whole ? m->hash : NULL,
	    in->nd.line, whole ? m->recline : m->line,
	    whole ? m->reclen : m->len, whole, e);
}

static void
ingest_add(struct ingest *g, struct target *t)
{
	if (g->n == g->cap) {
		g->cap = g->cap == 0 ? JOB_BATCH : g->cap * 2;
		g->row = mem_grow(g->row, (size_t)g->cap, sizeof(*g->row));
	}
	g->bytes += strlen(t->body);
	g->row[g->n++] = *t;
}

static int
ingest_effects_read(struct ingest *g, const struct stream_msg *m, const char *key,
    const struct json *list, struct err *e)
{
	int64_t seq = json_int(&m->doc, "z.seq", g->records);
	struct json one = { 0 };
	struct target t;
	struct err why = { 0 };
	int i = 0, from = g->n, rc = 0;

	while (json_each(list, &i, &one)) {
		if ((rc = target_read(&t, &one, m->stream, key, seq, i - 1, &why)) == -1)
			break;
		t.changes = mem_dup(m->changes);
		t.pass = json_int(&g->in.meta_doc, "z.pass", 0);
		ingest_add(g, &t);
	}
	json_free(&one);
	if (rc == 0)
		return 0;
	ingest_rows_drop(g, from);
	return ingest_set_aside(g, m, "shape", why.msg, e);
}

static int
ingest_record_read(struct ingest *g, const struct stream_msg *m, struct err *e)
{
	struct json list = json_member(&m->rec, "effects");
	const char *key = json_str(&m->rec, "key");
	int rc;

	g->records++;
	if (key == NULL || json_type(&list, "") != JSON_ARR)
		rc = ingest_set_aside(g, m, "shape", "not a target record: key and effects"
		    " are missing", e);
	else
		rc = ingest_effects_read(g, m, key, &list, e);
	json_free(&list);
	return rc;
}

static int
ingest_line(struct ingest *g, const struct stream_msg *m, struct err *e)
{
	switch (m->type) {
	case MSG_META:
		g->meta_new = 1;
		return source_meta(g->work, &g->in.meta_doc, e);
	case MSG_REJECT:
		if (m->stream == STREAM_COUNT)
			return ingest_set_aside(g, m, "line", "a REJECT without a stream", e);
		/* a corrected record, loaded again */
		/* FALLTHROUGH */
	case MSG_RECORD:
		if (g->state->map[0] == '\0' && source_meta(g->work, NULL, e) == -1)
			return -1;
		return ingest_record_read(g, m, e);
	case MSG_END:
		return ingest_end_read(g, m->stream, e);
	case MSG_BAD:
		return ingest_set_aside(g, m, "line", m->why, e);
	default:
		return 0;
	}
}

static int
ingest_stream_ended(struct ingest *g, struct err *e)
{
	struct input *in = g->state;

	if (ingest_flush(g, e) == -1)
		return -1;
	if (stream_sealed(&g->in, &in->sealed, &in->seal) == -1 && g->records > 0)
		log_info(NULL, "the input is incomplete; records read and loaded: %lld",
		    (long long)g->records);
	ingest_end(g);
	return 0;
}

int
ingest_turn(struct ingest *g, struct err *e)
{
	const struct session *s = g->session;
	struct stream_msg *m;
	int rc = 1, n;

	if (!g->state->is_open)
		return 0;
	if (s->options->from_db) {
		if ((rc = source_page(g->work, &g->at, g->sink, g->arg, e)) == 0)
			ingest_end(g);
		return rc;
	}
	for (n = 0; n < s->job->batch_size && g->bytes < BATCH_BYTES; n++) {
		if (s->job->limit > 0 && g->records >= s->job->limit) {
			log_info(NULL, "stopped reading after %lld record%s (--limit)",
			    PLURAL((long long)s->job->limit));
			g->state->is_limited = 1;
			rc = ingest_flush(g, e);
			ingest_end(g);
			return rc;
		}
		if ((rc = stream_next(&g->in, &m, e)) != 1)
			break;
		if (ingest_line(g, m, e) == -1)
			return -1;
	}
	if (rc == -1)
		return -1;
	if (rc == 0)
		return ingest_stream_ended(g, e);
	return ingest_flush(g, e) == -1 ? -1 : rc == 1;
}
