#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "reconcile/attachment.h"
#include "reconcile/order.h"

/* The number of a step log that is not known: a log has each name once. */
enum { ANY_PART = -1 };

/* What the ledger has of a file. */
struct attachment_row {
	int64_t		 id;
	int		 failed;	/* it is known not to be loaded */
	char		*path;		/* of its upload, or "" */
};

static void
attachment_ledger(const struct compare *c, const char *ekey, struct attachment_row *r)
{
	struct db_query q;

	*r = (struct attachment_row){ 0, 0, NULL };
	db_query(&q, c->x->db, "SELECT id, path, CASE WHEN state IN ('failed', 'skipped', 'gone')"
	    " THEN 1 ELSE 0 END FROM ledger WHERE target = ?1 AND kind = 'blob' AND ekey = ?2"
	    " AND project = ?3", "sss", c->x->target, ekey, c->x->project);
	if (db_row(&q)) {
		r->id = db_int(&q, 0);
		r->path = mem_dup(value_or_empty(db_str(&q, 1)));
		r->failed = (int)db_int(&q, 2);
	}
	differences_query_end(c->o.to, &q);
	if (r->path == NULL)
		r->path = mem_dup("");
}

/* Find the object that should have a file, by its marker; a cycle's first log is the one
   to which zload uploaded.  key is set to its marker, or to that of the cycle. */
static struct part
attachment_owner(const struct compare *c, const struct json *want,
    const struct attachment_row *r, char key[KEY_MAX])
{
	static const int kinds[] = { CASE, RELEASE, LOG };
	const char *cycle = json_str(want, "parent.$first_log"), *ref = c->parent;
	struct part of = { cycle != NULL ? CYCLE : CASE, 0, 0, 0 };
	int64_t part;
	struct db_query q;
	size_t i, n;

	snprintf(key, KEY_MAX, "%s", cycle != NULL ? cycle : ref);
	if (cycle != NULL && sscanf(r->path, "/test-logs/%" SCNd64, &of.owner) == 1 &&
	    stage_key(c->stage, LOG, of.owner, key))
		of.kind = LOG;
	for (i = 0; cycle == NULL && i < sizeof(kinds) / sizeof(kinds[0]); i++) {
		n = strlen(object_kinds[kinds[i]]);
		if (strncmp(ref, object_kinds[kinds[i]], n) != 0 || ref[n] != '/')
			continue;
		of.kind = kinds[i];
		snprintf(key, KEY_MAX, "%s", ref + n + 1);
		of.owner = stage_id(c->stage, of.kind, key);
	}
	/* zload puts the file of a step that qTest does not have on the case */
	if (of.kind == CASE && json_int(want, "parent.n", 0) > 0 &&
	    strncmp(r->path, "/test-cases/", 12) != 0) {
		db_query(&q, c->stage->db, "SELECT count(*) FROM step INDEXED BY step_place"
		    " WHERE case_id = ?1 AND n = ?2", "ii", of.owner,
		    json_int(want, "parent.n", 0));
		if (differences_query_int(c->o.to, &q) > 0)
			of.n = json_int(want, "parent.n", 0);
	}
	/* earlier versions put the file of a step result on the log */
	if (of.kind == LOG && sscanf(r->path, "/test-step-logs/%" SCNd64, &part) == 1)
		of.n = stage_step_log(c->stage, of.owner, part);
	else if (of.kind == LOG && r->path[0] == '\0' && json_int(want, "parent.n", 0) > 0)
		of.n = ANY_PART;
	return of;
}

int
attachment_expect(struct compare *c, const struct target *t, const struct json *want,
    int is_gone, struct err *e)
{
	const char *name = value_text(want, "body.name");
	struct attachment_row r;
	struct buf sent = { 0 };
	struct part of;
	char key[KEY_MAX];
	int64_t rc;

	attachment_ledger(c, t->ekey, &r);
	of = attachment_owner(c, want, &r, key);
	qtest_file_name(&sent, name);
	rc = db_exec(c->stage->db, e, "INSERT INTO file (kind, owner, n, okey, stream, skey, name,"
	    " sent, size, sha256, id, known) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
	    " ?12)", "iiisssssisii", (int64_t)of.kind, of.owner, of.n, key, c->o.stream, t->skey,
	    name, buf_str(&sent), json_int(want, "body.size", -1),
	    value_text(want, "body.sha256"), r.id, (int64_t)(r.failed || is_gone));
	buf_free(&sent);
	free(r.path);
	return rc == -1 ? -1 : 0;
}

void
attachment_free(struct file *f)
{
	free(f->okey);
	free(f->stream);
	free(f->skey);
	free(f->name);
	free(f->sent);
	free(f->sha256);
	f->okey = f->stream = f->skey = f->name = f->sent = f->sha256 = NULL;
}

int
attachment_next(struct stage *s, struct file *f, struct err *e)
{
	struct db_query q;
	int more;

	attachment_free(f);
	db_query(&q, s->db, "SELECT f.rowid, f.kind, f.owner, f.n, a.part, a.id, f.id, f.size,"
	    " f.at, f.known, f.differs, f.okey, f.stream, f.skey, f.name, f.sent, f.sha256"
	    " FROM file f LEFT JOIN attached a ON a.rowid = f.at WHERE f.rowid > ?1"
	    " ORDER BY f.rowid LIMIT 1", "i", f->n);
	if ((more = db_row(&q)))
		*f = (struct file){ .n = db_int(&q, 0), .of = { (int)db_int(&q, 1), db_int(&q, 2),
		    db_int(&q, 3), db_int(&q, 4) }, .id = db_int(&q, db_null(&q, 5) ? 6 : 5),
		    .size = db_int(&q, 7), .at = db_int(&q, 8), .known = (int)db_int(&q, 9),
		    .differs = (int)db_int(&q, 10), .okey = mem_dup(db_str(&q, 11)),
		    .stream = mem_dup(db_str(&q, 12)), .skey = mem_dup(db_str(&q, 13)),
		    .name = mem_dup(db_str(&q, 14)), .sent = mem_dup(db_str(&q, 15)),
		    .sha256 = mem_dup(db_str(&q, 16)) };
	return db_done(&q, e) == -1 ? -1 : more;
}

void
attachment_differs(const struct compare *c, const struct file *f, const char *what,
    const char *want, const char *found)
{
	struct object o = { .to = c->o.to, .kind = f->of.kind, .stream = f->stream,
		.skey = f->skey, .ekey = f->okey };
	char *all = mem_fmt("file %s%s%s", f->name, *what != '\0' ? " " : "", what);

	if (f->of.n > 0)
		snprintf(o.part, sizeof(o.part), "step %s%" PRId64 " ",
		    f->of.kind == LOG ? "result " : "", f->of.n);
	object_differs(&o, all, want, found);
	free(all);
}

/* Find a file by the id in the ledger, else by name: fill .at, *name (the caller frees it)
   and *size of what was found.  No file is found for two. */
static void
attachment_find(const struct compare *c, struct file *f, char **name, int64_t *size)
{
	struct db_query q;

	db_query(&q, c->stage->db, "SELECT rowid, name, size FROM attached"
	    " INDEXED BY attached_owner WHERE kind = ?1 AND owner = ?2"
	    " AND (id = ?3 OR ((n = ?4 OR ?4 = -1) AND name IN (?5, ?6)"
	    " AND NOT EXISTS (SELECT 1 FROM file INDEXED BY file_id WHERE file.id = attached.id)))"
	    " AND seen = 0 ORDER BY id = ?3 DESC, id", "iiiiss", (int64_t)f->of.kind, f->of.owner,
	    f->id > 0 ? f->id : -1, f->of.n, f->name, f->sent);
	if (db_row(&q)) {
		f->at = db_int(&q, 0);
		*name = mem_dup(value_or_empty(db_str(&q, 1)));
		*size = db_int(&q, 2);
	}
	differences_query_end(c->o.to, &q);
}

/* Note that a file that zload uploaded is no longer in qTest. */
static void
attachment_deleted(const struct compare *c, const struct file *f)
{
	struct db_query q;

	db_query(&q, c->x->db, "SELECT ekey FROM ledger WHERE target = ?1 AND kind || '' = 'blob'"
	    " AND id = ?2 AND project = ?3 AND state = 'done'", "sis", c->x->target,
	    f->id > 0 ? f->id : -1, c->x->project);
	if (db_row(&q))
		differences_deleted(c->o.to, "blob", db_str(&q, 0));
	differences_query_end(c->o.to, &q);
}

/* Compare one file with what its object has.  0, -1. */
static int
attachment_compare(const struct compare *c, struct file *f, struct err *e)
{
	struct tally *y = &c->o.to->tally[FILES];
	char *name = NULL, want[32], found[32];
	int64_t size = -1;

	attachment_find(c, f, &name, &size);
	if (f->at == 0) {
		if (!f->known) {
			attachment_differs(c, f, "", "an attachment", "");
			attachment_deleted(c, f);
			y->compared++;
			y->missing++;
		}
		return 0;
	}
	if (strcmp(name, f->name) != 0 && strcmp(name, f->sent) != 0) {
		attachment_differs(c, f, "name", f->name, name);
		f->differs = 1;
	}
	if (size >= 0 && size != f->size) {
		snprintf(want, sizeof(want), "%" PRId64, f->size);
		snprintf(found, sizeof(found), "%" PRId64, size);
		attachment_differs(c, f, "size", want, found);
		f->differs = 1;
	}
	free(name);
	differences_tally(c->o.to, FILES, f->differs);
	return stage_file_seen(c->stage, f->at, e) == -1 || db_exec(c->stage->db, e,
	    "UPDATE file SET at = ?1, differs = ?2 WHERE rowid = ?3", "iii", f->at,
	    (int64_t)f->differs, f->n) == -1 ? -1 : 0;
}

static int
attachment_compare_all(const struct compare *c, struct err *e)
{
	struct file f = { 0 };
	int rc;

	while ((rc = attachment_next(c->stage, &f, e)) == 1 &&
	    (rc = attachment_compare(c, &f, e)) == 0)
		continue;
	attachment_free(&f);
	return rc;
}

/* Return 1 if zload uploaded an attachment, perhaps for another project or map. */
static int
attachment_is_loaded(const struct compare *c, int64_t id)
{
	struct db_query q;

	db_query(&q, c->x->db, "SELECT count(*) FROM ledger WHERE target = ?1 AND kind = 'blob'"
	    " AND id = ?2", "si", c->x->target, id);
	return differences_query_int(c->o.to, &q) > 0;
}

/* Report the attachments of migrated objects that no expected file stands for: a name twice,
   or a file that a user attached.  0, -1. */
static int
attachment_unexpected(const struct compare *c, struct err *e)
{
	struct db_query q;
	struct object o;
	char what[64];
	int n, twice;

	db_query(&q, c->stage->db, "SELECT a.kind, o.ekey, a.n, a.id, a.name, EXISTS (SELECT 1"
	    " FROM file f INDEXED BY file_owner WHERE f.kind = a.kind AND f.owner = a.owner"
	    " AND f.n = a.n AND a.name IN (f.name, f.sent)) FROM attached a"
	    " JOIN found o INDEXED BY found_id ON o.kind = a.kind AND o.id = a.owner"
	    " WHERE a.seen = 0 AND o.seen = 1 AND NOT EXISTS (SELECT 1 FROM found x"
	    " INDEXED BY found_key WHERE x.kind = o.kind AND x.ekey = o.ekey AND x.id < o.id)"
	    " ORDER BY a.rowid", "");
	while (c->o.to->fail.code == 0 && db_row(&q)) {
		if (attachment_is_loaded(c, db_int(&q, 3)))
			continue;
		o = order_object(c->stage, (int)db_int(&q, 0), db_str(&q, 1));
		if ((n = (int)db_int(&q, 2)) > 0)
			snprintf(o.part, sizeof(o.part), o.kind == CASE ? "step %d " :
			    "step result %d ", n);
		twice = (int)db_int(&q, 5);
		snprintf(what, sizeof(what), "%s file %" PRId64,
		    twice ? "duplicate" : "unexpected", db_int(&q, 3));
		object_differs(&o, what, "", value_or_empty(db_str(&q, 4)));
		c->o.to->tally[FILES].duplicate += twice;
		c->o.to->tally[FILES].unexpected += !twice;
	}
	return db_done(&q, e);
}

int
attachment_check(struct crawl *c, const struct compare *with, struct err *e)
{
	int rc;

	if (db_begin(c->stage->db, e) == -1)
		return -1;
	rc = attachment_list(c, e) == -1 || attachment_compare_all(with, e) == -1 ||
	    attachment_unexpected(with, e) == -1 ? -1 : 0;
	return db_end(c->stage->db, rc, e);
}
