#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json_out.h"

#include "qtest/file/file.h"
#include "server/stamp.h"

/* The digits of base64 by value, and behind them what may be between and after them. */
static const char take_text[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    "abcdefghijklmnopqrstuvwxyz0123456789+/=\r\n";

/* Return the value of a digit of base64, or -1. */
static int
take_digit(char c)
{
	static signed char value[256];
	int i;

	if (value['B'] == 0) {
		memset(value, -1, sizeof(value));
		for (i = 0; i < 64; i++)
			value[(unsigned char)take_text[i]] = (signed char)i;
	}
	return value[(unsigned char)c];
}

size_t
base64_read(const char *s, unsigned char *out, size_t max)
{
	unsigned acc = 0, bits = 0;
	size_t n = 0;
	int d;

	for (; *s != '\0' && *s != '='; s++) {
		if ((d = take_digit(*s)) < 0)
			continue;
		acc = acc << 6 | (unsigned)d;
		bits += 6;
		if (bits < 8)
			continue;
		bits -= 8;
		if (n < max)
			out[n] = (unsigned char)(acc >> bits & 0xff);
		n++;
	}
	return n;
}

/* Return the name under which the site keeps a file: with --file-paths stripped only
   what is behind the last slash or backslash.  The caller frees it. */
static char *
take_name(const struct mock *m, const char *name)
{
	const char *s, *last = name;

	for (s = name; *s != '\0' && strcmp(m->set->file_paths, "stripped") == 0; s++)
		if (*s == '/' || *s == '\\')
			last = s + 1;
	return mem_dup(last);
}

/* Return whether one of the files has this name. */
static int
take_is_taken(const struct qfile *v, int n, const char *name)
{
	int i;

	for (i = 0; i < n; i++)
		if (strcmp(v[i].name, name) == 0)
			return 1;
	return 0;
}

/* Give a name that another file of the owner has a number: "a (1).txt". */
static void
take_rename(const struct qfile *v, int n, char **name)
{
	char *was = *name, *dot = strrchr(was, '.');
	int len = dot == NULL || dot == was ? (int)strlen(was) : (int)(dot - was), i;

	for (i = 1; take_is_taken(v, n, *name); i++) {
		if (*name != was)
			free(*name);
		*name = mem_fmt("%.*s (%d)%s", len, was, i, was + len);
	}
	if (*name != was)
		free(was);
}

/* Return whether the site refuses files of this name. */
static int
take_is_refused(const struct mock *m, const char *name)
{
	int i;

	for (i = 0; i < m->set->refuse_file.n; i++)
		if (request_glob(m->set->refuse_file.v[i], name))
			return 1;
	return 0;
}

struct qfile *
qfile_add(struct mock *m, struct qfile **v, int *n, const char *name, const char *type,
    struct content *c, struct reply *rp)
{
	char *kept = take_name(m, name == NULL ? "" : name);
	int taken = take_is_taken(*v, *n, kept);
	struct qfile *f;

	if (*kept == '\0')
		reply_qtest(rp, 400, "The name of the attachment is required");
	else if (content_len(c) > (uint64_t)m->set->file_limit)
		reply_qtest(rp, 413, "The attachment is too large");
	else if (content_len(c) == 0 && strcmp(m->set->empty_files, "refused") == 0)
		reply_qtest(rp, 400, "The attachment is empty");
	else if (take_is_refused(m, kept))
		reply_qtest(rp, 400, "The type of the attachment is not allowed");
	else if (taken && strcmp(m->set->same_name, "refused") == 0)
		reply_qtest(rp, 400, "An attachment of this name exists");
	if (rp->status >= 400) {
		free(kept);
		return NULL;
	}
	if (taken && strcmp(m->set->same_name, "renamed") == 0)
		take_rename(*v, *n, &kept);
	*v = mem_grow(*v, (size_t)*n + 1, sizeof(**v));
	f = &(*v)[(*n)++];
	f->id = qobj_serial(m->qtest, QK_FILE);
	f->created = stamp_now_ms();
	f->name = kept;
	f->type = mem_dup(type == NULL ? "application/octet-stream" : type);
	f->content = content_ref(c);
	return f;
}

/* Return the decoded content of an attachment in a body, or NULL if the text is not
   base64. */
static struct content *
take_decode(const struct mock *m, const char *data)
{
	size_t max = strlen(data) / 4 * 3 + 3;
	struct content *c;
	unsigned char *p;

	if (data[strspn(data, take_text)] != '\0')
		return NULL;
	c = content_new((uint64_t)m->set->file_limit);
	p = mem_zalloc(max);
	content_add(c, p, base64_read(data, p, max));
	content_end(c);
	free(p);
	return c;
}

static int
take_one(struct mock *m, const struct json *row, struct qfile **v, int *n,
    struct reply *rp)
{
	const char *name = json_str(row, "name"), *data = json_str(row, "data");
	struct content *c = data == NULL ? NULL : take_decode(m, data);
	struct qfile *f;

	if (c == NULL || name == NULL) {
		content_free(c);
		reply_qtest(rp, 400, "attachments: name, and data in base64, are required");
		return -1;
	}
	f = qfile_add(m, v, n, name, json_str(row, "content_type"), c, rp);
	content_free(c);
	return f == NULL ? -1 : 0;
}

int
qfile_take(struct mock *m, const struct json *body, struct qfile **v, int *n,
    struct reply *rp)
{
	struct json rows = json_get(body, "attachments"), row;
	int i, len = rows.set ? json_len(&rows, "") : 0, rc = 0;

	for (i = 0; i < len && rc == 0; i++) {
		row = json_at(&rows, i);
		rc = take_one(m, &row, v, n, rp);
		json_free(&row);
	}
	json_free(&rows);
	return rc;
}

void
qfile_print(struct mock *m, const struct qfile *f, int64_t owner,
    struct buf *b)
{
	json_out_open(b, NULL, '{');
	q_empty_list(b, "links");
	json_out_str(b, "name", f->name);
	json_out_str(b, "content_type", f->type);
	json_out_int(b, "id", f->id);
	json_out_fmt(b, "web_url", "%s/p/x/portal/attachment/attachmentId/%ld", m->base,
	    (long)f->id);
	q_date(b, "created_date", f->created);
	json_out_open(b, "author", '{');
	json_out_int(b, "id", 201);
	json_out_str(b, "email", "migrator@zmock.test");
	json_out_close(b, '}');
	json_out_int(b, "artifact_id", owner);
	json_out_close(b, '}');
}

void
qfiles_print(struct mock *m, const char *name, const struct qfile *f, int n, int64_t owner,
    struct buf *b)
{
	int i;

	json_out_open(b, name, '[');
	for (i = 0; i < n; i++)
		qfile_print(m, &f[i], owner, b);
	json_out_close(b, ']');
}
