#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "linked/linked.h"
#include "reconcile/order.h"

/* What the ledger has of a link. */
struct linked_row {
	int64_t		 requirement;	/* id of the requirement; 0: it is a defect, or unknown */
	int		 known;		/* it is known not to be in qTest, or stays text */
};

static void
linked_ledger(const struct compare *c, const char *ekey, struct linked_row *r)
{
	struct db_query q;
	const char *path;

	*r = (struct linked_row){ 0, 0 };
	db_query(&q, c->x->db, "SELECT path, CASE WHEN state IN ('failed', 'skipped', 'gone')"
	    " OR verb = 'text' THEN 1 ELSE 0 END FROM ledger WHERE target = ?1 AND kind = 'link'"
	    " AND ekey = ?2 AND project = ?3", "sss", c->x->target, ekey, c->x->project);
	if (db_row(&q)) {
		path = db_str(&q, 0);
		if (path != NULL)
			(void)sscanf(path, "/requirements/%" SCNd64 "/", &r->requirement);
		r->known = (int)db_int(&q, 1);
	}
	differences_query_end(c->o.to, &q);
}

int
linked_expect(struct compare *c, const struct target *t, const struct json *want, int is_gone,
    struct err *e)
{
	static const int kinds[] = { CASE, RELEASE, LOG };
	struct linked_row r;
	const char *key = strchr(c->parent, '/');
	int64_t owner = 0;
	size_t i, n = key != NULL ? (size_t)(key - c->parent) : 0;
	int kind = LOG;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strlen(object_kinds[kinds[i]]) == n &&
		    strncmp(object_kinds[kinds[i]], c->parent, n) == 0)
			kind = kinds[i];
	if (key != NULL)
		owner = stage_id(c->stage, kind, key + 1);
	linked_ledger(c, t->ekey, &r);
	return db_exec(c->stage->db, e, "INSERT INTO expected_link (kind, owner, ekey, stream,"
	    " skey, issue, requirement, known) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8)", "iissssii",
	    (int64_t)kind, owner, t->ekey, c->o.stream, t->skey, value_text(want, "body.issue"),
	    r.requirement, (int64_t)(r.known || is_gone)) == -1 ? -1 : 0;
}

/* A link that is expected. */
struct link {
	int64_t		 n, kind, owner, requirement;	/* n: row in the stage */
	int		 known;
	char		*ekey, *stream, *skey, *issue;
};

static void
linked_free(struct link *l)
{
	free(l->ekey);
	free(l->stream);
	free(l->skey);
	free(l->issue);
	l->ekey = l->stream = l->skey = l->issue = NULL;
}

/* Read the next row after l->n, which the caller frees by linked_free in any case: 1, 0 behind the
   last, -1. */
static int
linked_next(struct stage *s, struct link *l, struct err *e)
{
	struct db_query q;
	int more;

	linked_free(l);
	db_query(&q, s->db, "SELECT rowid, kind, owner, requirement, known, ekey, stream, skey,"
	    " issue FROM expected_link WHERE rowid > ?1 ORDER BY rowid LIMIT 1", "i", l->n);
	if ((more = db_row(&q)))
		*l = (struct link){ .n = db_int(&q, 0), .kind = db_int(&q, 1),
		    .owner = db_int(&q, 2), .requirement = db_int(&q, 3),
		    .known = (int)db_int(&q, 4), .ekey = mem_dup(db_str(&q, 5)),
		    .stream = mem_dup(db_str(&q, 6)), .skey = mem_dup(db_str(&q, 7)),
		    .issue = mem_dup(db_str(&q, 8)) };
	return db_done(&q, e) == -1 ? -1 : more;
}

/* Compare an expected link with those of its object.  0, -1. */
static int
linked_compare(const struct compare *c, const struct link *l, struct err *e)
{
	struct object o = { .to = c->o.to, .kind = LINKS, .stream = l->stream, .skey = l->skey,
	    .ekey = l->ekey };
	struct tally *y = &c->o.to->tally[LINKS];
	int64_t n = stage_link_seen(c->stage, (int)l->kind, l->owner, l->issue, l->requirement, e);

	if (n > 0)
		differences_tally(c->o.to, LINKS, 0);
	else if (n == 0 && !l->known) {
		object_differs(&o, "missing", l->issue, "");
		differences_deleted(c->o.to, "link", l->ekey);
		y->compared++;
		y->missing++;
	}
	return n == -1 ? -1 : 0;
}

static int
linked_compare_all(const struct compare *c, struct err *e)
{
	struct link l = { 0 };
	int rc;

	while ((rc = linked_next(c->stage, &l, e)) == 1 && (rc = linked_compare(c, &l, e)) == 0)
		continue;
	linked_free(&l);
	return rc;
}

/* Return 1 if zload made a link, perhaps for another project or map. */
static int
linked_is_loaded(const struct compare *c, int kind, int64_t owner, const char *pid, int64_t id)
{
	char *path = kind == LOG ? mem_fmt("/test-logs/%" PRId64 "/defects", owner) :
	    mem_fmt("/requirements/%" PRId64 "/link?type=%s", id,
	    kind == CASE ? "test-cases" : "releases");
	struct db_query q;

	db_query(&q, c->x->db, "SELECT count(*) FROM ledger WHERE target = ?1 AND kind = 'link'"
	    " AND path = ?2 AND CASE WHEN ?3 <> 0 THEN id = ?3 ELSE pid = ?4 END", "ssis",
	    c->x->target, path, kind == LOG ? 0 : owner, pid);
	free(path);
	return differences_query_int(c->o.to, &q) > 0;
}

/* Report the links of migrated objects that no expected link stands for, which a user made: the
   defects of logs, and the requirements of cases and releases.  0, -1. */
static int
linked_unexpected(const struct compare *c, struct err *e)
{
	struct db_query q;
	struct object o;

	db_query(&q, c->stage->db, "SELECT x.kind, o.ekey, x.owner, x.pid, x.id FROM linked x"
	    " JOIN found o INDEXED BY found_id ON o.kind = x.kind AND o.id = x.owner"
	    " WHERE x.seen = 0 AND o.seen = 1 AND (x.kind = ?1 OR x.pid LIKE 'RQ-%')"
	    " ORDER BY x.rowid", "i", (int64_t)LOG);
	while (c->o.to->fail.code == 0 && db_row(&q)) {
		if (linked_is_loaded(c, (int)db_int(&q, 0), db_int(&q, 2), db_str(&q, 3),
		    db_int(&q, 4)))
			continue;
		o = order_object(c->stage, (int)db_int(&q, 0), db_str(&q, 1));
		object_differs(&o, "unexpected link", "", value_or_empty(db_str(&q, 3)));
		c->o.to->tally[LINKS].unexpected++;
	}
	return db_done(&q, e);
}

/* Do not report the missing links of the kinds with a bit in refused: they are not known.  0,
   -1. */
static int
linked_forget(struct stage *s, unsigned refused, struct err *e)
{
	int kind, rc = 0;

	for (kind = 0; refused >> kind != 0 && rc == 0; kind++)
		if ((refused >> kind & 1) != 0 && db_exec(s->db, e, "UPDATE expected_link"
		    " SET known = 1 WHERE kind = ?1", "i", (int64_t)kind) == -1)
			rc = -1;
	return rc;
}

int
linked_check(struct crawl *c, const struct compare *with, struct err *e)
{
	unsigned refused = 0;
	int rc;

	if (db_begin(c->stage->db, e) == -1)
		return -1;
	rc = linked_list(c, &refused, e) == -1 || linked_forget(c->stage, refused, e) == -1 ||
	    linked_compare_all(with, e) == -1 ||
	    linked_unexpected(with, e) == -1 ? -1 : 0;
	return db_end(c->stage->db, rc, e);
}
