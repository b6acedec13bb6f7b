#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "io/json/json_out.h"

#include "qtest/file/file.h"

/* The calls blob-handles and attachments. */

/* Return the text of a header as --file-names says: its bytes as ISO 8859-1, as UTF-8,
   or as UTF-8 behind %XX.  The caller frees it. */
static char *
blob_header_text(const struct mock *m, const char *s)
{
	const char *how = m->set->file_names;
	struct buf b = { 0 };
	unsigned hi, lo, c;

	for (; *s != '\0'; s++) {
		c = (unsigned char)*s;
		if (*how == 'l' && c >= 0x80) {
			buf_putc(&b, (char)(0xc0 | c >> 6));
			c = 0x80 | (c & 0x3f);
		} else if (*how == 'p' && c == '%' && isxdigit((unsigned char)s[1]) &&
		    isxdigit((unsigned char)s[2])) {
			hi = (unsigned)toupper((unsigned char)s[1]);
			lo = (unsigned)toupper((unsigned char)s[2]);
			c = (hi > '9' ? hi - 'A' + 10 : hi - '0') << 4 |
			    (lo > '9' ? lo - 'A' + 10 : lo - '0');
			s += 2;
		}
		buf_putc(&b, (char)c);
	}
	buf_putc(&b, '\0');
	return buf_take(&b, NULL);
}

/* Find the owner that the path names by type and id; return -1 with the error in the
   reply.  Runs, suites, cycles and modules have no files (qtest-api.md 2.16). */
static int
blob_owner(struct mock *m, const struct request *rq, struct qowner *ow, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	enum qkind k = q_kind_of_type(rq->cap[1]);
	int64_t id;

	if (p == NULL)
		return -1;
	if (k == QK_ALL || k == QK_RUN || k == QK_CYCLE || k == QK_SUITE || k == QK_MODULE ||
	    !request_int(rq->cap[2], &id)) {
		reply_qtest(rp, 400, "Object type or id is not valid: %s/%s", rq->cap[1],
		    rq->cap[2]);
		return -1;
	}
	if (qowner_at(m, p, k, id, ow) == 0 && ow->n != NULL)
		return 0;
	reply_qtest(rp, 404, "The object does not exist.");
	return -1;
}

/* Give the case around an owner a new minor version with --file-version bumped. */
static void
blob_touch(struct mock *m, const struct qowner *ow)
{
	if (ow->o->kind == QK_CASE && strcmp(m->set->file_version, "bumped") == 0)
		qcase_bump(m, ow->o);
}

/* Add a file of which the body is the content; headers have its type and name. */
void
q_blob_new(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qowner ow;
	struct qfile *f;
	char *name;

	if (blob_owner(m, rq, &ow, rp) == -1)
		return;
	if (rq->file_name == NULL || rq->type == NULL || *rq->type == '\0') {
		reply_qtest(rp, 400, "The headers File-Name and Content-Type are required");
		return;
	}
	name = blob_header_text(m, rq->file_name);
	f = qfile_add(m, ow.v, ow.n, name, rq->type, rq->upload, rp);
	free(name);
	if (f == NULL)
		return;
	rq->effect = f->id;
	rp->status = 201;
	qfile_print(m, f, ow.id, &rp->body);
	blob_touch(m, &ow);
}

void
q_attachments(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qowner ow;

	if (blob_owner(m, rq, &ow, rp) == 0)
		qfiles_print(m, NULL, *ow.v, *ow.n, ow.id, &rp->body);
}

/* Return the file that the path names, or NULL with the 404 in the reply. */
static struct qfile *
blob_find(const struct qowner *ow, const char *text, struct reply *rp)
{
	int64_t id;
	int i;

	for (i = 0; request_int(text, &id) && i < *ow->n; i++)
		if ((*ow->v)[i].id == id)
			return &(*ow->v)[i];
	reply_qtest(rp, 404, "Blob Handle not found");
	return NULL;
}

void
q_attachment(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qowner ow;
	struct qfile *f = blob_owner(m, rq, &ow, rp) == -1 ? NULL :
	    blob_find(&ow, rq->cap[3], rp);

	if (f == NULL)
		return;
	if (m->set->unscanned && !request_flag(rq, "forceDownload", 0)) {
		reply_qtest(rp, 403, "The attachment has not been scanned for malware");
		return;
	}
	rp->type = "application/octet-stream";
	rp->file = content_ref(f->content);
	rp->file_len = content_len(f->content);
}

void
q_blob_delete(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qowner ow;
	struct qfile *f = blob_owner(m, rq, &ow, rp) == -1 ? NULL :
	    blob_find(&ow, rq->cap[3], rp);

	if (f == NULL)
		return;
	rq->effect = f->id;
	qfile_free(f);
	(*ow.n)--;
	memmove(f, f + 1, (size_t)(*ow.v + *ow.n - f) * sizeof(*f));
	blob_touch(m, &ow);
	reply_qtest(rp, 200, "Attachment is deleted.");
}

/* A listing of files by type, as far as it has come. */
struct listing {
	struct mock	*m;
	struct request	*rq;
	struct buf	*b;
	struct qpage	 pg;
	int64_t		 n, author, date;
	char		 op[3];		/* of createdDate, "" without */
};

/* Read createdDate, "{lt,gt,eq,le,ge} DATE"; return -1 and reply 400 if it is wrong. */
static int
blob_read_date(struct listing *l, struct reply *rp)
{
	const char *s = request_arg(l->rq, "createdDate");

	if (s == NULL || *s == '\0')
		return 0;
	if (strlen(s) > 3 && s[2] == ' ' && strchr("lge", s[0]) != NULL) {
		memcpy(l->op, s, 2);
		if (request_int(s + 3, &l->date) || time_parse(s + 3, &l->date) == 0)
			return 0;
	}
	reply_qtest(rp, 400, "createdDate is not valid");
	return -1;
}

/* Return whether a time fits createdDate. */
static int
blob_date_fits(const struct listing *l, int64_t ms)
{
	return l->op[0] == '\0' || (ms == l->date && l->op[1] != 't') ||
	    (l->op[0] == 'l' && ms < l->date) || (l->op[0] == 'g' && ms > l->date);
}

/* Return whether ids, which may be given several times, has the id or is absent. */
static int
blob_is_asked(const struct request *rq, int64_t id)
{
	int64_t one;
	int i, some = 0;

	for (i = 0; i < rq->narg; i++) {
		if (strcmp(rq->arg[i].name, "ids") != 0)
			continue;
		some = 1;
		if (request_int(rq->arg[i].value, &one) && one == id)
			return 1;
	}
	return !some;
}

/* Print the files of an owner that are asked for and on the page. */
static int
blob_list_owner(const struct qowner *ow, void *arg)
{
	struct listing *l = arg;
	int i;

	for (i = 0; *ow->n > 0 && blob_is_asked(l->rq, ow->id) && i < *ow->n; i++) {
		if ((l->author != 0 && l->author != 201) ||
		    !blob_date_fits(l, (*ow->v)[i].created))
			continue;
		if (l->n >= l->pg.from && l->n < l->pg.to)
			qfile_print(l->m, &(*ow->v)[i], ow->id, l->b);
		l->n++;
	}
	return 0;
}

/* List files by the type of their owners; files of step logs are listed by their owner
   only (qtest-api.md 0). */
void
q_all_attachments(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	const char *type = request_arg(rq, "type");
	enum qkind k = type == NULL ? QK_ALL : q_kind_of_type(type);
	struct listing l = { .m = m, .rq = rq, .b = &rp->body };

	if (p == NULL || q_page(m, rq, "pageSize", 100, 999, &l.pg, rp) == -1 ||
	    q_check_ids(rq, rp) == -1 || blob_read_date(&l, rp) == -1)
		return;
	if (k != QK_RELEASE && k != QK_BUILD && k != QK_REQ && k != QK_CASE && k != QK_LOG &&
	    k != QK_STEP && k != QK_DEFECT) {
		reply_qtest(rp, 400, "type is not valid");
		return;
	}
	request_num(rq, "author", 0, &l.author);
	q_envelope_open(&rp->body);
	qowner_each(p, k, blob_list_owner, &l);
	q_envelope_close(&rp->body, &l.pg, l.n);
}
