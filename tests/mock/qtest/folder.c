#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "io/json/json_out.h"

#include "qtest/api.h"

/* Releases, builds, test cycles and test suites, which contain runs. */

static enum qtype
folder_type_of(enum qkind k)
{
	return k == QK_RELEASE ? QT_RELEASES : k == QK_BUILD ? QT_BUILDS :
	    QT_SUITES;
}

/* Print a date of a release, which is in the zone of the user (qtest-api.md 1.8). */
static void
folder_zone_date(struct buf *b, const char *name, int64_t ms)
{
	char text[TIME_MAX];

	if (ms == 0) {
		json_out_null(b, name);
		return;
	}
	time_iso(ms + 7 * 3600000, text);
	json_out_fmt(b, name, "%.19s+07:00", text);
}

void
qfolder_print(struct mock *m, const struct qobj *o, int deep, struct buf *b)
{
	const struct qproject *p = q_project_of(m, o);
	const struct qobj *c;

	json_out_open(b, NULL, '{');
	q_head(m, o, o->name, b);
	if (o->kind != QK_CYCLE)
		qprop_print(m, p, folder_type_of(o->kind), o, b);
	if (o->kind == QK_SUITE)
		q_parent_print(o, b);
	if (o->kind != QK_SUITE && o->kind != QK_BUILD)
		q_html(m, b, "description", o->desc == NULL ? "" : o->desc);
	if (o->kind == QK_RELEASE) {
		json_out_str(b, "note", o->pre == NULL ? "" : o->pre);
		folder_zone_date(b, "start_date", o->folder.start);
		folder_zone_date(b, "end_date", o->folder.end);
	}
	if (o->folder.release != 0)
		json_out_int(b, "target_release_id", o->folder.release);
	if (o->folder.build != 0)
		json_out_int(b, "target_build_id", o->folder.build);
	if (deep && o->kind == QK_CYCLE) {
		json_out_open(b, "test-cycles", '[');
		for (c = qobj_child(o, NULL, QK_CYCLE); c != NULL;
		    c = qobj_child(o, c, QK_CYCLE))
			qfolder_print(m, c, 1, b);
		json_out_close(b, ']');
		json_out_open(b, "test-suites", '[');
		for (c = qobj_child(o, NULL, QK_SUITE); c != NULL;
		    c = qobj_child(o, c, QK_SUITE))
			qfolder_print(m, c, 1, b);
		json_out_close(b, ']');
	}
	json_out_close(b, '}');
}

static int
folder_read_date(const struct json *j, const char *name, int64_t *slot,
    struct reply *rp)
{
	const char *s = json_str(j, name);

	if (json_type(j, name) == JSON_NULL)
		*slot = 0;
	if (s == NULL || time_parse(s, slot) == 0)
		return 0;
	reply_qtest(rp, 400, "%s is not a valid date", name);
	return -1;
}

static int
folder_read_target(struct mock *m, struct qproject *p, const struct json *j,
    const char *name, enum qkind kind, int64_t *slot, struct reply *rp)
{
	int64_t id = json_int(j, name, 0);

	if (json_type(j, name) == JSON_NULL)
		*slot = 0;
	if (id == 0)
		return 0;
	if (qobj_find(m->qtest, p, kind, id) == NULL) {
		reply_qtest(rp, 400, "%s does not exist", name);
		return -1;
	}
	*slot = id;
	return 0;
}

static int
folder_read(struct mock *m, struct qproject *p, const struct json *j, struct qobj *o,
    int create, struct reply *rp)
{
	if (q_name(j, create, &o->name, rp) == -1)
		return -1;
	q_text(j, "description", &o->desc);
	q_text(j, "note", &o->pre);
	q_order(j, o);
	if (folder_read_date(j, "start_date", &o->folder.start, rp) == -1 ||
	    folder_read_date(j, "end_date", &o->folder.end, rp) == -1)
		return -1;
	if (o->kind != QK_CYCLE &&
	    qprop_take(m, p, folder_type_of(o->kind), j, o, create, rp) == -1)
		return -1;
	if (folder_read_target(m, p, j, "target_release_id", QK_RELEASE, &o->folder.release,
	    rp) == -1)
		return -1;
	return folder_read_target(m, p, j, "target_build_id", QK_BUILD, &o->folder.build,
	    rp);
}

static void
folder_create(struct mock *m, struct qproject *p, struct request *rq,
    struct reply *rp, enum qkind kind, struct qobj *up, int status)
{
	struct qobj *o;
	struct json j;

	if (q_body(rq, &j, rp) == -1)
		return;
	o = qobj_new(m->qtest, p, kind, up);
	if (folder_read(m, p, &j, o, 1, rp) == -1)
		qobj_discard(o);
	else {
		rq->effect = o->id;
		rp->status = status;
		qfolder_print(m, o, 0, &rp->body);
	}
	json_free(&j);
}

static enum qkind
folder_kind_of(const struct request *rq)
{
	return q_kind_of_type(rq->seg[4]);
}

/* Create a release, which is at the root, a cycle or a suite. */
void
q_folder_new(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	enum qkind kind = folder_kind_of(rq);
	struct qobj *up = NULL;
	int given;

	if (p != NULL)
		up = kind == QK_RELEASE ? p->root : q_parent(m, p, rq, kind, &given, rp);
	if (up != NULL)
		folder_create(m, p, rq, rp, kind, up, kind == QK_SUITE ? 200 : 201);
}

void
q_folder_one(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qobj *o = q_object(m, q_project(m, rq, rp), folder_kind_of(rq), rq, 1, rp);

	if (o != NULL)
		qfolder_print(m, o, q_deep(rq), &rp->body);
}

/* Change a folder; with parent parameters only move it and ignore the body. */
void
q_folder_put(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	struct qobj *o = q_object(m, p, folder_kind_of(rq), rq, 1, rp), *up;
	struct json j;
	int given;

	if (o == NULL)
		return;
	up = o->kind == QK_RELEASE || o->kind == QK_BUILD ? p->root :
	    q_parent(m, p, rq, o->kind, &given, rp);
	if (up == NULL)
		return;
	rq->effect = o->id;
	if (o->kind != QK_RELEASE && o->kind != QK_BUILD && given) {
		qobj_move(o, up);
		qfolder_print(m, o, 0, &rp->body);
		return;
	}
	if (q_body(rq, &j, rp) == -1)
		return;
	if (folder_read(m, p, &j, o, 0, rp) == 0) {
		qobj_touch(o);
		qfolder_print(m, o, 0, &rp->body);
	}
	json_free(&j);
}

/* Delete a folder.  A cycle that is not empty needs force=true; --not-empty says what
   happens with others, about which the vendor says nothing (qtest-api.md 2.18). */
void
q_folder_delete(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qobj *o = q_object(m, q_project(m, rq, rp), folder_kind_of(rq), rq, 1, rp);

	if (o == NULL)
		return;
	if (o->first != NULL && !(o->kind == QK_CYCLE ? request_flag(rq, "force", 0) :
	    strcmp(m->set->not_empty, "gone") == 0)) {
		reply_qtest(rp, 400, "The object is not empty");
		return;
	}
	rq->effect = o->id;
	if (o->kind == QK_CYCLE)
		reply_qtest(rp, 200, "Test Cycle is deleted.");
	else
		q_deleted(m, rp);
	qobj_delete(o);
}

void
q_build_new(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	struct qobj *up = NULL;
	struct json j;

	if (p == NULL || q_body(rq, &j, rp) == -1)
		return;
	up = qobj_find(m->qtest, p, QK_RELEASE, json_int(&j, "release.id", 0));
	json_free(&j);
	if (up == NULL)
		reply_qtest(rp, 404, "Release does not exist.");
	else
		folder_create(m, p, rq, rp, QK_BUILD, up, 201);
}
