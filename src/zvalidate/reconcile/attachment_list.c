#include <inttypes.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/api/qtest_list.h"
#include "reconcile/attachment.h"

/*
 * A listing of the attachments of many objects (qtest-api.md 2.16).  It is read only for
 * objects whose own reply has no member "attachments".
 */
struct attachment_type {
	int		 kind;
	const char	*path;		/* of the objects */
	const char	*expected;	/* query: is a file expected on such an object? */
	const char	*next;		/* query: number and id of the one after number ?1 */
};

#define OBJECT(kind, number, path)					\
	{ kind, path, "SELECT count(*) FROM file f JOIN found o INDEXED BY found_id"	\
	    " ON o.kind = f.kind AND o.id = f.owner WHERE f.kind = " number		\
	    " AND f.n = 0 AND f.known = 0 AND o.files = 0",				\
	    "SELECT n, id FROM found INDEXED BY found_n WHERE kind = " number		\
	    " AND n > ?1 AND seen = 1 AND files = 0 ORDER BY n LIMIT 1" }

_Static_assert(CASE == 1 && RELEASE == 3 && LOG == 7, "the numbers below");

static const struct attachment_type attachment_types[] = {
	OBJECT(CASE, "1", "test-cases"),
	OBJECT(RELEASE, "3", "releases"),
	OBJECT(LOG, "7", "test-logs"),
	{ STEP, "test-steps", "SELECT count(*) FROM file f JOIN step s INDEXED BY step_place"
	    " ON s.case_id = f.owner AND s.n = f.n WHERE f.kind = 1 AND f.known = 0"
	    " AND s.files = 0",
	    "SELECT s.rowid, s.id FROM step s JOIN found o INDEXED BY found_id"
	    " ON o.kind = 1 AND o.id = s.case_id WHERE s.rowid > ?1 AND o.seen = 1"
	    " AND s.files = 0 ORDER BY s.rowid LIMIT 1" },
};

/* Listings in flight of one type. */
struct attachment_listing {
	struct requests	 r;
	const struct attachment_type *type;
	int		 refused;	/* status with which qTest refused one, or 0 */
};

/* A request: of many objects, or of one. */
struct attachment_request {
	struct attachment_listing *l;
	int64_t		 one;		/* id of the only object; 0: many */
};

/* Store a listed attachment of an object that is in the stage. */
static int
on_attachment(void *arg, const struct json *item, struct err *e)
{
	const struct attachment_request *a = arg;
	struct stage *s = a->l->r.c->stage;
	int64_t id = json_int(item, "artifact_id", a->one);
	struct part of = { a->l->type->kind, id, 0, 0 };
	struct db_query q;

	if (of.kind == STEP) {
		db_query(&q, s->db, "SELECT case_id, n FROM step INDEXED BY step_id WHERE id = ?1",
		    "i", id);
		of = (struct part){ CASE, 0, 0, id };
		if (db_row(&q)) {
			of.owner = db_int(&q, 0);
			of.n = db_int(&q, 1);
		}
		if (db_done(&q, e) == -1)
			return -1;
	}
	return of.owner == 0 ? 0 : stage_file(s, &of, item, e);
}

static void
on_attachments_end(void *arg, int status, const struct err *e)
{
	struct attachment_request *a = arg;
	int refused = e != NULL && a->one == 0 && status >= 400;

	if (refused)
		a->l->refused = status;
	/* 404 of one object: it was deleted meanwhile */
	crawl_ended(&a->l->r, refused || status == 404 ? NULL : e);
	free(a);
}

static int
attachment_list_send(struct attachment_listing *l, const char *path, int64_t one,
    struct err *e)
{
	struct attachment_request *a = mem_zalloc(sizeof(*a));

	*a = (struct attachment_request){ l, one };
	l->r.open++;
	if (qtest_list_send(l->r.c->qtest, path, one != 0 ? QTEST_WHOLE : QTEST_PAGESIZE,
	    on_attachment, on_attachments_end, a, e) == 0)
		return crawl_room(&l->r, e);
	l->r.open--;
	free(a);
	return -1;
}

/* Find the object after number *n: 1, 0 behind the last, -1. */
static int
attachment_list_next(const struct attachment_listing *l, int64_t *n, int64_t *id,
    struct err *e)
{
	struct db_query q;
	int more;

	db_query(&q, l->r.c->stage->db, l->type->next, "i", *n);
	if ((more = db_row(&q))) {
		*n = db_int(&q, 0);
		*id = db_int(&q, 1);
	}
	return db_done(&q, e) == -1 ? -1 : more;
}

enum { PATH_BYTES = 7600 };	/* servers and proxies limit a request line to 8 KB */

/* Request the attachments of all objects of a type, with as many ids in a request as fit;
   singly: of each object by itself.  0, -1. */
static int
attachment_list_objects(struct attachment_listing *l, int singly, struct err *e)
{
	struct buf b = { 0 };
	int64_t n = 0, id = 0;
	int more, rc = 0;

	while (rc == 0 && (more = attachment_list_next(l, &n, &id, e)) != 0) {
		if (more == -1) {
			rc = -1;
			break;
		}
		if (b.len == 0)
			buf_printf(&b, singly ? "/%s/%" PRId64 "/attachments" :
			    "/attachments?type=%s&ids=%" PRId64, l->type->path, id);
		else
			buf_printf(&b, "&ids=%" PRId64, id);
		if (singly || b.len > PATH_BYTES) {
			rc = attachment_list_send(l, buf_str(&b), singly ? id : 0, e);
			buf_reset(&b);
		}
	}
	if (rc == 0 && b.len > 0)
		rc = attachment_list_send(l, buf_str(&b), 0, e);
	buf_free(&b);
	return crawl_settle(&l->r, rc, e);
}

int
attachment_list(struct crawl *c, struct err *e)
{
	struct attachment_listing l;
	int64_t expected = 0;
	size_t i;
	int rc = 0;

	for (i = 0; i < sizeof(attachment_types) / sizeof(attachment_types[0]) && rc == 0; i++) {
		l = (struct attachment_listing){ .r.c = c, .type = &attachment_types[i] };
		if (db_one(c->stage->db, &expected, 0, e, l.type->expected, "") == -1)
			return -1;
		if (expected == 0)
			continue;
		rc = attachment_list_objects(&l, 0, e);
		if (rc == 0 && l.refused != 0) {
			log_info("reconcile", "qTest refuses to list the attachments of many %s "
			    "at once (%d); they are read object by object", l.type->path,
			    l.refused);
			rc = attachment_list_objects(&l, 1, e);
		}
	}
	return rc;
}
