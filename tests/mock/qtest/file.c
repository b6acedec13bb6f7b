#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json_out.h"

#include "qtest/api.h"
#include "server/stamp.h"

static int
file_digit64(int c)
{
	static const char set[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
	    "abcdefghijklmnopqrstuvwxyz0123456789+/";
	const char *at = c == '\0' ? NULL : strchr(set, c);

	return at == NULL ? -1 : (int)(at - set);
}

size_t
base64_read(const char *s, unsigned char *out, size_t max)
{
	unsigned acc = 0, bits = 0;
	size_t n = 0;
	int d;

	for (; *s != '\0' && *s != '='; s++) {
		if ((d = file_digit64(*s)) < 0)
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

static struct qfile *
add_file(struct mock *m, struct qfile **v, int *n, const char *name,
    const char *type)
{
	struct qfile *f;

	*v = mem_grow(*v, (size_t)*n + 1, sizeof(**v));
	f = &(*v)[(*n)++];
	memset(f, 0, sizeof(*f));
	f->id = qobj_serial(m->qtest, QK_FILE);
	f->created = stamp_now_ms();
	f->name = mem_dup(name);
	f->type = mem_dup(type == NULL ? "application/octet-stream" : type);
	return f;
}

static int
file_read_one(struct mock *m, const struct json *row, struct qfile **v, int *n,
    struct reply *rp)
{
	const char *name = json_str(row, "name"), *data = json_str(row, "data");
	struct qfile *f;
	size_t max;

	if (name == NULL || *name == '\0' || data == NULL) {
		reply_qtest(rp, 400, "attachments: name and data are required");
		return -1;
	}
	max = strlen(data) / 4 * 3 + 3;
	if (max > QTEST_FILE_MAX) {
		reply_qtest(rp, 413, "The attachment is too large");
		return -1;
	}
	f = add_file(m, v, n, name, json_str(row, "content_type"));
	f->data = mem_zalloc(max);
	f->len = base64_read(data, (unsigned char *)f->data, max);
	return 0;
}

int
qfile_take(struct mock *m, const struct json *body, struct qfile **v, int *n,
    struct reply *rp)
{
	struct json rows = json_get(body, "attachments"), row;
	int i, len = rows.set ? json_len(&rows, "") : 0, rc = 0;

	for (i = 0; i < len && rc == 0; i++) {
		row = json_at(&rows, i);
		rc = file_read_one(m, &row, v, n, rp);
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
	json_out_int(b, "id", f->id);
	json_out_str(b, "name", f->name);
	json_out_str(b, "content_type", f->type);
	json_out_fmt(b, "web_url", "%s/attachments/%ld", m->base, (long)f->id);
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

enum qkind
q_kind_of_type(const char *s)
{
	static const struct {
		const char	*name;
		enum qkind	 kind;
	} names[] = {
		{ "releases", QK_RELEASE }, { "builds", QK_BUILD },
		{ "requirements", QK_REQ }, { "test-cases", QK_CASE },
		{ "test-logs", QK_LOG }, { "defects", QK_DEFECT },
		{ "test-runs", QK_RUN }, { "test-cycles", QK_CYCLE },
		{ "test-suites", QK_SUITE }, { "test-steps", QK_STEP },
		{ "test-step-logs", QK_STEPLOG }, { "modules", QK_MODULE },
	};
	size_t i;

	for (i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (strcmp(s, names[i].name) == 0)
			return names[i].kind;
	return QK_ALL;
}

/* A list of files and the id of the object that owns it. */
struct files {
	struct qfile	**v;
	int		 *n;
	int64_t		  owner;
};

static int
files_of_step(struct qproject *p, int64_t id, struct files *f)
{
	struct qobj *o;
	struct qversion *v;
	int i;

	for (o = qobj_walk(p->root, NULL, QK_CASE); o != NULL;
	    o = qobj_walk(p->root, o, QK_CASE)) {
		v = qcase_current(o);
		for (i = 0; i < v->nstep; i++)
			if (v->step[i].id == id) {
				f->v = &v->step[i].file;
				f->n = &v->step[i].nfile;
				f->owner = id;
				return 0;
			}
	}
	return -1;
}

static int
files_of_steplog(struct qproject *p, int64_t id, struct files *f)
{
	struct qobj *o;
	int i;

	for (o = qobj_walk(p->root, NULL, QK_LOG); o != NULL;
	    o = qobj_walk(p->root, o, QK_LOG))
		for (i = 0; i < o->log.nslog; i++)
			if (o->log.slog[i].id == id) {
				f->v = &o->log.slog[i].file;
				f->n = &o->log.slog[i].nfile;
				f->owner = id;
				return 0;
			}
	return -1;
}

/* Find the files of the object in the path; return -1 and reply with the error.
   Runs, suites, cycles and modules have no files (qtest-api.md 2.16). */
static int
files_of(struct mock *m, const struct request *rq, struct files *f,
    struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	enum qkind k = q_kind_of_type(rq->cap[1]);
	struct qobj *o;
	int64_t id;

	if (p == NULL)
		return -1;
	if (k == QK_ALL || k == QK_RUN || k == QK_CYCLE || k == QK_SUITE ||
	    k == QK_MODULE) {
		reply_qtest(rp, 400, "Object type is not valid: %s",
		    rq->cap[1]);
		return -1;
	}
	if (request_int(rq->cap[2], &id) &&
	    ((k == QK_STEP && files_of_step(p, id, f) == 0) ||
	    (k == QK_STEPLOG && files_of_steplog(p, id, f) == 0)))
		return 0;
	o = k >= QK_COUNT ? NULL : qobj_named(m->qtest, p, k, rq->cap[2]);
	if (o == NULL) {
		reply_qtest(rp, 404, "The object does not exist.");
		return -1;
	}
	f->v = &o->file;
	f->n = &o->nfile;
	f->owner = o->id;
	return 0;
}

/* Add a file of which the body is the content; headers have its type and name. */
void
q_blob_new(struct mock *m, struct request *rq, struct reply *rp)
{
	struct files fs;
	struct qfile *f;

	if (files_of(m, rq, &fs, rp) == -1)
		return;
	if (rq->file_name == NULL || *rq->file_name == '\0') {
		reply_qtest(rp, 400, "Header File-Name is required");
		return;
	}
	if (rq->body.len > QTEST_FILE_MAX) {
		reply_qtest(rp, 413, "The attachment is too large");
		return;
	}
	f = add_file(m, fs.v, fs.n, rq->file_name, rq->type);
	f->data = mem_dupn(buf_str(&rq->body), rq->body.len);
	f->len = rq->body.len;
	rq->effect = f->id;
	rp->status = 201;
	qfile_print(m, f, fs.owner, &rp->body);
}

void
q_attachments(struct mock *m, struct request *rq, struct reply *rp)
{
	struct files fs;

	if (files_of(m, rq, &fs, rp) == 0)
		qfiles_print(m, NULL, *fs.v, *fs.n, fs.owner, &rp->body);
}

static int
file_at(const struct files *fs, const char *text)
{
	int64_t id;
	int i;

	for (i = 0; request_int(text, &id) && i < *fs->n; i++)
		if ((*fs->v)[i].id == id)
			return i;
	return -1;
}

void
q_attachment(struct mock *m, struct request *rq, struct reply *rp)
{
	struct files fs;
	struct qfile *f;
	int i;

	if (files_of(m, rq, &fs, rp) == -1)
		return;
	i = file_at(&fs, rq->cap[3]);
	if (i == -1) {
		reply_qtest(rp, 404, "Attachment does not exist.");
		return;
	}
	f = &(*fs.v)[i];
	if (strcmp(rq->method, "DELETE") == 0) {
		qfile_free(f);
		memmove(f, f + 1, (size_t)(*fs.n - i - 1) * sizeof(*f));
		(*fs.n)--;
		return;
	}
	rp->type = "application/octet-stream";
	buf_add(&rp->body, f->data, f->len);
}

/* Return whether an id is in a list like "1,2,3"; NULL lists all ids. */
static int
file_is_listed(const char *ids, int64_t id)
{
	char *end;

	for (; ids != NULL && *ids != '\0'; ids = *end == ',' ? end + 1 : end) {
		if (strtoll(ids, &end, 10) == id)
			return 1;
		if (end == ids)
			return 0;
	}
	return ids == NULL;
}

void
q_all_attachments(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	const char *type = request_arg(rq, "type");
	enum qkind k = type == NULL ? QK_ALL : q_kind_of_type(type);
	const struct qobj *o;
	struct qpage pg;
	int64_t n = 0;
	int i;

	if (p == NULL || q_page(m, rq, "pageSize", 100, 999, &pg, rp) == -1)
		return;
	if (k >= QK_COUNT) {
		reply_qtest(rp, 400, "type is not valid");
		return;
	}
	q_envelope_open(&rp->body);
	for (o = qobj_walk(p->root, NULL, k); o != NULL;
	    o = qobj_walk(p->root, o, k))
		for (i = 0; i < o->nfile && file_is_listed(request_arg(rq, "ids"),
		    o->id); i++, n++)
			if (n >= pg.from && n < pg.to)
				qfile_print(m, &o->file[i], o->id, &rp->body);
	q_envelope_close(&rp->body, &pg, n);
}
