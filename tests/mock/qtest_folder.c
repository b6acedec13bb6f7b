#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"

#include "out.h"
#include "qtest_api.h"

/* Releases, builds, test cycles, test suites: what holds runs. */

static enum qtype
type_of(enum qkind k)
{
	return k == QK_RELEASE ? QT_RELEASES : k == QK_BUILD ? QT_BUILDS :
	    QT_SUITES;
}

static void
where(const struct qobj *o, struct buf *b)
{
	static const char *const names[QK_COUNT] = { [QK_ROOT] = "root",
	    [QK_RELEASE] = "release", [QK_CYCLE] = "test-cycle",
	    [QK_SUITE] = "test-suite" };

	out_int(b, "parentId", o->up->kind == QK_ROOT ? 0 : o->up->id);
	out_str(b, "parentType", names[o->up->kind]);
}

/* The dates of a release come in the zone of the caller (1.8). */
static void
zone_date(struct buf *b, const char *name, int64_t ms)
{
	char text[TIME_MAX];

	if (ms == 0) {
		out_null(b, name);
		return;
	}
	time_iso(ms + 7 * 3600000, text);
	out_fmt(b, name, "%.19s+07:00", text);
}

static void
print(struct mock *m, const struct qobj *o, int deep, struct buf *b)
{
	const struct qproject *p = q_project_of(m, o);
	const struct qobj *c;

	out_open(b, NULL, '{');
	q_head(m, o, o->name, b);
	if (o->kind != QK_CYCLE)
		qprop_print(m, p, type_of(o->kind), o, b);
	if (o->kind == QK_SUITE)
		where(o, b);
	if (o->kind != QK_SUITE && o->kind != QK_BUILD)
		q_html(m, b, "description", o->desc == NULL ? "" : o->desc);
	if (o->kind == QK_RELEASE) {
		out_str(b, "note", o->pre == NULL ? "" : o->pre);
		zone_date(b, "start_date", o->start);
		zone_date(b, "end_date", o->end);
	}
	if (o->release != 0)
		out_int(b, "target_release_id", o->release);
	if (o->build != 0)
		out_int(b, "target_build_id", o->build);
	if (deep && o->kind == QK_CYCLE) {
		out_open(b, "test-cycles", '[');
		for (c = qobj_child(o, NULL, QK_CYCLE); c != NULL;
		    c = qobj_child(o, c, QK_CYCLE))
			print(m, c, 1, b);
		out_close(b, ']');
		out_open(b, "test-suites", '[');
		for (c = qobj_child(o, NULL, QK_SUITE); c != NULL;
		    c = qobj_child(o, c, QK_SUITE))
			print(m, c, 1, b);
		out_close(b, ']');
	}
	out_close(b, '}');
}

static int
take_date(const struct json *j, const char *name, int64_t *slot,
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
take_target(struct mock *m, struct qproject *p, const struct json *j,
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
take(struct mock *m, struct qproject *p, const struct json *j, struct qobj *o,
    int create, struct reply *rp)
{
	if (q_name(j, create, &o->name, rp) == -1)
		return -1;
	q_text(j, "description", &o->desc);
	q_text(j, "note", &o->pre);
	q_order(j, o);
	if (take_date(j, "start_date", &o->start, rp) == -1 ||
	    take_date(j, "end_date", &o->end, rp) == -1)
		return -1;
	if (o->kind != QK_CYCLE &&
	    qprop_take(m, p, type_of(o->kind), j, o, create, rp) == -1)
		return -1;
	if (take_target(m, p, j, "target_release_id", QK_RELEASE, &o->release,
	    rp) == -1)
		return -1;
	return take_target(m, p, j, "target_build_id", QK_BUILD, &o->build,
	    rp);
}

static void
list(struct mock *m, const struct qobj *up, enum qkind kind, int deep,
    const struct qpage *pg, struct buf *b)
{
	const struct qobj *c;
	int64_t n = 0;

	out_open(b, NULL, '[');
	for (c = qobj_child(up, NULL, kind); c != NULL;
	    c = qobj_child(up, c, kind), n++)
		if (pg == NULL || (n >= pg->from && n < pg->to))
			print(m, c, deep, b);
	out_close(b, ']');
}

static int
deep_wanted(const struct request *rq)
{
	const char *s = request_arg(rq, "expand");

	return s != NULL && strcmp(s, "descendants") == 0;
}

/* P1c: a negative pageSize without page is everything. */
void
q_cycles(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	int given;
	struct qobj *up = p == NULL ? NULL : q_parent(m, p, rq, QK_CYCLE,
	    &given, rp);
	struct qpage pg = { .to = INT64_MAX };
	int64_t size;

	if (up == NULL)
		return;
	if (request_num(rq, "pageSize", 100, &size) == -1 ||
	    ((size > 0 || request_arg(rq, "page") != NULL) &&
	    q_page(m, rq, "pageSize", 100, 999, &pg, rp) == -1))
		return;
	list(m, up, QK_CYCLE, deep_wanted(rq), &pg, &rp->body);
}

/* Suites of the root are refused with descendants (C2). */
void
q_suites(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	int given;
	struct qobj *up = p == NULL ? NULL : q_parent(m, p, rq, QK_SUITE,
	    &given, rp);

	if (up == NULL)
		return;
	if (up == p->root && deep_wanted(rq))
		reply_qtest(rp, 400, "expand is not valid here");
	else
		list(m, up, QK_SUITE, 0, NULL, &rp->body);
}

static const char *
closed_label(const struct qproject *p, const struct qobj *o, struct buf *b)
{
	int i;

	buf_reset(b);
	for (i = 0; i < o->nprop; i++)
		if (o->prop[i].field == -31)
			qprop_label(p, QT_RELEASES, &o->prop[i], b);
	return buf_str(b);
}

void
q_releases(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	struct buf b = { 0 };
	const struct qobj *c;
	int all = request_flag(rq, "includeClosed", 0);

	if (p == NULL)
		return;
	out_open(&rp->body, NULL, '[');
	for (c = qobj_child(p->root, NULL, QK_RELEASE); c != NULL;
	    c = qobj_child(p->root, c, QK_RELEASE))
		if (all || strcmp(closed_label(p, c, &b), "Closed") != 0)
			print(m, c, 0, &rp->body);
	out_close(&rp->body, ']');
	buf_free(&b);
}

static void
create(struct mock *m, struct qproject *p, struct request *rq,
    struct reply *rp, enum qkind kind, struct qobj *up, int status)
{
	struct qobj *o;
	struct json j;

	if (q_body(rq, &j, rp) == -1)
		return;
	o = qobj_new(m->qtest, p, kind, up);
	if (take(m, p, &j, o, 1, rp) == -1)
		qobj_delete(o);
	else {
		rq->effect = o->id;
		rp->status = status;
		print(m, o, 0, &rp->body);
	}
	json_free(&j);
}

void
q_release_new(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);

	if (p != NULL)
		create(m, p, rq, rp, QK_RELEASE, p->root, 201);
}

void
q_cycle_new(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	int given;
	struct qobj *up = p == NULL ? NULL : q_parent(m, p, rq, QK_CYCLE,
	    &given, rp);

	if (up != NULL)
		create(m, p, rq, rp, QK_CYCLE, up, 201);
}

void
q_suite_new(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	int given;
	struct qobj *up = p == NULL ? NULL : q_parent(m, p, rq, QK_SUITE,
	    &given, rp);

	if (up != NULL)
		create(m, p, rq, rp, QK_SUITE, up, 200);
}

static enum qkind
kind_of(const struct request *rq)
{
	return q_kind_of_type(rq->seg[4]);
}

void
q_folder_one(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	struct qobj *o = p == NULL ? NULL : q_object(m, p, kind_of(rq), rq, 1,
	    rp);

	if (o != NULL)
		print(m, o, deep_wanted(rq), &rp->body);
}

/* With parent parameters it only moves and ignores the body. */
void
q_folder_put(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	struct qobj *o = p == NULL ? NULL : q_object(m, p, kind_of(rq), rq, 1,
	    rp), *up;
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
		print(m, o, 0, &rp->body);
		return;
	}
	if (q_body(rq, &j, rp) == -1)
		return;
	if (take(m, p, &j, o, 0, rp) == 0) {
		qobj_touch(o);
		print(m, o, 0, &rp->body);
	}
	json_free(&j);
}

/*
 * A cycle wants force=true when it holds anything; a suite or release that
 * does is refused: what would happen is not documented (2.18).
 */
void
q_folder_delete(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	struct qobj *o = p == NULL ? NULL : q_object(m, p, kind_of(rq), rq, 1,
	    rp);

	if (o == NULL)
		return;
	if (o->first != NULL && !(o->kind == QK_CYCLE &&
	    request_flag(rq, "force", 0))) {
		reply_qtest(rp, 400, "The object is not empty");
		return;
	}
	rq->effect = o->id;
	if (o->kind == QK_CYCLE)
		reply_message(rp, "Test Cycle is deleted.");
	qobj_delete(o);
}

void
q_builds(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	struct qobj *up;
	int64_t id;

	if (p == NULL)
		return;
	request_num(rq, "releaseId", 0, &id);
	up = qobj_find(m->qtest, p, QK_RELEASE, id);
	if (up == NULL)
		reply_qtest(rp, 400, "releaseId is required");
	else
		list(m, up, QK_BUILD, 0, NULL, &rp->body);
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
		create(m, p, rq, rp, QK_BUILD, up, 201);
}
