#include "test.h"

#include "domain/stream/reject.h"
#include "domain/stream/stream.h"
#include "io/hash.h"

/* Return a stream with n cases as one text. */
static void
made(struct buf *to, int n, enum stream_status status)
{
	struct stream_out o = { .nd = { .fd = -1 } };
	struct stream_meta m = { .tool = "t 1", .run = "r", .project = "P",
	    .source = "http://x", .side = "source", .pass = 3 };
	char rec[80];
	int i;

	stream_meta(&o, &m);
	stream_schema(&o, STREAM_CASES, "{}");
	for (i = 1; i <= n; i++) {
		snprintf(rec, sizeof(rec), "{\"key\":\"P-T%d\"}", i);
		stream_record(&o, STREAM_CASES, rec, strlen(rec),
		    i == 2 ? "[{\"change\":\"DROPPED\"}]" : NULL,
		    "2026-01-01T00:00:00Z");
	}
	stream_state(&o, "{}");
	for (i = 0; i < STREAM_COUNT; i++)
		stream_end(&o, (enum stream)i, status);
	buf_add(to, o.nd.b.s, o.nd.b.len);
	buf_free(&o.nd.b);
}

static void
opened(struct stream_in *in, const char *text, size_t len)
{
	FILE *f = tmpfile();
	int fd;

	fwrite(text, 1, len, f);
	rewind(f);
	fd = dup(fileno(f));
	fclose(f);
	lseek(fd, 0, SEEK_SET);
	stream_in_open(in, fd, "stdin");
}

static void
closed(struct stream_in *in)
{
	close(in->nd.fd);
	stream_in_free(in);
}

/* Return a letter for each message, and the end: "MSRRTEEEEE. 0 COMPLETE". */
static const char *
seen(const char *text, size_t len, int unsealed)
{
	static char out[1024];
	static const char letters[] = "MSRTEJO";
	enum stream_status status = STREAM_COMPLETE;
	struct stream_in in;
	struct stream_msg *m;
	struct buf b = { 0 };
	struct err e = { 0 };
	int rc;

	opened(&in, text, len);
	in.unsealed = unsealed;
	while ((rc = stream_next(&in, &m, &e)) == 1) {
		if (m->type == MSG_BAD)
			buf_printf(&b, "[%lld %s]", (long long)in.nd.line,
			    m->why);
		else
			buf_putc(&b, letters[m->type]);
	}
	if (rc == 0 && stream_sealed(&in, &status, &e) == 0)
		buf_printf(&b, ". %d", status);
	else
		buf_printf(&b, "! %d %s", e.code, e.msg);
	closed(&in);
	snprintf(out, sizeof(out), "%s", b.s);
	buf_free(&b);
	return out;
}

static const char *
seen_str(const char *text)
{
	return seen(text, strlen(text), 0);
}

TEST("members are written in the documented order") {
	struct buf b = { 0 };
	char want[2048], h1[HASH_HEX], h2[HASH_HEX];
	static const char r1[] = "{\"key\":\"P-T1\"}";
	static const char r2[] = "{\"key\":\"P-T2\"}";

	made(&b, 2, STREAM_PARTIAL);
	hash_text(r1, strlen(r1), h1);
	hash_text(r2, strlen(r2), h2);
	snprintf(want, sizeof(want), "{\"type\":\"META\",\"z\":{\"pass\":3,"
	    "\"project\":\"P\",\"protocol\":\"ztoq/1\",\"run\":\"r\","
	    "\"side\":\"source\",\"source\":\"http://x\",\"tool\":\"t 1\"}}\n"
	    "{\"type\":\"SCHEMA\",\"stream\":\"test_cases\","
	    "\"key_properties\":[\"key\"],\"schema\":{}}\n"
	    "{\"type\":\"RECORD\",\"stream\":\"test_cases\",\"record\":%s,"
	    "\"time_extracted\":\"2026-01-01T00:00:00Z\",\"z\":{\"changes\":[],"
	    "\"hash\":\"%s\",\"seq\":1}}\n"
	    "{\"type\":\"RECORD\",\"stream\":\"test_cases\",\"record\":%s,"
	    "\"time_extracted\":\"2026-01-01T00:00:00Z\",\"z\":{\"changes\":"
	    "[{\"change\":\"DROPPED\"}],\"hash\":\"%s\",\"seq\":2}}\n"
	    "{\"type\":\"STATE\",\"value\":{}}\n"
	    "{\"type\":\"END\",\"stream\":\"folders\",\"z\":{\"hash\":"
	    "\"0000000000000000\",\"records\":0,\"rejected\":0,"
	    "\"status\":\"PARTIAL\"}}\n"
	    "{\"type\":\"END\",\"stream\":\"test_cases\",\"z\":{\"hash\":"
	    "\"%016" PRIx64 "\",\"records\":2,\"rejected\":0,"
	    "\"status\":\"PARTIAL\"}}\n", r1, h1, r2, h2,
	    hash_head(h1) + hash_head(h2));
	buf_cut(&b, strlen(want));
	CHECK_STR(buf_str(&b), want);
	buf_free(&b);
}

TEST("members that Singer does not know are left out for it") {
	struct stream_out o = { .nd = { .fd = -1 }, .singer = 1 };
	struct stream_meta m = { .side = "source" };

	stream_meta(&o, &m);
	stream_record(&o, STREAM_FOLDERS, "{\"id\":1}", 8, NULL, "t");
	stream_end(&o, STREAM_FOLDERS, STREAM_COMPLETE);
	CHECK_STR(buf_str(&o.nd.b), "{\"type\":\"RECORD\",\"stream\":"
	    "\"folders\",\"record\":{\"id\":1},\"time_extracted\":\"t\"}\n");
	buf_free(&o.nd.b);
}

TEST("a stream that is read back is sealed") {
	struct buf b = { 0 };

	made(&b, 3, STREAM_COMPLETE);
	CHECK_STR(seen(b.s, b.len, 0), "MSRRRTEEEEE. 0");
	buf_reset(&b);
	made(&b, 0, STREAM_PARTIAL);
	CHECK_STR(seen(b.s, b.len, 0), "MSTEEEEE. 1");
	buf_free(&b);
}

TEST("a record is read with its text, its hash and its changes") {
	struct buf b = { 0 };
	struct stream_in in;
	struct stream_msg *m;
	struct err e;
	char h[HASH_HEX];

	made(&b, 2, STREAM_COMPLETE);
	opened(&in, b.s, b.len);
	CHECK_INT(stream_next(&in, &m, &e), 1);
	CHECK_INT(m->type, MSG_META);
	CHECK_STR(in.side, "source");
	CHECK_STR(json_str(&in.meta_doc, "z.project"), "P");
	stream_next(&in, &m, &e);
	stream_next(&in, &m, &e);
	CHECK_INT(m->type, MSG_RECORD);
	CHECK_INT(m->stream, STREAM_CASES);
	CHECK(m->changes == NULL);
	stream_next(&in, &m, &e);
	CHECK_STR(json_str(&m->rec, "key"), "P-T2");
	CHECK_INT(json_int(&m->doc, "z.seq", 0), 2);
	CHECK_STR(m->changes, "[{\"change\":\"DROPPED\"}]");
	CHECK(memcmp(m->recline, "{\"key\":\"P-T2\"}", m->reclen) == 0);
	hash_text("{\"key\":\"P-T2\"}", 14, h);
	CHECK_STR(m->hash, h);
	closed(&in);
	buf_free(&b);
}

TEST("another layout with the same content is accepted") {
	struct buf b = { 0 }, c = { 0 };
	size_t i;

	made(&b, 3, STREAM_COMPLETE);
	for (i = 0; i < b.len; i++) {	/* only URLs contain colons */
		buf_putc(&c, b.s[i]);
		if (b.s[i] == ',' || b.s[i] == '{')
			buf_putc(&c, ' ');
	}
	CHECK_STR(seen(c.s, c.len, 0), "MSRRRTEEEEE. 0");
	buf_free(&b);
	buf_free(&c);
}

TEST("the hash on a line is not trusted") {
	struct buf b = { 0 };

	made(&b, 1, STREAM_COMPLETE);
	*strstr(b.s, "P-T1") = 'Q';	/* the record, not its hash */
	CHECK_STR(seen(b.s, b.len, 0), "MSRTEEEEE! 65 stdin: END of test_cases does not match the "
	    "hash of its records (1): they were changed (--unsealed accepts a changed stream)");
	CHECK_STR(seen(b.s, b.len, 1), "MSRTEEEEE. 2");
	buf_free(&b);
}

TEST("a stream cut at any byte is never sealed") {
	struct buf b = { 0 };
	size_t n;

	made(&b, 2, STREAM_COMPLETE);
	for (n = 0; n < b.len; n++)
		if (strstr(seen(b.s, n, 0), "! 65 ") == NULL) {
			printf("# at %zu of %zu\n", n, b.len);
			CHECK(0);
		}
	buf_free(&b);
}

TEST("the error of a cut stream says how it was cut") {
	struct buf b = { 0 };
	size_t last;

	made(&b, 1, STREAM_COMPLETE);
	CHECK_STR(seen(b.s, b.len - 1, 0), "MSRTEEEEE! 65 stdin: line 9 is incomplete: the previous "
	    "stage failed (see its error), or the input was cut short");
	CHECK_STR(seen(b.s, b.len - 9, 0), "MSRTEEEE! 65 stdin: line 9 is incomplete: the previous "
	    "stage failed (see its error), or the input was cut short");
	CHECK_STR(seen(b.s, b.len - 9, 1), "MSRTEEEE[9 invalid JSON at offset 110 (line 1): an "
	    "unterminated string]. 2");
	last = (size_t)(strstr(b.s, "{\"type\":\"END\",\"stream\":\"test_cy") -
	    b.s);
	CHECK_STR(seen(b.s, last, 0), "MSRTEEE! 65 stdin: no END of test_cycles after 0 records (line "
	    "7): the previous stage failed (see its error), or lines are missing (--unsealed "
	    "accepts this)");
	CHECK_STR(seen_str(""), "! 65 stdin is empty: the previous stage failed or wrote "
	    "nothing (see its error)");
	buf_free(&b);
}

TEST("a record too few or too many breaks the seal") {
	struct buf b = { 0 };
	char *from, *to;

	made(&b, 3, STREAM_COMPLETE);
	from = strstr(b.s, "{\"type\":\"RECORD\"");
	to = strchr(from, '\n') + 1;
	memmove(from, to, strlen(to) + 1);
	CHECK_STR(seen_str(b.s), "MSRRTEEEEE! 65 stdin: END of test_cases announces 3 records, but "
	    "2 were read (--unsealed accepts a changed stream)");
	buf_free(&b);
}

TEST("malformed lines are rejected with number and reason, and the rest is read") {
	CHECK_STR(seen_str("no json\n\n[1]\n{\"a\":1}\n"
	    "{\"type\":\"RECORD\",\"stream\":\"x\",\"record\":{}}\n"
	    "{\"type\":\"RECORD\",\"stream\":\"folders\",\"record\":7}\n"
	    "{\"type\":\"END\",\"stream\":\"folders\"}\n"
	    "{\"type\":\"META\"}\n"
	    "{\"type\":\"META\",\"z\":{\"protocol\":\"q\",\"side\":\"s\"}}\n"
	    "{\"type\":\"STATE\"}\n"),
	    "[1 invalid JSON at offset 0 (line 1): unknown word (only true, false and null are "
	    "allowed)][3 not an object with a \"type\"][4 not an object with a \"type\"][5 unknown "
	    "stream][6 RECORD without an object \"record\"][7 END without records, hash and "
	    "status][8 META without protocol and side][9 META of a protocol other than ztoq/1]T! "
	    "65 stdin: no META in 10 lines: not a ztoq stream (--unsealed accepts records alone)");
}

TEST("lines of unknown types are passed on") {
	CHECK(strncmp(seen_str("{\"type\":\"ACTIVATE_VERSION\"}\n"
	    "{\"type\":\"SCHEMA\",\"stream\":\"theirs\"}\n"), "OO!", 3) == 0);
}

TEST("a second META or END is malformed") {
	struct buf b = { 0 };

	made(&b, 0, STREAM_COMPLETE);
	made(&b, 0, STREAM_COMPLETE);
	CHECK(strncmp(seen_str(b.s), "MSTEEEEE[9 second META (two streams in one input?)]ST[12 "
	    "second END of this stream]", 70) == 0);
	buf_free(&b);
}

TEST("a line that is too long is rejected completely") {
	struct stream_in in;
	struct stream_msg *m;
	struct err e;
	static const char text[] = "{\"type\":\"STATE\",\"value\":1}\n"
	    "{\"type\":\"STATE\",\"value\":1234567890123}\n"
	    "{\"type\":\"STATE\",\"value\":2}\n";

	opened(&in, text, sizeof(text) - 1);
	in.nd.max = 30;
	CHECK_INT(stream_next(&in, &m, &e), 1);
	CHECK_INT(m->type, MSG_STATE);
	CHECK_INT(stream_next(&in, &m, &e), 1);
	CHECK_INT(m->type, MSG_BAD);
	CHECK_INT(in.nd.line, 2);
	CHECK_INT(stream_next(&in, &m, &e), 1);
	CHECK_INT(m->type, MSG_STATE);
	CHECK_INT(in.nd.line, 3);
	CHECK_INT(stream_next(&in, &m, &e), 0);
	closed(&in);
}

TEST("lines of rejects are read as records") {
	struct reject r = { 0 };
	char path[] = "/tmp/ztoq-reject-XXXXXX", text[1024];
	struct err e = { 0 };
	FILE *f;

	close(mkstemp(path));
	r.path = path;
	CHECK_INT(reject_put(&r, "test_cases", "name", "too \"long\"", "ab", 7,
	    "{\"key\":\"P-T1\"}", 14, 1, &e), 0);
	CHECK_INT(reject_put(&r, NULL, "json", "no JSON", NULL, 8, "\x01\xff",
	    2, 0, &e), 0);
	reject_close(&r);
	CHECK_INT(r.n, 2);
	f = fopen(path, "r");
	text[fread(text, 1, sizeof(text) - 1, f)] = '\0';
	fclose(f);
	unlink(path);
	CHECK_STR(text, "{\"type\":\"REJECT\",\"stream\":\"test_cases\",\"rule\":"
	    "\"name\",\"reason\":\"too \\\"long\\\"\",\"hash\":\"ab\",\"line\":7,"
	    "\"record\":{\"key\":\"P-T1\"}}\n{\"type\":\"REJECT\",\"stream\":null,"
	    "\"rule\":\"json\",\"reason\":\"no JSON\",\"hash\":null,\"line\":8,"
	    "\"text\":\"\\u0001\xef\xbf\xbd\"}\n");
	CHECK(strncmp(seen_str(text), "J[2 unknown stream]!", 20) == 0);
	r.path = "/nowhere/x";
	CHECK_INT(reject_put(&r, "folders", "a", "b", NULL, 1, NULL, 0, 0,
	    &e), -1);
	CHECK_INT(e.code, ZX_IO);
}

TEST("damage anywhere makes a stream malformed or unsealed, and never a crash") {
	struct buf b = { 0 };
	uint32_t seed = test_seed();
	char *copy;
	size_t at;
	int i;
	const char *got;

	made(&b, 5, STREAM_COMPLETE);
	copy = malloc(b.len);
	for (i = 0; i < test_rounds(3000); i++) {
		memcpy(copy, b.s, b.len);
		at = test_chance(&seed) % b.len;
		copy[at] ^= (char)(1 + test_chance(&seed) % 255);
		got = seen(copy, b.len, 0);
		/* harmless: texts of META, a SCHEMA, a STATE, times, seq */
		if (strchr(got, '!') == NULL && strstr(got, "RRRRR") == NULL &&
		    strchr(got, '[') == NULL) {
			printf("# %d: byte %zu: %s\n", i, at, got);
			CHECK(0);
		}
	}
	for (i = 0; i < test_rounds(3000); i++) {
		for (at = 0; at < 64; at++)
			copy[at] = (char)test_chance(&seed);
		seen(copy, 64, i & 1);
	}
	free(copy);
	buf_free(&b);
}
