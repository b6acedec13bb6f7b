#include <string.h>

#include "io/json/json_out.h"

#include "qtest/api.h"

/* Lists of releases, builds, test cycles and test suites. */

/* Print the children of a kind that are on the page; the first has number n.
   Returns the number after the last one. */
static int64_t
folders_list_rows(struct mock *m, const struct qobj *up, enum qkind kind, int deep,
    const struct qpage *pg, int64_t n, struct buf *b)
{
	const struct qobj *c;

	for (c = qobj_child(up, NULL, kind); c != NULL;
	    c = qobj_child(up, c, kind), n++)
		if (pg == NULL || (n >= pg->from && n < pg->to))
			qfolder_print(m, c, deep, b);
	return n;
}

static void
folders_list(struct mock *m, const struct qobj *up, enum qkind kind, struct buf *b)
{
	json_out_open(b, NULL, '[');
	folders_list_rows(m, up, kind, 0, NULL, 0, b);
	json_out_close(b, ']');
}

/* List cycles.  Those below releases are among those of the root only with
   --release-cycles root. */
static void
folders_list_cycles(struct mock *m, const struct qproject *p, const struct qobj *up, int deep,
    const struct qpage *pg, struct buf *b)
{
	const struct qobj *c;
	int64_t n;

	json_out_open(b, NULL, '[');
	n = folders_list_rows(m, up, QK_CYCLE, deep, pg, 0, b);
	for (c = qobj_child(p->root, NULL, QK_RELEASE); c != NULL && up == p->root &&
	    strcmp(m->set->release_cycles, "root") == 0;
	    c = qobj_child(p->root, c, QK_RELEASE))
		n = folders_list_rows(m, c, QK_CYCLE, deep, pg, n, b);
	json_out_close(b, ']');
}

/* List cycles; a negative pageSize without page asks for all of them (style P1c). */
void
q_cycles(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	int given;
	struct qobj *up = q_parent(m, p, rq, QK_CYCLE, &given, rp);
	struct qpage pg = { .to = INT64_MAX };
	int64_t size;

	if (up == NULL)
		return;
	if (request_num(rq, "pageSize", 100, &size) == -1 ||
	    ((size > 0 || request_arg(rq, "page") != NULL ||
	    strcmp(m->set->page_size, "ignored") == 0) &&
	    q_page(m, rq, "pageSize", 100, 999, &pg, rp) == -1))
		return;
	folders_list_cycles(m, p, up, q_deep(rq), &pg, &rp->body);
}

/* List suites; expand=descendants is refused at the root (C2). */
void
q_suites(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	int given;
	struct qobj *up = q_parent(m, p, rq, QK_SUITE, &given, rp);

	if (up == NULL)
		return;
	if (up == p->root && q_deep(rq))
		reply_qtest(rp, 400, "expand is not valid here");
	else
		folders_list(m, up, QK_SUITE, &rp->body);
}

static const char *
folders_closed_label(const struct qproject *p, const struct qobj *o, struct buf *b)
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
	json_out_open(&rp->body, NULL, '[');
	for (c = qobj_child(p->root, NULL, QK_RELEASE); c != NULL;
	    c = qobj_child(p->root, c, QK_RELEASE))
		if (all || strcmp(folders_closed_label(p, c, &b), "Closed") != 0)
			qfolder_print(m, c, 0, &rp->body);
	json_out_close(&rp->body, ']');
	buf_free(&b);
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
		folders_list(m, up, QK_BUILD, &rp->body);
}
