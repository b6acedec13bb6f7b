#include <fcntl.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "reconcile/attachment.h"

/* Downloads in flight.  Their bytes are only hashed. */
struct verification {
	struct requests	 r;
	const struct compare *with;
	int		 sink;
};

struct download {
	struct verification *v;
	struct file	 f;
};

enum { MANY_BYTES = 100 * 1000 * 1000 };	/* more are announced */

static void
on_download(void *arg, struct qtest_reply *rp)
{
	struct download *d = arg;
	const struct compare *c = d->v->with;
	struct tally *y = &c->o.to->tally[FILES];
	char want[32], found[32];
	struct err e = { 0 };
	int differs = 1;

	if (rp->end == QTEST_REFUSED) {
		attachment_differs(c, &d->f, "content", d->f.sha256, rp->why);
	} else if (rp->end != QTEST_DONE) {
		differs = 0;
		if (api_failed(qtest_api(d->v->r.c->qtest), &e) == 0)
			err_set(&e, ZX_REMOTE, "a download: %s", rp->why);
	} else if (rp->size != d->f.size) {
		snprintf(want, sizeof(want), "%" PRId64, d->f.size);
		snprintf(found, sizeof(found), "%" PRId64, rp->size);
		attachment_differs(c, &d->f, "size", want, found);
	} else if (strcmp(rp->sha256, d->f.sha256) != 0) {
		attachment_differs(c, &d->f, "sha256", d->f.sha256, rp->sha256);
	} else
		differs = 0;
	if (differs && !d->f.differs) {
		y->different++;
		y->equal--;
	}
	crawl_ended(&d->v->r, e.code != 0 ? &e : NULL);
	attachment_free(&d->f);
	free(d);
}

/* Request the bytes of a file that was found; f is moved to the request.  0, -1. */
static int
attachment_verify_send(struct verification *v, struct file *f, struct err *e)
{
	struct download *d = mem_zalloc(sizeof(*d));
	const char *type = f->of.kind == RELEASE ? "releases" :
	    f->of.kind == LOG ? f->of.id > 0 ? "test-step-logs" : "test-logs" :
	    f->of.id > 0 ? "test-steps" : "test-cases";
	char *path = mem_fmt("/%s/%" PRId64 "/attachments/%" PRId64 "?forceDownload=true", type,
	    f->of.id > 0 ? f->of.id : f->of.owner, f->id);
	int rc;

	*d = (struct download){ v, *f };
	*f = (struct file){ .n = f->n };
	v->r.open++;
	rc = qtest_download(v->r.c->qtest, path, d->f.size, v->sink, on_download, d, e);
	free(path);
	if (rc == 0)
		return crawl_room(&v->r, e);
	v->r.open--;
	attachment_free(&d->f);
	free(d);
	return -1;
}

static int
attachment_verify_all(struct verification *v, struct err *e)
{
	struct file f = { 0 };
	int rc;

	while ((rc = attachment_next(v->with->stage, &f, e)) == 1 &&
	    (rc = f.at == 0 ? 0 : attachment_verify_send(v, &f, e)) == 0)
		continue;
	attachment_free(&f);
	return crawl_settle(&v->r, rc, e);
}

int
attachment_verify(struct crawl *c, const struct compare *with, struct err *e)
{
	struct verification v = { .r.c = c, .with = with };
	int64_t bytes = 0, files = 0;
	int rc;

	if (db_one(c->stage->db, &bytes, 0, e, "SELECT sum(size) FROM file"
	    " WHERE at > 0", "") == -1 || db_one(c->stage->db, &files, 0, e,
	    "SELECT count(*) FROM file WHERE at > 0", "") == -1)
		return -1;
	if (bytes > MANY_BYTES)
		log_info("reconcile", "downloading %" PRId64 " file%s with %" PRId64
		    " bytes from qTest to compare them", PLURAL(files), bytes);
	if ((v.sink = open("/dev/null", O_WRONLY | O_CLOEXEC)) == -1)
		return err_sys(e, ZX_IO, "/dev/null");
	if ((rc = db_begin(c->stage->db, e)) == 0)
		rc = db_end(c->stage->db, attachment_verify_all(&v, e), e);
	close(v.sink);
	return rc;
}
