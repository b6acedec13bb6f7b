#include <inttypes.h>
#include <string.h>

#include "base/time.h"
#include "domain/stream/stream.h"
#include "io/hash.h"
#include "io/json/json_out.h"

/* Each line is built at the end of the output buffer, with its members in a fixed order. */

void
stream_meta(struct stream_out *o, const struct stream_meta *m)
{
	struct buf *b = &o->nd.b;

	o->target = m->side != NULL && strcmp(m->side, "target") == 0;
	if (o->singer)
		return;
	json_out_open(b, NULL, '{');
	json_out_str(b, "type", "META");
	json_out_open(b, "z", '{');
	if (m->fields != NULL)
		json_out_raw(b, "fields", m->fields, strlen(m->fields));
	if (m->map != NULL)
		json_out_str(b, "map", m->map);
	json_out_int(b, "pass", m->pass);
	json_out_str(b, "project", m->project);
	json_out_str(b, "protocol", "ztoq/1");
	json_out_str(b, "run", m->run);
	json_out_str(b, "side", m->side);
	json_out_str(b, "source", m->source);
	if (m->statuses != NULL)
		json_out_raw(b, "statuses", m->statuses, strlen(m->statuses));
	json_out_str(b, "tool", m->tool);
	buf_puts(b, "}}\n");
}

void
stream_schema(struct stream_out *o, enum stream s, const char *schema)
{
	struct buf *b = &o->nd.b;

	json_out_open(b, NULL, '{');
	json_out_str(b, "type", "SCHEMA");
	json_out_str(b, "stream", stream_name(s));
	json_out_open(b, "key_properties", '[');
	json_out_str(b, NULL, o->target ? "key" : stream_key(s));
	json_out_close(b, ']');
	json_out_raw(b, "schema", schema, strlen(schema));
	buf_puts(b, "}\n");
}

void
stream_record(struct stream_out *o, enum stream s, const char *rec,
    size_t len, const char *changes, const char *time_extracted)
{
	struct stream_count *c = &o->c[s];
	char hash[HASH_HEX], now[TIME_MAX];
	struct buf *b = &o->nd.b;

	hash_text(rec, len, hash);
	if (time_extracted == NULL) {
		time_iso(time_wall_ms(), now);
		time_extracted = now;
	}
	if (changes == NULL)
		changes = "[]";
	c->records++;
	c->sum += hash_head(hash);
	buf_reserve(b, len + 256);
	json_out_open(b, NULL, '{');
	json_out_str(b, "type", "RECORD");
	json_out_str(b, "stream", stream_name(s));
	json_out_raw(b, "record", rec, len);
	json_out_str(b, "time_extracted", time_extracted);
	if (!o->singer) {
		json_out_open(b, "z", '{');
		json_out_raw(b, "changes", changes, strlen(changes));
		json_out_str(b, "hash", hash);
		json_out_int(b, "seq", c->records);
		json_out_close(b, '}');
	}
	buf_puts(b, "}\n");
}

void
stream_state(struct stream_out *o, const char *value)
{
	struct buf *b = &o->nd.b;

	json_out_open(b, NULL, '{');
	json_out_str(b, "type", "STATE");
	json_out_raw(b, "value", value, strlen(value));
	buf_puts(b, "}\n");
}

void
stream_end(struct stream_out *o, enum stream s, enum stream_status status)
{
	struct stream_count *c = &o->c[s];
	struct buf *b = &o->nd.b;

	c->ended = 1;
	c->status = status;
	if (o->singer)
		return;
	json_out_open(b, NULL, '{');
	json_out_str(b, "type", "END");
	json_out_str(b, "stream", stream_name(s));
	json_out_open(b, "z", '{');
	json_out_fmt(b, "hash", "%016" PRIx64, c->sum);
	json_out_int(b, "records", c->records);
	json_out_int(b, "rejected", c->rejected);
	json_out_str(b, "status", stream_status_words[status]);
	buf_puts(b, "}}\n");
}
