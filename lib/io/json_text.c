#include <stdio.h>
#include <string.h>

#include "io/json.h"
#include "io/json_mend.h"

/* In libjq 1.6 lengths are ints, and buffers double. */
enum { TEXT_MAX = 128 * 1024 * 1024 };

/*
 * One text through the parser.  Not by jv_parse_sized(): in libjq 1.6 that
 * quotes the whole text in its error, and reads on to a NUL for it.
 */
static jv
text_read(const struct json_mend *m)
{
	struct jv_parser *p = jv_parser_new(0);
	jv v, more;

	jv_parser_set_buf(p, m->text, (int)m->len, 0);
	v = jv_parser_next(p);
	if (jv_is_valid(v)) {
		more = jv_parser_next(p);	/* "{}," is told only now */
		if (jv_invalid_has_msg(jv_copy(more))) {
			jv_free(v);
			v = more;
		} else
			jv_free(more);
	}
	jv_parser_free(p);
	return v;
}

/* Where "line n, column n" of the parser is: it counts what it has read. */
static size_t
text_place(const struct json_mend *m, int line, int column)
{
	const char *p = m->text, *end = p + m->len, *lf;

	while (--line > 0 && (lf = memchr(p, '\n', (size_t)(end - p))) != NULL)
		p = lf + 1;
	return json_mend_origin(m, (size_t)(p - m->text) + (size_t)column - 1);
}

/* *why is what the parser said, without the place; returns that. */
static size_t
text_told(const struct json_mend *m, jv said, struct buf *why)
{
	const char *s = "it ends too early", *tail;
	size_t at = m->len;
	int line, column;

	if (jv_get_kind(said) == JV_KIND_STRING)
		s = jv_string_value(said);
	buf_puts(why, s);
	if ((tail = strstr(s, " at line ")) != NULL &&
	    sscanf(tail, " at line %d, column %d", &line, &column) == 2) {
		buf_cut(why, (size_t)(tail - s));
		at = text_place(m, line, column);
	}
	if ((tail = strstr(s, " at EOF")) != NULL) {
		buf_cut(why, (size_t)(tail - s));
		at = json_mend_origin(m, m->len);
	}
	return at;
}

static int
text_refused(const char *s, size_t at, const char *why, struct err *e)
{
	const char *p;
	int line = 1;

	for (p = s; p < s + at; p++)
		line += *p == '\n';
	return err_set(e, ZX_DATA, "invalid JSON at offset %zu (line %d): %s",
	    at, line, why);
}

static int
text_parse(jv *v, const char *s, size_t skip, struct json_mend *m,
    struct err *e)
{
	struct buf why = { 0 };
	size_t at;
	jv said;

	if (m->why != NULL)
		return text_refused(s, skip + m->at, m->why, e);
	*v = text_read(m);
	if (jv_is_valid(*v))
		return 0;
	said = jv_invalid_get_msg(*v);
	at = text_told(m, said, &why);
	text_refused(s, skip + at, buf_str(&why), e);
	jv_free(said);
	buf_free(&why);
	return -1;
}

int
json_parse(struct json *j, const char *s, size_t len, int *mended,
    struct err *e)
{
	struct json_mend m = { 0 };
	size_t skip;
	jv v;

	memset(j, 0, sizeof(*j));
	if (len > TEXT_MAX)
		return err_set(e, ZX_DATA, "%zu bytes of JSON are too many",
		    len);
	skip = len >= 3 && memcmp(s, "\xef\xbb\xbf", 3) == 0 ? 3 : 0;
	json_mend(&m, s + skip, len - skip);
	if (text_parse(&v, s, skip, &m, e) == 0)
		*j = (struct json){ .v = v, .set = 1 };
	if (mended != NULL)
		*mended = m.count;
	json_mend_free(&m);
	return j->set ? 0 : -1;
}
