#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "io/json/json_out.h"

#include "qtest/api.h"

struct qversion *
qcase_current(const struct qobj *o)
{
	return &o->tc.ver[o->tc.nver - 1];
}

struct qversion *
qcase_version(const struct qobj *o, int64_t id)
{
	int i;

	for (i = 0; i < o->tc.nver; i++)
		if (o->tc.ver[i].id == id)
			return &o->tc.ver[i];
	return NULL;
}

struct qversion *
qcase_approved(const struct qobj *o)
{
	int i;

	for (i = o->tc.nver - 1; i >= 0; i--)
		if (o->tc.ver[i].minor == 0)
			return &o->tc.ver[i];
	return NULL;
}

static void
case_copy_step(struct mock *m, const struct qstep *from, struct qstep *s)
{
	int i;

	*s = *from;
	s->id = qobj_serial(m->qtest, QK_STEP);
	s->desc = mem_dup(from->desc);
	s->expect = mem_dup(from->expect);
	s->info = mem_dup(from->info);
	s->link = (struct qlinks){ NULL, 0 };
	for (i = 0; i < from->link.n; i++)
		qlink_add(&s->link, from->link.v[i].kind, from->link.v[i].id);
	s->file = mem_zalloc((size_t)s->nfile * sizeof(*s->file));
	for (i = 0; i < s->nfile; i++) {
		s->file[i] = from->file[i];
		s->file[i].name = mem_dup(from->file[i].name);
		s->file[i].type = mem_dup(from->file[i].type);
		s->file[i].content = content_ref(from->file[i].content);
	}
}

/* Add a version with a copy of the last one's steps, which get new ids. */
static struct qversion *
case_next_version(struct mock *m, struct qobj *o, int64_t major, int64_t minor)
{
	const struct qversion *last;
	struct qversion *v;
	int i;

	o->tc.ver = mem_grow(o->tc.ver, (size_t)o->tc.nver + 1, sizeof(*o->tc.ver));
	v = &o->tc.ver[o->tc.nver++];
	memset(v, 0, sizeof(*v));
	v->id = qobj_serial(m->qtest, QK_VERSION);
	v->major = major;
	v->minor = minor;
	if (o->tc.nver == 1)
		return v;
	last = v - 1;
	v->nstep = last->nstep;
	v->step = mem_zalloc((size_t)v->nstep * sizeof(*v->step));
	for (i = 0; i < v->nstep; i++)
		case_copy_step(m, &last->step[i], &v->step[i]);
	return v;
}

/* Drop the last but one version if it is a minor one: qTest keeps only the newest. */
static void
case_forget_minor(struct qobj *o)
{
	struct qversion *v;

	if (o->tc.nver < 2 || o->tc.ver[o->tc.nver - 2].minor == 0)
		return;
	v = &o->tc.ver[o->tc.nver - 2];
	qversion_free(v);
	*v = v[1];
	o->tc.nver--;
}

struct qversion *
qcase_bump(struct mock *m, struct qobj *o)
{
	struct qversion *v = qcase_current(o);

	case_next_version(m, o, v->major, v->minor + 1);
	case_forget_minor(o);
	qobj_touch(o);
	return qcase_current(o);
}

static int
case_by_order(const void *a, const void *b)
{
	const struct qstep *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return (x->id > y->id) - (x->id < y->id);
}

/* With --step-files kept give a step of a PUT the files and links of the step whose id the
   row has, with order those of the step at the same place, unless it has files of its own. */
static void
case_keep_files(struct mock *m, const struct qobj *o, const struct json *row, int at,
    struct qstep *s)
{
	const struct qversion *v = o->tc.nver == 0 ? NULL : qcase_current(o);
	int64_t id = json_int(row, "id", 0);
	struct qstep copy;
	int i = at;

	if (v == NULL || strcmp(m->set->step_files, "lost") == 0 || s->nfile > 0)
		return;
	if (strcmp(m->set->step_files, "kept") == 0)
		for (i = 0; i < v->nstep && v->step[i].id != id; i++)
			;
	if (i >= v->nstep)
		return;
	case_copy_step(m, &v->step[i], &copy);
	s->file = copy.file;
	s->nfile = copy.nfile;
	s->link = copy.link;
	copy.file = NULL;
	copy.nfile = 0;
	copy.link = (struct qlinks){ NULL, 0 };
	qstep_free(&copy);
}

/* Read the steps of a body of the case o into v: return 1, or 0 if the body has none, or -1 with
   the 400 in the reply. */
static int
case_read_steps(struct mock *m, struct qproject *p, const struct json *j,
    const struct qobj *o, struct qversion *v, struct reply *rp)
{
	struct json rows = json_get(j, "test_steps"), row;
	int i, n, rc = 0;

	if (!rows.set || json_type(&rows, "") == JSON_NULL) {
		json_free(&rows);
		return 0;
	}
	n = json_len(&rows, "");
	v->step = mem_zalloc((size_t)n * sizeof(*v->step));
	for (i = 0; i < n && rc == 0; i++) {
		row = json_at(&rows, i);
		rc = qstep_take(m, p, &row, i + 1, &v->step[i], rp);
		if (rc == 0)
			case_keep_files(m, o, &row, i, &v->step[v->nstep++]);
		json_free(&row);
	}
	json_free(&rows);
	if (rc == 0 && n > 0)
		qsort(v->step, (size_t)n, sizeof(*v->step), case_by_order);
	return rc == -1 ? -1 : 1;
}

void
qcase_print(struct mock *m, const struct qobj *o, const struct qversion *v,
    int steps, int props, struct buf *b)
{
	const struct qproject *p = q_project_of(m, o);

	json_out_open(b, NULL, '{');
	q_head(m, o, o->name, b);
	if (o->up != NULL && o->up->kind == QK_MODULE)
		json_out_int(b, "parent_id", o->up->id);
	json_out_int(b, "test_case_version_id", v->id);
	json_out_fmt(b, "version", "%ld.%ld", (long)v->major, (long)v->minor);
	q_html(m, b, "description", o->desc == NULL ? "" : o->desc);
	q_html(m, b, "precondition", o->pre == NULL ? "" : o->pre);
	json_out_int(b, "creator_id", 201);
	q_empty_list(b, "agent_ids");
	if (props)
		qprop_print(m, p, QT_CASES, o, b);
	qfiles_print(m, "attachments", o->file, o->nfile, o->id, b);
	if (steps) {
		json_out_name(b, "test_steps");
		qsteps_print(m, p, v, 0, steps == 2, 0, INT64_MAX, b);
	}
	json_out_close(b, '}');
}

/* Return the module of a new case, or NULL with the 404 in the reply.  The default
   is the module "Created via API", which is created if it does not exist. */
static struct qobj *
case_parent(struct mock *m, struct qproject *p, const struct json *j,
    struct reply *rp)
{
	int64_t id = json_int(j, "parent_id", 0);
	struct qobj *o;

	if (id != 0)
		return q_module(m, p, id, rp);
	for (o = qobj_child(p->root, NULL, QK_MODULE); o != NULL;
	    o = qobj_child(p->root, o, QK_MODULE))
		if (strcmp(o->name, "Created via API") == 0)
			return o;
	o = qobj_new(m->qtest, p, QK_MODULE, p->root);
	o->name = mem_dup("Created via API");
	return o;
}

/* Read a body into the draft o and the version v.  Returns what case_read_steps
   does. */
static int
case_read(struct mock *m, struct qproject *p, const struct json *j,
    struct qobj *o, struct qversion *v, int create, struct reply *rp)
{
	int rc;

	if (q_name(j, create, &o->name, rp) == -1 ||
	    qprop_take(m, p, QT_CASES, j, o, create, rp) == -1)
		return -1;
	q_text(j, "description", &o->desc);
	q_text(j, "precondition", &o->pre);
	q_order(j, o);
	rc = case_read_steps(m, p, j, o, v, rp);
	if (rc == -1 || (create &&
	    qfile_take(m, j, &o->file, &o->nfile, rp) == -1))
		return -1;
	return rc;
}

void
q_case_new(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	struct qversion v = { 0 }, *ver;
	struct qobj *up, *o;
	struct json j;

	if (p == NULL || q_body(rq, &j, rp) == -1)
		return;
	up = case_parent(m, p, &j, rp);
	if (up != NULL) {
		o = qobj_new(m->qtest, p, QK_CASE, up);
		if (case_read(m, p, &j, o, &v, 1, rp) == -1) {
			qversion_free(&v);
			qobj_discard(o);
		} else {
			ver = case_next_version(m, o, 0, 1);
			ver->step = v.step;
			ver->nstep = v.nstep;
			rq->effect = o->id;
			qcase_print(m, o, ver, m->set->step_ids, 1, &rp->body);
		}
	}
	json_free(&j);
}

/* Copy the texts and properties of a case to a draft t, which has no parent.  A PUT
   changes the draft, so that a bad body changes nothing. */
static void
case_draft_of(const struct qobj *o, struct qobj *t)
{
	int i;

	*t = *o;
	t->up = NULL;
	t->name = mem_dup(o->name);
	t->desc = mem_dup(o->desc);
	t->pre = mem_dup(o->pre);
	t->prop = mem_zalloc(((size_t)o->nprop + 1) * sizeof(*t->prop));
	for (i = 0; i < o->nprop; i++) {
		t->prop[i].field = o->prop[i].field;
		t->prop[i].value = mem_dup(o->prop[i].value);
	}
}

static void
case_swap(struct qobj *o, struct qobj *t)
{
	struct qobj was = *o;

	*o = *t;
	o->up = was.up;
	*t = was;
}

static void
case_draft_free(struct qobj *t)
{
	int i;

	for (i = 0; i < t->nprop; i++)
		free(t->prop[i].value);
	free(t->prop);
	free(t->name);
	free(t->desc);
	free(t->pre);
}

void
q_case_put(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	struct qobj *o = q_object(m, p, QK_CASE, rq, 1, rp);
	struct qversion v = { 0 }, *ver;
	struct qobj *up = NULL, t;
	struct json j;
	int rc;

	if (o == NULL || q_body(rq, &j, rp) == -1)
		return;
	if (json_int(&j, "parent_id", 0) != 0)
		up = case_parent(m, p, &j, rp);
	case_draft_of(o, &t);
	rc = rp->status != 0 ? -1 : case_read(m, p, &j, &t, &v, 0, rp);
	if (rc != -1)
		case_swap(o, &t);
	case_draft_free(&t);
	if (rc == -1)
		qversion_free(&v);
	else {
		if (up != NULL && up != o->up)
			qobj_move(o, up);
		qobj_place(o);
		ver = qcase_bump(m, o);
		if (rc == 1) {
			qversion_free(ver);
			ver->step = v.step;
			ver->nstep = v.nstep;
		}
		rq->effect = o->id;
		qcase_print(m, o, ver, m->set->step_ids, 1, &rp->body);
	}
	json_free(&j);
}

/* Make the next major version of a case; its steps get new ids. */
void
q_case_approve(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qobj *o = q_object(m, q_project(m, rq, rp), QK_CASE, rq, 1, rp);
	struct qversion *v;

	if (o == NULL)
		return;
	v = case_next_version(m, o, qcase_current(o)->major + 1, 0);
	case_forget_minor(o);
	v = qcase_current(o);
	qobj_touch(o);
	rq->effect = o->id;
	qcase_print(m, o, v, m->set->step_ids, 1, &rp->body);
}
