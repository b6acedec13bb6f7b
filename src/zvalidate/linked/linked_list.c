#include <inttypes.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/api/qtest_list.h"
#include "linked/linked.h"

/* More ids make a request that some servers refuse (qtest-api.md 2.13). */
enum { IDS_MAX = 50 };

/* The types of objects with links in paths. */
static const struct {
	int		 kind;
	const char	*path;
} linked_types[] = {
	{ CASE, "test-cases" }, { RELEASE, "releases" }, { LOG, "test-logs" }
};

/* Listings in flight of the links of one kind of object. */
struct linked_listing {
	struct requests	 r;
	int		 kind;
	int		 refused;	/* status with which qTest refused one, or 0 */
};

/* Store the links of an object. */
static int
on_linked(void *arg, const struct json *item, struct err *e)
{
	const struct linked_listing *l = arg;
	struct json list = json_member(item, "objects"), one = { 0 };
	int i = 0, rc = 0;

	while (rc == 0 && json_each(&list, &i, &one))
		rc = stage_link(l->r.c->stage, l->kind, json_int(item, "id", 0), &one, e);
	json_free(&one);
	json_free(&list);
	return rc;
}

static void
on_linked_end(void *arg, int status, const struct err *e)
{
	struct linked_listing *l = arg;

	if (e != NULL && status >= 400)
		l->refused = status;
	crawl_ended(&l->r, e != NULL && status >= 400 ? NULL : e);
}

/* Append the ids of the next objects after *id, at most IDS_MAX, to a path.  Return how many,
   or -1. */
static int
linked_list_ids(const struct linked_listing *l, int64_t *id, struct buf *path, struct err *e)
{
	struct db_query q;
	int n = 0;

	db_query(&q, l->r.c->stage->db, "SELECT DISTINCT owner FROM expected_link AS l"
	    " INDEXED BY link_owner WHERE kind = ?1 AND owner > ?2 AND known = 0"
	    " AND NOT EXISTS (SELECT 1 FROM linked x INDEXED BY linked_owner WHERE x.kind = ?1"
	    " AND x.owner = l.owner)"
	    " ORDER BY owner LIMIT ?3", "iii", (int64_t)l->kind, *id, (int64_t)IDS_MAX);
	while (db_row(&q)) {
		*id = db_int(&q, 0);
		buf_printf(path, "&ids=%" PRId64, *id);
		n++;
	}
	return db_done(&q, e) == -1 ? -1 : n;
}

/* Request the links of all objects of a kind.  0, -1. */
static int
linked_list_objects(struct linked_listing *l, const char *type, struct err *e)
{
	struct buf b = { 0 };
	int64_t id = 0;
	int n, rc = 0;

	do {
		buf_reset(&b);
		buf_printf(&b, "/linked-artifacts?type=%s", type);
		if ((n = linked_list_ids(l, &id, &b, e)) > 0) {
			l->r.open++;
			rc = qtest_list_send(l->r.c->qtest, buf_str(&b), QTEST_WHOLE, on_linked,
			    on_linked_end, l, e);
			if (rc == -1)
				l->r.open--;
			else
				rc = crawl_room(&l->r, e);
		}
	} while (rc == 0 && n == IDS_MAX);
	buf_free(&b);
	return crawl_settle(&l->r, n == -1 ? -1 : rc, e);
}

int
linked_list(struct crawl *c, unsigned *refused, struct err *e)
{
	struct linked_listing l;
	size_t i;
	int rc = 0;

	for (i = 0; i < sizeof(linked_types) / sizeof(linked_types[0]) && rc == 0; i++) {
		l = (struct linked_listing){ .r.c = c, .kind = linked_types[i].kind };
		rc = linked_list_objects(&l, linked_types[i].path, e);
		if (rc != 0 || l.refused == 0)
			continue;
		log_warn("reconcile", "qTest refuses to list the links of %s (%d); they are not "
		    "compared", linked_types[i].path, l.refused);
		*refused |= 1U << l.kind;
	}
	return rc;
}
