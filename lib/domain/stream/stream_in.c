#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/exposure.h"
#include "domain/stream/stream.h"
#include "io/hash.h"

void
stream_in_open(struct stream_in *in, int fd, const char *name)
{
	memset(in, 0, sizeof(*in));
	in->nd.fd = fd;
	in->nd.name = name;
}

static void
in_forget(struct stream_msg *m)
{
	json_free(&m->doc);
	json_free(&m->rec);
	memset(m, 0, sizeof(*m));
}

void
stream_in_free(struct stream_in *in)
{
	in_forget(&in->msg);
	json_free(&in->meta_doc);
	buf_free(&in->canon);
	buf_free(&in->changes);
	ndjson_in_free(&in->nd);
}

void
stream_set_aside(struct stream_in *in, enum stream s)
{
	in->c[s].rejected++;
}

static enum stream_type
in_bad(struct stream_in *in, const char *why)
{
	struct stream_msg *m = &in->msg;

	json_free(&m->rec);
	snprintf(m->why, sizeof(m->why), "%.199s", why);
	in->bad++;
	return MSG_BAD;
}

/* Set rec, and from it recline and hash, which END counts: the text of the line need not
   be canonical, and its hash need not be right.  Returns 0, or -1 if there is no record. */
static int
in_canon(struct stream_in *in)
{
	struct stream_msg *m = &in->msg;

	m->rec = json_get(&m->doc, "record");
	if (json_type(&m->rec, "") != JSON_OBJ)
		return -1;
	buf_reset(&in->canon);
	json_dump(&m->rec, &in->canon);
	m->recline = in->canon.s;
	m->reclen = in->canon.len;
	hash_text(m->recline, m->reclen, m->hash);
	return 0;
}

static enum stream_type
in_record(struct stream_in *in)
{
	struct stream_msg *m = &in->msg;
	struct stream_count *c = &in->c[m->stream];
	struct json changes;

	if (in_canon(in) == -1)
		return in_bad(in, "RECORD without an object \"record\"");
	changes = json_get(&m->doc, "z.changes");
	if (json_type(&changes, "") == JSON_ARR && json_len(&changes, "") > 0) {
		buf_reset(&in->changes);
		json_dump(&changes, &in->changes);
		m->changes = in->changes.s;
	}
	json_free(&changes);
	c->records++;
	c->sum += hash_head(m->hash);
	return MSG_RECORD;
}

/* Accept a line of the file of rejects that was corrected. */
static enum stream_type
in_reject(struct stream_in *in)
{
	return in_canon(in) == -1 ? in_bad(in, "REJECT without an object \"record\"") : MSG_REJECT;
}

static int
in_status(const char *word)
{
	int i = word != NULL ? STREAM_UNPROVEN : -1;

	while (i >= 0 && strcmp(stream_status_words[i], word) != 0)
		i--;
	return i;
}

static enum stream_type
in_end(struct stream_in *in)
{
	struct stream_msg *m = &in->msg;
	struct stream_count *announced = &in->announced[m->stream];
	const char *hash = json_str(&m->doc, "z.hash");
	int status = in_status(json_str(&m->doc, "z.status"));

	if (announced->ended)
		return in_bad(in, "second END of this stream");
	if (hash == NULL || strlen(hash) != 16 || status == -1 ||
	    json_int(&m->doc, "z.records", -1) < 0)
		return in_bad(in, "END without records, hash and status");
	announced->ended = 1;
	announced->records = json_int(&m->doc, "z.records", 0);
	announced->rejected = json_int(&m->doc, "z.rejected", 0);
	announced->sum = hash_head(hash);
	announced->status = (enum stream_status)status;
	in->c[m->stream].ended = 1;
	in->c[m->stream].status = announced->status;
	return MSG_END;
}

static enum stream_type
in_meta(struct stream_in *in)
{
	const char *protocol = json_str(&in->msg.doc, "z.protocol");
	const char *side = json_str(&in->msg.doc, "z.side");
	int s;

	if (protocol == NULL || side == NULL)
		return in_bad(in, "META without protocol and side");
	if (strcmp(protocol, "ztoq/1") != 0)
		return in_bad(in, "META of a protocol other than ztoq/1");
	if (in->meta)
		return in_bad(in, "second META (two streams in one input?)");
	for (s = 0; s < STREAM_COUNT; s++)
		if (in->c[s].records > 0)
			return in_bad(in, "META after records");
	in->meta = 1;
	snprintf(in->side, sizeof(in->side), "%s", side);
	in->meta_doc = json_copy(&in->msg.doc);
	return MSG_META;
}

/* Return the type of a line after checking the members that the type needs. */
static enum stream_type
in_judge(struct stream_in *in)
{
	static const struct {
		const char		 *type;
		enum stream_type	(*judge)(struct stream_in *);
	} ours[] = {
		{ "RECORD", in_record }, { "END", in_end },
		{ "REJECT", in_reject }
	};
	struct stream_msg *m = &in->msg;
	const char *type = json_str(&m->doc, "type");
	int s = stream_find(json_str(&m->doc, "stream"));
	size_t i;

	if (type == NULL)
		return in_bad(in, "not an object with a \"type\"");
	m->stream = s == -1 ? STREAM_COUNT : (enum stream)s;
	if (strcmp(type, "META") == 0)
		return in_meta(in);
	if (strcmp(type, "STATE") == 0)
		return MSG_STATE;
	if (strcmp(type, "SCHEMA") == 0)
		return s == -1 ? MSG_OTHER : MSG_SCHEMA;
	for (i = 0; i < sizeof(ours) / sizeof(ours[0]); i++)
		if (strcmp(type, ours[i].type) == 0)
			return s == -1 ? in_bad(in, "unknown stream") :
			    ours[i].judge(in);
	return MSG_OTHER;
}

int
stream_next(struct stream_in *in, struct stream_msg **out, struct err *e)
{
	struct stream_msg *m = &in->msg;
	struct err why;
	int rc;

	*out = m;
	do {
		in_forget(m);
		rc = ndjson_next(&in->nd, &m->line, &m->len, e);
		if (rc != NDJSON_LINE && rc != NDJSON_LONG)
			return rc;
	} while (rc == NDJSON_LINE && strspn(m->line, " \t\r") == m->len);
	m->stream = STREAM_COUNT;
	if (rc == NDJSON_LONG) {
		m->len = 0;
		m->line = "";
		m->type = in_bad(in, "line too long");
		return 1;
	}
	if (json_parse(&m->doc, m->line, m->len, NULL, &why) == 0) {
		m->type = in_judge(in);
		return 1;
	}
	if (in->nd.torn && !in->unsealed)
		return 0;	/* cut short, which stream_sealed reports */
	m->type = in_bad(in, why.msg);
	return 1;
}

int
stream_cut_short(int rc, struct err *e)
{
	if (e != NULL)
		e->follows = exposure_is_checked();
	return rc;
}

int
stream_ended(const struct stream_in *in, enum stream s)
{
	const struct stream_count *c = &in->c[s], *announced = &in->announced[s];

	return announced->ended && announced->records == c->records && announced->sum == c->sum;
}

static int
in_agrees(const struct stream_in *in, enum stream s, struct err *e)
{
	const struct stream_count *c = &in->c[s], *announced = &in->announced[s];
	const char *where = in->nd.name;

	if (!announced->ended)
		return stream_cut_short(err_set(e, ZX_DATA, "%s: no END of %s after %" PRId64
		    " record%s (line %" PRId64 "): the previous stage failed (see its error), or "
		    "lines are missing (--unsealed accepts this)", where, stream_name(s),
		    PLURAL(c->records), in->nd.line), e);
	if (announced->records != c->records)
		return err_set(e, ZX_DATA, "%s: END of %s announces %" PRId64 " record%s, but %"
		    PRId64 " %s read (--unsealed accepts a changed stream)",
		    where, stream_name(s), PLURAL(announced->records), c->records,
		    c->records == 1 ? "was" : "were");
	if (announced->sum != c->sum)
		return err_set(e, ZX_DATA, "%s: END of %s does not match the hash of its records "
		    "(%" PRId64 "): they were changed (--unsealed accepts a changed stream)",
		    where, stream_name(s), c->records);
	return 0;
}

int
stream_sealed(struct stream_in *in, enum stream_status *status,
    struct err *e)
{
	int s;

	*status = STREAM_UNPROVEN;
	if (in->unsealed)
		return 0;
	if (in->nd.torn)
		return stream_cut_short(err_set(e, ZX_DATA, "%s: line %" PRId64 " is incomplete: "
		    "the previous stage failed (see its error), or the input was cut short",
		    in->nd.name, in->nd.line), e);
	if (in->nd.line == 0)
		return stream_cut_short(err_set(e, ZX_DATA, "%s is empty: the previous stage "
		    "failed or wrote nothing (see its error)", in->nd.name), e);
	if (!in->meta)
		return err_set(e, ZX_DATA, "%s: no META in %" PRId64 " line%s: not a ztoq stream "
		    "(--unsealed accepts records alone)",
		    in->nd.name, PLURAL(in->nd.line));
	for (s = 0; s < STREAM_COUNT; s++)
		if (in_agrees(in, (enum stream)s, e) == -1)
			return -1;
	*status = STREAM_COMPLETE;
	for (s = 0; s < STREAM_COUNT; s++)
		if (in->announced[s].status > *status)
			*status = in->announced[s].status;
	return 0;
}
