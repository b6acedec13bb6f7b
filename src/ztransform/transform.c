#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/checkpoint.h"
#include "io/json/json_out.h"
#include "batch.h"
#include "mentions.h"
#include "transform.h"

struct transform {
	struct map	*map;
	struct batch	 batch;
	int64_t		 seq[STREAM_COUNT];	/* of the records that are written */
	struct transform_counts *counts;
};

static const char schema[] = "{\"properties\":{\"effects\":{\"type\":\"array\"},"
    "\"key\":{\"type\":\"string\"}},\"required\":[\"effects\",\"key\"],\"type\":\"object\"}";

void
transform_meta(const struct map *map, struct stream_out *out, const struct job *job,
    int64_t pass, const char *source)
{
	struct stream_meta meta = {
		.tool = "ztransform " ZTOQ_VERSION, .run = job->run,
		.project = job->project, .side = "target", .pass = pass, .source = source,
		.map = map->hash, .fields = map->fields, .statuses = map->statuses,
	};

	stream_meta(out, &meta);
}

static int
on_start(void *arg, struct filter *f, const struct stream_msg *m, struct err *e)
{
	struct transform *t = arg;
	const char *side = json_str(&m->doc, "z.side");
	struct checkpoint_of of;

	if (m->type == MSG_META && side != NULL && strcmp(side, "source") != 0)
		return err_set(e, ZX_DATA, "the stream is already transformed (side %s); pipe it "
		    "to zload", side);
	transform_meta(t->map, &f->out, f->job, f->pass,
	    m->type == MSG_META ? json_str(&m->doc, "z.source") : NULL);
	if (f->job->plan)
		return 0;
	if (job_db(f->job, e) == -1)
		return -1;
	of = (struct checkpoint_of){ f->job->db, "ztransform", f->project, f->pass };
	if (checkpoint_fields_put(&of, t->map->hash, t->map->fields, e) == -1)
		return -1;
	return finding_open(&t->batch.finding, f->job->db, f->project, f->job->run, e);
}

/* Find the record to transform: that of the message, or its override.  A REJECT line
   with another hash than its source is a corrected record, to be stored as override. */
static int
transform_record_of(struct transform *t, struct filter *f, struct stream_msg *m,
    struct item *it, struct json *rec, struct err *e)
{
	const char *source = m->type == MSG_REJECT ? json_str(&m->doc, "hash") : NULL;
	struct buf b = { 0 };
	int rc;

	it->source_hash = mem_dup(source != NULL ? source : m->hash);
	if (source != NULL && strcmp(source, m->hash) != 0) {
		json_dump(&m->rec, &b);
		it->corrected = buf_take(&b, NULL);
		t->batch.finding.overrides++;
	} else if (!f->job->plan) {
		rc = finding_override(&t->batch.finding, m->stream, it->key, it->source_hash,
		    rec, e);
		if (rc != 0)
			return rc == 1 ? 0 : -1;
	}
	*rec = json_copy(&m->rec);
	return 0;
}

static int
transform_set_aside(struct transform *t, struct filter *f, struct stream_msg *m,
    struct item *it, const struct json *why, struct err *e)
{
	const char *rule = json_str(why, "rule"), *reason = json_str(why, "reason");
	int known = 0;

	t->counts->aside++;
	it->rule = mem_dup(rule != NULL ? rule : "map");
	it->reason = mem_dup(reason != NULL ? reason : "the map gives no reason");
	if (!f->job->plan)
		known = finding_known(&t->batch.finding, f->job->tool, m->stream, it->key, it->rule,
		    it->reason, it->source_hash, e);
	if (known == -1)
		return -1;
	if (!known && f->reject.path != NULL)
		log_warn(stream_name(m->stream), "%s: set aside: %s (rule=%s)", it->key,
		    it->reason, it->rule);
	return filter_reject(f, m, it->rule, it->reason, !known, e);
}

static char *
transform_text_of(const struct json *v)
{
	struct buf b = { 0 };

	json_dump(v, &b);
	return buf_take(&b, NULL);
}

/* Append an effect as JSON; most of it is its body, copied from the row that
   target_read wrote. */
static void
transform_effect_text(struct buf *out, const struct json *effect, const struct target *row)
{
	static const char head[] = "{\"body\":";
	const char *body = row->body + sizeof(head) - 1, *end;
	struct json rest = json_copy(effect);
	struct buf b = { 0 };

	end = json_skip(body, row->body + strlen(row->body));
	json_del(&rest, "body");
	json_dump(&rest, &b);
	json_splice(out, buf_str(&b), b.len, "body", body, (size_t)(end - body));
	json_free(&rest);
	buf_free(&b);
}

/* Add an effect to the rows of an item, and to the text of its record in b. */
static int
transform_effect_read(struct item *it, const struct json *one, int64_t seq, struct buf *b,
    struct err *e)
{
	int n = it->effects;

	it->effect = mem_grow(it->effect, (size_t)n + 1, sizeof(*it->effect));
	if (target_read(&it->effect[n], one, it->stream, it->key, seq, n, e) == -1)
		return -1;
	it->effects++;
	json_out_name(b, NULL);
	transform_effect_text(b, one, &it->effect[n]);
	return 0;
}

/* Read the effects as rows, and write the target record {"effects","key"} as text.  The effects
   that link the mentions of other objects follow those of the map. */
static int
transform_effects_read(const struct transform *t, struct item *it, const char *project,
    const struct json *rec, const struct json *out, struct err *e)
{
	struct json effects = json_member(out, "effects"), key = json_member(out, "key");
	struct json one, relink;
	int64_t seq = t->seq[it->stream];
	struct buf b = { 0 };
	int i, n = json_len(&effects, ""), rc = 0;

	json_out_open(&b, NULL, '{');
	json_out_open(&b, "effects", '[');
	for (i = 0; rc == 0 && i < n; i++) {
		one = json_at(&effects, i);
		rc = transform_effect_read(it, &one, seq, &b, e);
		json_free(&one);
	}
	for (i = 0; rc == 0 && i < n; i++) {
		one = json_at(&effects, i);
		if (mentions_effect(t->map, project, rec, &one, &it->effect[i], &relink)) {
			rc = transform_effect_read(it, &relink, seq, &b, e);
			json_free(&relink);
		}
		json_free(&one);
	}
	json_out_close(&b, ']');
	json_out_name(&b, "key");
	json_dump(&key, &b);
	json_out_close(&b, '}');
	it->text = buf_take(&b, &it->len);
	json_free(&effects);
	json_free(&key);
	return rc;
}

/* Keep what the map made of a record.  Its changes are stored with its last effect that is
   neither file nor link, which is the one for the record itself. */
static int
transform_keep(struct transform *t, struct filter *f, struct stream_msg *m,
    struct item *it, const struct json *rec, struct json *out, struct err *e)
{
	struct target *last;
	int i;

	t->seq[m->stream]++;
	if (transform_effects_read(t, it, f->project, rec, out, e) == -1) {
		e->code = ZX_CONFIG;
		return -1;
	}
	it->list = json_member(out, "changes");
	if (json_len(&it->list, "") > 0)
		it->changes = transform_text_of(&it->list);
	it->extracted = mem_dup(json_str(&m->doc, "time_extracted"));
	for (i = 0; i < it->effects; i++) {
		it->effect[i].pass = f->pass;
		it->effect[i].source_hash = mem_dup(it->source_hash);
	}
	for (i = it->effects; i > 0 && (it->effect[i - 1].type == KIND_BLOB ||
	    it->effect[i - 1].type == KIND_LINK || it->effect[i - 1].type == KIND_RELINK); i--)
		continue;
	if (i > 0 && it->changes != NULL) {
		last = &it->effect[i - 1];
		last->changes = mem_dup(it->changes);
		free(last->grade);
		last->grade = mem_dup("changed");
	}
	t->counts->effects += it->effects;
	t->counts->changes += json_len(&it->list, "");
	return 0;
}

static int
on_record(void *arg, struct filter *f, struct stream_msg *m, struct err *e)
{
	struct transform *t = arg;
	struct item *it = batch_add(&t->batch);
	struct json rec = { 0 }, out = { 0 };
	enum map_result result;
	int rc = -1;

	t->counts->records++;
	it->stream = m->stream;
	it->key = filter_key(m, 0);
	if (transform_record_of(t, f, m, it, &rec, e) == -1 ||
	    map_record(t->map, m->stream, it->key, &rec, &result, &out, e) == -1)
		goto out;
	rc = result == MAP_REJECT ? transform_set_aside(t, f, m, it, &out, e) :
	    transform_keep(t, f, m, it, &rec, &out, e);
out:
	json_free(&rec);
	json_free(&out);
	return rc;
}

static int
on_flush(void *arg, struct filter *f, struct err *e)
{
	struct transform *t = arg;
	int rc = 0;

	if (!f->job->plan)
		rc = batch_commit(&t->batch, e);
	if (rc == 0)
		batch_write(&t->batch, &f->out);
	batch_reset(&t->batch);
	return rc;
}

static int
on_line(void *arg, struct filter *f, struct stream_msg *m, struct err *e)
{
	(void)arg;
	(void)e;
	if (m->type == MSG_SCHEMA)
		stream_schema(&f->out, m->stream, schema);
	else
		ndjson_put(&f->out.nd, m->line, m->len);
	return 0;
}

/* Store that the stream is transformed to its END, so that a part is not taken for it. */
static int
on_end(void *arg, struct filter *f, enum stream s, const struct stream_count *c,
    struct err *e)
{
	struct transform *t = arg;
	const struct checkpoint_of of = { f->job->db, "ztransform", f->project, f->pass };

	return f->job->plan ? 0 : checkpoint_end(&of, s, t->map->hash, t->map->hash, c, e);
}

int
transform_run(struct filter *f, struct map *map, struct transform_counts *counts,
    struct err *e)
{
	static const struct filter_ops ops = {
		.start = on_start, .record = on_record, .flush = on_flush, .line = on_line,
		.end = on_end, .rewrites = 1
	};
	struct transform *t = mem_zalloc(sizeof(*t));
	int rc;

	t->map = map;
	t->batch.map = map->hash;
	t->counts = counts;
	f->ops = &ops;
	f->arg = t;
	rc = filter_run(f, e);
	batch_free(&t->batch);
	free(t);
	return rc;
}
