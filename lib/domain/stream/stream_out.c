#include <inttypes.h>
#include <string.h>

#include "base/time.h"
#include "domain/stream/stream.h"
#include "io/hash.h"

/* A line is built in place at the queue's end, in an order that never varies. */

static void
out_text(struct buf *b, const char *before, const char *s)
{
	buf_puts(b, before);
	if (s == NULL)
		buf_puts(b, "null");
	else
		buf_quote(b, s, strlen(s));
}

void
stream_meta(struct stream_out *o, const struct stream_meta *m)
{
	struct buf *b = &o->nd.b;

	o->target = m->side != NULL && strcmp(m->side, "target") == 0;
	if (o->singer)
		return;
	buf_puts(b, "{\"type\":\"META\",\"z\":{");
	if (m->fields != NULL)
		buf_printf(b, "\"fields\":%s,", m->fields);
	if (m->map != NULL) {
		out_text(b, "\"map\":", m->map);
		buf_putc(b, ',');
	}
	buf_printf(b, "\"pass\":%" PRId64, m->pass);
	out_text(b, ",\"project\":", m->project);
	buf_puts(b, ",\"protocol\":\"ztoq/1\"");
	out_text(b, ",\"run\":", m->run);
	out_text(b, ",\"side\":", m->side);
	out_text(b, ",\"source\":", m->source);
	if (m->statuses != NULL)
		buf_printf(b, ",\"statuses\":%s", m->statuses);
	out_text(b, ",\"tool\":", m->tool);
	buf_puts(b, "}}\n");
}

void
stream_schema(struct stream_out *o, enum stream s, const char *schema)
{
	buf_printf(&o->nd.b, "{\"type\":\"SCHEMA\",\"stream\":\"%s\","
	    "\"key_properties\":[\"%s\"],\"schema\":%s}\n", stream_name(s),
	    o->target ? "key" : stream_key(s), schema);
}

void
stream_record(struct stream_out *o, enum stream s, const char *rec,
    size_t len, const char *hash, const char *changes,
    const char *time_extracted)
{
	struct stream_count *c = &o->c[s];
	char own[HASH_HEX], now[TIME_MAX];
	struct buf *b = &o->nd.b;

	if (hash == NULL) {
		hash_text(rec, len, own);
		hash = own;
	}
	if (time_extracted == NULL) {
		time_iso(time_wall_ms(), now);
		time_extracted = now;
	}
	c->records++;
	c->sum += hash_head(hash);
	buf_room(b, len + 256);
	buf_puts(b, "{\"type\":\"RECORD\",\"stream\":\"");
	buf_puts(b, stream_name(s));
	buf_puts(b, "\",\"record\":");
	buf_add(b, rec, len);
	out_text(b, ",\"time_extracted\":", time_extracted);
	if (!o->singer) {
		buf_puts(b, ",\"z\":{\"changes\":");
		buf_puts(b, changes != NULL ? changes : "[]");
		out_text(b, ",\"hash\":", hash);
		buf_puts(b, ",\"seq\":");
		buf_int(b, c->records);
		buf_putc(b, '}');
	}
	buf_puts(b, "}\n");
}

void
stream_state(struct stream_out *o, const char *value)
{
	buf_printf(&o->nd.b, "{\"type\":\"STATE\",\"value\":%s}\n", value);
}

void
stream_end(struct stream_out *o, enum stream s, enum stream_status status)
{
	static const char *const words[] = {
		[STREAM_COMPLETE] = "COMPLETE", [STREAM_PARTIAL] = "PARTIAL",
		[STREAM_UNPROVEN] = "UNPROVEN"
	};
	struct stream_count *c = &o->c[s];

	c->ended = 1;
	c->status = status;
	if (o->singer)
		return;
	buf_printf(&o->nd.b, "{\"type\":\"END\",\"stream\":\"%s\",\"z\":{"
	    "\"hash\":\"%016" PRIx64 "\",\"records\":%" PRId64 ","
	    "\"rejected\":%" PRId64 ",\"status\":\"%s\"}}\n", stream_name(s),
	    c->sum, c->records, c->rejected, words[status]);
}
