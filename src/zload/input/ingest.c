#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/checkpoint.h"
#include "load.h"
#include "plan_effects.h"
#include "input/desired.h"
#include "input/ingest.h"
#include "input/source.h"
#include "work/queue.h"

/*
 * Effects come in by standard input or from table target; a batch is in both
 * tables before anything acts upon it.
 */
enum { BATCH = 256, BATCH_BYTES = 4 << 20 };

struct ingest {
	struct stream_in in;
	struct target	*row;
	int		 n, cap;
	size_t		 bytes;
	int64_t		 records;
	int		 flags;		/* of standard input, -1: not ours */
	int		 meta_new;	/* META is to be remembered */
	struct source_at at;		/* --from-db: the last row read */
	ingest_sink	*sink;		/* NULL: the ledger */
};

int
ingest_open(struct load *l, ingest_sink *sink, struct err *e)
{
	struct ingest *g = mem_zalloc(sizeof(*g));

	l->in = g;
	g->sink = sink;
	l->input_open = 1;
	g->flags = -1;
	g->at.ord = -1;
	if (l->from_db)
		return source_db(l, e);
	stream_in_open(&g->in, 0, "stdin");
	g->in.unsealed = l->unsealed;
	g->flags = fcntl(0, F_GETFL);
	if (g->flags != -1 && fcntl(0, F_SETFL, g->flags | O_NONBLOCK) == -1)
		return err_sys(e, ZX_NOINPUT, "stdin");
	return 0;
}

void
ingest_close(struct load *l)
{
	struct ingest *g = l->in;

	if (g == NULL)
		return;
	if (g->flags != -1)
		(void)fcntl(0, F_SETFL, g->flags);
	if (!l->from_db)
		stream_in_free(&g->in);
	while (g->n > 0)
		target_free(&g->row[--g->n]);
	free(g->row);
	free(g->at.ekey);
	free(g);
	l->in = NULL;
}

int
ingest_fd(struct load *l)
{
	return l->input_open && !l->from_db ? 0 : -1;
}

/* Another record owns the effect: what that brought is wanted. */
static int
ingest_foreign(struct load *l, const struct target *t, struct err *e)
{
	struct target own;
	char what[400];
	int rc = target_get(l->db, l->project, l->map, t->kind, t->ekey, &own, e);

	if (rc != 1)
		return rc;
	rc = desired_row(l, &own, e);
	if (rc == 0 && strcmp(own.hash, t->hash) != 0) {
		snprintf(what, sizeof(what), "%s %.200s stays as %s %.60s defines it (it comes "
		    "first); the map gives another definition here", t->kind, t->ekey,
		    stream_name(own.stream), own.skey);
		rc = finding_issue(&l->finding, "load", t->stream, t->skey,
		    "shared-effect", "warning", what, e);
	}
	target_free(&own);
	return rc;
}

/* A row that came by pipe. */
static int
ingest_piped(struct load *l, const struct target *t, struct err *e)
{
	int own = target_own(l->db, l->project, l->map, t, e);

	if (own == -1)
		return -1;
	queue_event(l, t->kind, t->ekey);	/* it is not gone */
	if (t->type == KIND_CASE)
		queue_event(l, "approve", t->ekey);
	return own ? desired_row(l, t, e) : ingest_foreign(l, t, e);
}

static int
ingest_write_batch(struct db *db, void *arg, struct err *e)
{
	struct load *l = arg;
	struct ingest *g = l->in;
	int i;

	(void)db;
	if (g->meta_new && source_remember(l, e) == -1)
		return -1;
	for (i = 0; i < g->n; i++)
		if (ingest_piped(l, &g->row[i], e) == -1)
			return -1;
	return 0;
}

static int
ingest_flush(struct load *l, struct err *e)
{
	struct ingest *g = l->in;
	int rc;

	if (g->n == 0 && !g->meta_new)
		return 0;
	rc = g->sink != NULL ? g->sink(l, g->row, g->n, 1, e) :
	    db_tx(l->db, ingest_write_batch, l, e);
	if (rc == -1)
		return -1;
	g->meta_new = 0;
	g->bytes = 0;
	while (g->n > 0)
		target_free(&g->row[--g->n]);
	return 0;
}

struct end {
	struct load	*load;
	enum stream	 stream;
};

static int
ingest_write_end(struct db *db, void *arg, struct err *e)
{
	struct end *d = arg;
	struct load *l = d->load;
	struct stream_in *in = &l->in->in;
	const struct checkpoint_of of = { db, "zload", l->project, l->pass };
	struct stream_count c = in->c[d->stream];

	c.rejected = in->announced[d->stream].rejected;	/* by the stages before */
	c.status = l->unsealed ? STREAM_UNPROVEN : in->announced[d->stream].status;
	return checkpoint_end(&of, d->stream, l->ledger.target, l->map, &c, e);
}

/* How much of a stream is in the ledger: for who asks if a pass is whole. */
static int
ingest_end_read(struct load *l, enum stream s, struct err *e)
{
	struct end d = { l, s };

	if (!stream_ended(&l->in->in, s))
		return 0;
	l->stream_read[s] = 1;
	if (l->map[0] == '\0' || l->job.plan)
		return 0;
	if (ingest_flush(l, e) == -1 || db_tx(l->db, ingest_write_end, &d, e) == -1 ||
	    source_whole(l, e) == -1)
		return -1;
	queue_look_again(l);
	return 0;
}

/* A line or record that is not taken: told, counted, and on we go. */
static int
ingest_set_aside(struct load *l, const struct stream_msg *m, const char *rule,
    const char *why, struct err *e)
{
	struct stream_in *in = &l->in->in;
	int whole = m->type == MSG_RECORD || m->type == MSG_REJECT;

	l->bad++;
	log_warn(NULL, "stdin:%lld: %s", (long long)in->nd.line, why);
	if (m->type == MSG_RECORD)
		stream_set_aside(in, m->stream);
	if (l->reject.path == NULL)
		return 0;
	return reject_put(&l->reject, m->stream != STREAM_COUNT ?
	    stream_name(m->stream) : "?", rule, why, whole ? m->hash : NULL,
	    in->nd.line, whole ? m->recline : m->line,
	    whole ? m->reclen : m->len, whole, e);
}

static void
ingest_add(struct ingest *g, struct target *t)
{
	if (g->n == g->cap) {
		g->cap = g->cap == 0 ? BATCH : g->cap * 2;
		g->row = mem_grow(g->row, (size_t)g->cap, sizeof(*g->row));
	}
	g->bytes += strlen(t->body);
	g->row[g->n++] = *t;
}

static int
ingest_effects_read(struct load *l, const struct stream_msg *m, const char *key,
    const struct json *list, struct err *e)
{
	struct ingest *g = l->in;
	int64_t seq = json_int(&m->doc, "z.seq", g->records);
	struct json one;
	struct target t;
	struct err why = { 0 };
	int i, from = g->n, n = json_len(list, ""), rc = 0;

	for (i = 0; i < n && rc == 0; i++) {
		one = json_at(list, i);
		rc = target_read(&t, &one, m->stream, key, seq, i, &why);
		json_free(&one);
		if (rc == -1)
			break;
		t.changes = mem_dup(m->changes);
		t.pass = json_int(&g->in.meta_doc, "z.pass", 0);
		ingest_add(g, &t);
	}
	if (rc == 0)
		return 0;
	while (g->n > from)
		target_free(&g->row[--g->n]);
	return ingest_set_aside(l, m, "shape", why.msg, e);
}

static int
ingest_record_read(struct load *l, const struct stream_msg *m, struct err *e)
{
	struct json list = json_member(&m->rec, "effects");
	const char *key = json_str(&m->rec, "key");
	int rc;

	l->in->records++;
	if (key == NULL || json_type(&list, "") != JSON_ARR)
		rc = ingest_set_aside(l, m, "shape", "not a target record: key and effects"
		    " are missing", e);
	else
		rc = ingest_effects_read(l, m, key, &list, e);
	json_free(&list);
	return rc;
}

static int
ingest_line(struct load *l, const struct stream_msg *m, struct err *e)
{
	switch (m->type) {
	case MSG_META:
		l->in->meta_new = 1;
		return source_meta(l, &l->in->in.meta_doc, e);
	case MSG_REJECT:
		if (m->stream == STREAM_COUNT)
			return ingest_set_aside(l, m, "line", "a REJECT without a stream", e);
		/* mended, and piped in again */
		/* FALLTHROUGH */
	case MSG_RECORD:
		if (l->map[0] == '\0' && source_meta(l, NULL, e) == -1)
			return -1;
		return ingest_record_read(l, m, e);
	case MSG_END:
		return ingest_end_read(l, m->stream, e);
	case MSG_BAD:
		return ingest_set_aside(l, m, "line", m->why, e);
	default:
		return 0;
	}
}

static int
ingest_stream_ended(struct load *l, struct err *e)
{
	if (ingest_flush(l, e) == -1)
		return -1;
	if (stream_sealed(&l->in->in, &l->sealed, &l->seal) == -1)
		log_warn(NULL, "%s; everything before it is loaded", l->seal.msg);
	queue_input_ended(l);
	return 0;
}

int
ingest_turn(struct load *l, struct err *e)
{
	struct ingest *g = l->in;
	struct stream_msg *m;
	int rc = 1, n;

	if (!l->input_open)
		return 0;
	if (l->from_db)
		return source_page(l, &g->at, g->sink, e);
	for (n = 0; n < BATCH && g->bytes < BATCH_BYTES; n++) {
		if (l->job.limit > 0 && g->records >= l->job.limit) {
			log_info(NULL, "stopped reading after --limit %lld records",
			    (long long)l->job.limit);
			l->limited = 1;
			rc = ingest_flush(l, e);
			queue_input_ended(l);
			return rc;
		}
		if ((rc = stream_next(&g->in, &m, e)) != 1)
			break;
		if (ingest_line(l, m, e) == -1)
			return -1;
	}
	if (rc == -1)
		return -1;
	if (rc == 0)
		return ingest_stream_ended(l, e);
	return ingest_flush(l, e) == -1 ? -1 : rc == 1;
}
