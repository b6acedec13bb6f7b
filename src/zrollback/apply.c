#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "domain/api/qtest_link.h"
#include "apply.h"
#include "file_step.h"
#include "kinds.h"
#include "twin.h"

enum { GROUP = 64, TRIES = 3 };

/* The deletion of an object with all that goes with it. */
struct deletion {
	struct group	*group;
	int		 kind;
	int64_t		 id;
	char		*ekey;
	char		*path;		/* of a file: the collection in which it is; of a link: that
					   of its request */
	struct json	 sent;		/* of a link: what is linked (qtest_link.h) */
	struct file_step step;		/* of a file: the search for its step */
	int		 is_full, status;
	enum qtest_end	 end;
	char		 why[300];
};

struct group {
	struct inventory *inventory;
	struct link	*link;
	struct deletion	 v[GROUP];
	int		 n, open, refused;
	int		 tries;		/* groups in a row with an unknown outcome */
};

/* Call write for the effect of each object that goes with one, and for the approval of each
   case.  0, -1. */
static int
apply_each(struct inventory *v, const struct deletion *d,
    int (*write)(struct inventory *, const struct deletion *, const char *kind,
    const char *ekey, int64_t id, struct err *), struct err *e)
{
	struct db_query q;
	int rc = 0;

	db_query(&q, v->db, "SELECT o.kind, o.ekey,"
	    " CASE WHEN o.doubt = 1 THEN 0 ELSE COALESCE(o.item, o.id) END FROM top t JOIN object o"
	    " ON o.kind = t.kind AND o.id = t.id WHERE t.top_kind = ?1 AND t.top_id = ?2", "ii",
	    (int64_t)d->kind, d->id);
	while (rc == 0 && db_row(&q)) {
		rc = write(v, d, rollback_kind((int)db_int(&q, 0))->name, db_str(&q, 1),
		    db_int(&q, 2), e);
		if (rc == 0 && db_int(&q, 0) == KIND_CASE)
			rc = write(v, d, rollback_kind(KIND_APPROVE)->name, db_str(&q, 1),
			    db_int(&q, 2), e);
	}
	return db_done(&q, rc == 0 ? e : NULL) == -1 ? -1 : rc;
}

static int
apply_write_intent(struct inventory *v, const struct deletion *d, const char *kind,
    const char *ekey, int64_t id, struct err *e)
{
	(void)d;
	return ledger_delete_intent(v->ledger, kind, ekey, id, e);
}

static int
apply_write_gone(struct inventory *v, const struct deletion *d, const char *kind,
    const char *ekey, int64_t id, struct err *e)
{
	(void)d;
	(void)id;
	return ledger_rolled_back(v->ledger, kind, ekey, e);
}

static int
apply_write_undo(struct inventory *v, const struct deletion *d, const char *kind,
    const char *ekey, int64_t id, struct err *e)
{
	(void)id;
	return ledger_delete_undo(v->ledger, kind, ekey, d->why, d->status, e);
}

/* True if the answer shows that the object is not in qTest. */
static int
apply_is_gone(const struct deletion *d)
{
	return d->end == QTEST_DONE || (d->end == QTEST_REFUSED && d->status == 404);
}

static int
apply_write_intents(struct db *db, void *arg, struct err *e)
{
	struct group *g = arg;
	int i, rc = 0;

	(void)db;
	for (i = 0; i < g->n && rc == 0; i++)
		rc = apply_each(g->inventory, &g->v[i], apply_write_intent, e);
	return rc;
}

/* Write the results that are known; an unconfirmed deletion stays an intent. */
static int
apply_write_results(struct db *db, void *arg, struct err *e)
{
	struct group *g = arg;
	int i, rc = 0;

	(void)db;
	for (i = 0; i < g->n && rc == 0; i++)
		if (g->v[i].end != QTEST_DOUBT)
			rc = apply_each(g->inventory, &g->v[i], apply_is_gone(&g->v[i]) ?
			    apply_write_gone : apply_write_undo, e);
	return rc;
}

/* Write that the chosen objects which qTest does not have are rolled back, and add the twins
   that are to go. */
static int
apply_write_absent(struct db *db, void *arg, struct err *e)
{
	struct inventory *v = arg;
	struct db_query q;
	int rc = twin_record(v, e);

	(void)db;
	if (rc == -1)
		return -1;
	db_query(&q, v->db, "SELECT kind, ekey FROM object WHERE chosen = 1 AND listed = 0"
	    " AND reason IS NULL", "");
	while (rc == 0 && db_row(&q)) {
		rc = ledger_rolled_back(v->ledger, rollback_kind((int)db_int(&q, 0))->name,
		    db_str(&q, 1), e);
		if (rc == 0 && db_int(&q, 0) == KIND_CASE)
			rc = ledger_rolled_back(v->ledger, "approve", db_str(&q, 1), e);
	}
	return db_done(&q, rc == 0 ? e : NULL) == -1 ? -1 : rc;
}

static void
on_deleted(void *arg, struct qtest_reply *rp)
{
	struct deletion *d = arg;

	d->end = file_step_is_lost(d->path, rp) ? QTEST_DOUBT : rp->end;
	d->status = rp->status;
	snprintf(d->why, sizeof(d->why), "%s", rp->why);
	d->group->open--;
}

/* True if an answer to a GET contains the object: of a file, the list of its collection does, of
   a link, that of its source. */
static int
apply_is_there(const struct deletion *d, const struct json *doc)
{
	struct json one = { 0 }, object = { 0 };
	int i = 0, found = d->path == NULL;

	while (!found && json_each(doc, &i, &one))
		found = d->sent.set ? qtest_link_find(&d->sent, &one, &object) :
		    json_int(&one, "id", 0) == d->id;
	json_free(&object);
	json_free(&one);
	return found;
}

/* A GET: the object is still there, or not. */
static void
on_read_back(void *arg, struct qtest_reply *rp)
{
	struct deletion *d = arg;

	if (file_step_is_lost(d->path, rp)) {
		d->end = QTEST_REFUSED;
		d->status = 0;
		snprintf(d->why, sizeof(d->why), "its step has another id in qTest since an "
		    "update of the case; the file goes with the case");
	} else if (rp->end == QTEST_DONE)
		d->end = apply_is_there(d, &rp->doc) ? QTEST_UNSENT : QTEST_DONE;
	else if (rp->end == QTEST_REFUSED && rp->status == 404)
		d->end = QTEST_DONE;
	d->group->open--;
}

/* Return the path that deletes an object, or reads it back; the caller frees it. */
static char *
apply_path(const struct deletion *d, int deletes)
{
	if (d->path == NULL)
		return rollback_kind_path(d->kind, d->id, d->ekey, d->is_full && deletes);
	if (d->sent.set)
		return deletes ? mem_dup(d->path) : qtest_link_listing(d->path);
	return deletes ? mem_fmt("%s/%lld", d->path, (long long)d->id) :
	    mem_fmt("%.*s/attachments", (int)(strrchr(d->path, '/') - d->path), d->path);
}

/* Append the body of a request that deletes an object, which only a link has. */
static void
apply_body(const struct deletion *d, struct buf *b)
{
	struct json list;

	if (!d->sent.set)
		return;
	list = json_array();
	json_push(&list, qtest_link_item(&d->sent));
	json_dump(&list, b);
	json_free(&list);
}

/* Wait for all answers; return rc, or -1. */
static int
apply_await(struct group *g, int rc, struct err *e)
{
	while (g->open > 0)
		if (link_wait(g->link, 1000, e) == -1) {
			rc = -1;
			if (g->open > 0)	/* their callbacks use g */
				api_drop(qtest_api(g->link->qtest));
		}
	return rc;
}

/* Send one request for each deletion of the group that ended so, and wait for all answers.
   0, -1. */
static int
apply_send(struct group *g, const char *method, enum qtest_end which, qtest_done *done,
    struct err *e)
{
	struct buf body = { 0 };
	struct deletion *d;
	char *path;
	int i, rc = 0;

	for (i = 0; i < g->n && rc == 0; i++) {
		d = &g->v[i];
		if (d->end != which)
			continue;
		path = apply_path(d, done == on_deleted);
		buf_reset(&body);
		if (done == on_deleted)
			apply_body(d, &body);
		g->open++;
		rc = qtest_send(g->link->qtest, method, path, body.len > 0 ? buf_str(&body) : NULL,
		    body.len, done, d, e);
		if (rc == -1)
			g->open--;
		free(path);
	}
	buf_free(&body);
	return apply_await(g, rc, e);
}

/* Find the steps that have the files of the group: each write of a case gives its steps new
   ids.  0, -1. */
static int
apply_find_steps(struct group *g, struct err *e)
{
	struct deletion *d;
	int i, rc = 0;

	for (i = 0; i < g->n && rc == 0; i++) {
		d = &g->v[i];
		d->step = (struct file_step){ d->id, &d->path, &g->open, &d->end, &d->status };
		if (d->kind == KIND_BLOB && d->path != NULL &&
		    strncmp(d->path, "/test-steps/", 12) == 0)
			rc = file_step_request(&d->step, g->link, g->inventory->ledger, d->ekey, e);
	}
	return apply_await(g, rc, e);
}

/* Read the next group of objects of this rank that are not deleted: the number, or -1. */
static int
apply_read(struct group *g, int rank, struct err *e)
{
	struct db_query q;
	struct deletion *d;
	const char *sent;
	int max = (int)g->link->job->in_flight;

	g->n = 0;
	db_query(&q, g->inventory->db, "SELECT t.kind, t.id, o.ekey,"
	    " EXISTS (SELECT 1 FROM edge i WHERE i.to_kind = t.kind AND i.to_id = t.id"
	    " AND i.inside > 0), o.path, o.sent FROM top t JOIN kind k ON k.n = t.kind"
	    " JOIN object o ON o.kind = t.kind AND o.id = t.id WHERE k.rank = ?1"
	    " AND t.top_kind = t.kind AND t.top_id = t.id AND t.done = 0"
	    " ORDER BY t.id DESC LIMIT ?2", "ii", (int64_t)rank,
	    (int64_t)(max > GROUP ? GROUP : max));
	while (g->n < GROUP && db_row(&q)) {
		d = &g->v[g->n++];
		*d = (struct deletion){ .group = g, .kind = (int)db_int(&q, 0),
		    .id = db_int(&q, 1), .ekey = mem_dup(db_str(&q, 2)),
		    .path = mem_dup(db_str(&q, 4)), .is_full = db_int(&q, 3) != 0,
		    .end = QTEST_UNSENT };
		if (d->kind == KIND_LINK && (sent = db_str(&q, 5)) != NULL)
			(void)json_parse(&d->sent, sent, strlen(sent), NULL, NULL);
	}
	return db_done(&q, e) == -1 ? -1 : g->n;
}

/* Report the refused deletions, record all that have ended, and keep the objects that the
   refused ones need.  0, -1. */
static int
apply_end(struct group *g, struct err *e)
{
	struct deletion *d;
	int i, rc = 0, before = g->refused;

	for (i = 0; i < g->n && rc == 0; i++) {
		d = &g->v[i];
		if (d->end == QTEST_REFUSED && d->status != 404) {
			g->refused++;
			log_warn(NULL, "%s %s was not deleted: %s", rollback_kind(d->kind)->name,
			    d->ekey, d->why);
		}
		if (d->end == QTEST_DONE || d->end == QTEST_REFUSED)
			rc = inventory_done(g->inventory, d->kind, d->id, apply_is_gone(d), e);
	}
	return rc == 0 && g->refused > before ? inventory_decide_again(g->inventory, e) : rc;
}

/* Read back the deletions whose outcome is unknown, once they have certainly ended.  0, -1. */
static int
apply_read_back(struct group *g, int64_t settle_ms, struct err *e)
{
	int i, n = 0;
	char at[TIME_MAX];

	for (i = 0; i < g->n; i++)
		n += g->v[i].end == QTEST_DOUBT;
	if (n == 0)
		g->tries = 0;
	if (n == 0)
		return 0;
	if (g->tries++ >= TRIES)
		return err_set(e, ZX_REMOTE, "%s %s: %s; run the same command again",
		    rollback_kind(g->v[0].kind)->name, g->v[0].ekey, g->v[0].why);
	time_iso(time_wall_ms() + settle_ms, at);
	log_info(NULL, "waiting until %s before reading back %d unconfirmed requests (--settle)",
	    at, n);
	return link_pause(g->link, settle_ms, e) == -1 ? -1 :
	    apply_send(g, "GET", QTEST_DOUBT, on_read_back, e);
}

/* Delete the objects of one rank.  0, -1. */
static int
apply_rank(struct group *g, int rank, int64_t settle_ms, struct err *e)
{
	struct db *db = g->link->job->db;
	struct err later = { 0 };
	int i, n, rc = 0;

	while (rc == 0 && (n = apply_read(g, rank, e)) != 0) {
		rc = n == -1 || link_stop(g->link, e) == -1 ||
		    db_tx(db, apply_write_intents, g, e) == -1 ? -1 : 0;
		if (rc == 0) {
			rc = apply_find_steps(g, e);
			if (rc == 0)
				rc = apply_send(g, "DELETE", QTEST_UNSENT, on_deleted, e);
			if (rc == 0)
				rc = apply_read_back(g, settle_ms, e);
			/* what is known is written after a failure, too */
			if (db_tx(db, apply_write_results, g, rc == 0 ? e : &later) == -1)
				rc = -1;
			if (rc == 0)
				rc = apply_end(g, e);
		}
		for (i = 0; i < g->n; i++) {
			free(g->v[i].ekey);
			free(g->v[i].path);
			json_free(&g->v[i].sent);
		}
	}
	return rc;
}

int
apply(struct inventory *v, struct link *l, int64_t settle_ms, int *refused, struct err *e)
{
	struct group *g = mem_zalloc(sizeof(*g));
	int rank, rc = db_tx(l->job->db, apply_write_absent, v, e);

	g->inventory = v;
	g->link = l;
	for (rank = 1; rank <= 8 && rc == 0; rank++)
		rc = apply_rank(g, rank, settle_ms, e);
	*refused = g->refused;
	free(g);
	return rc;
}
