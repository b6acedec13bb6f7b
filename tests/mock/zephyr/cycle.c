#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "io/json/json_out.h"

#include "server/rand.h"
#include "server/text.h"
#include "zephyr/api.h"
#include "zephyr/full.h"

static const int64_t CYCLE_ID0 = 796000, PLAN_ID0 = 51000;
static const int64_t DAY = 86400000;

int64_t
zcycle_id(const struct zephyr *z, int64_t pos)
{
	(void)z;
	return CYCLE_ID0 + pos * 2;
}

int64_t
zplan_id(const struct zephyr *z, int64_t pos)
{
	(void)z;
	return PLAN_ID0 + pos * 5;
}

static int64_t
cycle_find(const struct zephyr *z, enum zkind kind, const char *s, char letter)
{
	int64_t n;

	if (request_int(s, &n))
		return zpage_find(z, kind, n);
	n = z_number(z, s, letter);
	return n < 1 || n > z->n[kind] || z_gone(z, kind, n - 1) ? -1 : n - 1;
}

int64_t
zcycle_pos(const struct zephyr *z, const char *s)
{
	return cycle_find(z, ZK_CYCLE, s, 'R');
}

int64_t
zplan_pos(const struct zephyr *z, const char *s)
{
	return cycle_find(z, ZK_PLAN, s, 'P');
}

/* Some links are in the row of the plan or of the cycle only; some cycles have two
   plans. */
int
zcycle_plan(const struct zephyr *z, int64_t cycle, int64_t plan)
{
	int64_t n = z->n0[ZK_PLAN];
	uint64_t r = z_rand(z, ZK_CYCLE, cycle, 7) % 10;

	if (n == 0 || r == 9)
		return 0;
	if (cycle % n == plan)
		return r < 6 ? 3 : r < 8 ? 1 : 2;
	return n > 1 && r == 5 && (cycle + 1) % n == plan ? 3 : 0;
}

/* Print a link to the plan or cycle with the id to. */
static void
cycle_link_json(const struct zephyr *z, int64_t id, const char *member, const char *path,
    int64_t to, struct buf *b)
{
	json_out_open(b, NULL, '{');
	json_out_int(b, "id", id);
	json_out_fmt(b, "self", "%s/links/%ld", z->base, (long)id);
	json_out_str(b, "type", "RELATED");
	json_out_int(b, member, to);
	json_out_fmt(b, "target", "https://zmock.atlassian.net/%s/%ld", path, (long)to);
	json_out_close(b, '}');
}

static void
cycle_plan_links(const struct zephyr *z, int64_t pos, struct buf *b)
{
	int64_t p, n = z->n0[ZK_PLAN];
	int64_t try[2] = { n > 0 ? pos % n : 0, n > 0 ? (pos + 1) % n : 0 };
	int i;

	json_out_open(b, "testPlans", '[');
	for (i = 0; i < 2 && n > 0; i++) {
		p = try[i];
		if ((i == 1 && p == try[0]) || !(zcycle_plan(z, pos, p) & 2))
			continue;
		cycle_link_json(z, 900000 + pos * 4 + i, "testPlanId", "testplans",
		    zplan_id(z, p), b);
	}
	json_out_close(b, ']');
}

static void
cycle_links(const struct zephyr *z, int64_t pos, const char *name,
    struct buf *b)
{
	json_out_open(b, name, '{');
	json_out_fmt(b, "self", "%s/testcycles/%ld/links", z->base,
	    (long)zcycle_id(z, pos));
	z_issues(z, b, z_rand(z, ZK_CYCLE, pos, 5));
	z_weblinks(z, b, z_rand(z, ZK_CYCLE, pos, 6));
	cycle_plan_links(z, pos, b);
	json_out_close(b, '}');
}

static void
cycle_name_json(const struct zephyr *z, enum zkind kind, int64_t pos,
    const char *what, struct buf *b)
{
	const struct zedit *e = z_edit(z, kind, pos);
	struct buf t = { 0 };

	if (z->set->full) {
		buf_printf(&t, "%s-%c%ld", z->key, *what == 'C' ? 'R' : 'P',
		    (long)pos + 1);
		zfull_name(z, kind, pos, buf_str(&t), b);
		buf_free(&t);
		return;
	}
	text_name(&t, z_rand(z, kind, pos, 3), what);
	z_text(z, b, "name", pos, e != NULL && e->name != NULL ? e->name :
	    buf_str(&t));
	buf_free(&t);
}

static void
cycle_html_json(struct buf *b, const char *name, uint64_t r)
{
	struct buf t = { 0 };

	if (r % 3 != 0)
		text_html(&t, r);
	json_out_str(b, name, r % 3 == 0 ? NULL : buf_str(&t));
	buf_free(&t);
}

/* Print the members of a cycle between its project and its links. */
static void
cycle_values(const struct zephyr *z, int64_t pos, struct buf *b)
{
	uint64_t r = z_rand(z, ZK_CYCLE, pos, 4);
	int64_t start = 1609459200000 + pos * 3 * DAY;

	z_jira_ref(b, "jiraProjectVersion", "version", pos % 3 == 1 ? 10000 + pos % 7 : 0);
	z_ref(z, b, "status", "/statuses/", zlook_id(z, ZL_CYCLE, pos));
	z_ref(z, b, "folder", "/folders/", pos % 5 == 0 ? 0 :
	    zfolder_pick(z, 1, rand_next(&r)));
	cycle_html_json(b, "description", rand_next(&r));
	z_date(b, "plannedStartDate", pos % 6 == 5 ? 0 : start);
	z_date(b, "plannedEndDate", pos % 6 >= 4 ? 0 : start + 14 * DAY);
	z_owner(b, "owner", pos % 3 == 0 ? NULL : text_account(rand_next(&r)));
	json_out_open(b, "customFields", '{');
	json_out_str(b, "Team", pos % 2 == 0 ? "Blue" : NULL);
	json_out_int(b, "Budget (h)", pos % 40);
	json_out_close(b, '}');
}

void
zcycle_row(const struct zephyr *z, int64_t pos, struct buf *b)
{
	json_out_open(b, NULL, '{');
	json_out_int(b, "id", zcycle_id(z, pos));
	json_out_fmt(b, "key", "%s-R%ld", z->key, (long)pos + 1);
	cycle_name_json(z, ZK_CYCLE, pos, "Cycle", b);
	z_ref(z, b, "project", "/projects/", z->project);
	if (z->set->full)
		zfull_cycle(z, pos, b);
	else
		cycle_values(z, pos, b);
	cycle_links(z, pos, "links", b);
	json_out_close(b, '}');
}

static void
plan_cycles(const struct zephyr *z, int64_t pos, struct buf *b)
{
	int64_t n = z->n0[ZK_PLAN], c, k;

	json_out_open(b, "testCycles", '[');
	for (k = 0; k < 2 && k < n; k++) {
		for (c = (pos - k + n) % n; c < z->n[ZK_CYCLE]; c += n) {
			if (!(zcycle_plan(z, c, pos) & 1) ||
			    z_gone(z, ZK_CYCLE, c))
				continue;
			cycle_link_json(z, 900000 + c * 4 + k, "testCycleId",
			    "testcycles", zcycle_id(z, c), b);
		}
	}
	json_out_close(b, ']');
}

static void
cycle_plan_values(const struct zephyr *z, int64_t pos, struct buf *b)
{
	uint64_t r = z_rand(z, ZK_PLAN, pos, 4);

	cycle_html_json(b, "objective", rand_next(&r));
	z_ref(z, b, "status", "/statuses/", zlook_id(z, ZL_PLAN, pos));
	z_ref(z, b, "folder", "/folders/", pos % 3 == 0 ? 0 :
	    zfolder_pick(z, 2, rand_next(&r)));
	z_owner(b, "owner", pos % 4 == 0 ? NULL : text_account(rand_next(&r)));
	json_out_open(b, "labels", '[');
	if (pos % 2 == 0)
		json_out_str(b, NULL, "milestone");
	json_out_close(b, ']');
	json_out_open(b, "customFields", '{');
	json_out_str(b, "Sign-off", pos % 2 == 0 ? "" : "2024-03-01");
	json_out_close(b, '}');
}

void
zplan_row(const struct zephyr *z, int64_t pos, struct buf *b)
{
	json_out_open(b, NULL, '{');
	json_out_int(b, "id", zplan_id(z, pos));
	json_out_fmt(b, "key", "%s-P%ld", z->key, (long)pos + 1);
	cycle_name_json(z, ZK_PLAN, pos, "Plan", b);
	z_ref(z, b, "project", "/projects/", z->project);
	if (z->set->full)
		zfull_plan(z, pos, b);
	else
		cycle_plan_values(z, pos, b);
	json_out_open(b, "links", '{');
	z_weblinks(z, b, z_rand(z, ZK_PLAN, pos, 6));
	z_issues(z, b, z_rand(z, ZK_PLAN, pos, 5));
	plan_cycles(z, pos, b);
	json_out_close(b, '}');
	json_out_close(b, '}');
}

struct filter {
	int64_t	folder, version;
};

static int
cycle_fits(const struct zephyr *z, int64_t pos, const void *arg)
{
	const struct filter *f = arg;
	uint64_t r = z_rand(z, ZK_CYCLE, pos, 4);

	if (f->folder != 0 && (pos % 5 == 0 ||
	    zfolder_pick(z, 1, rand_next(&r)) != f->folder))
		return 0;
	return f->version == 0 || (pos % 3 == 1 &&
	    f->version == 10000 + pos % 7);
}

/* Return the kind in the path: cycles or plans. */
static enum zkind
cycle_kind_of(const struct request *rq)
{
	return strcmp(rq->seg[1], "testplans") == 0 ? ZK_PLAN : ZK_CYCLE;
}

/* List cycles or plans. */
void
z_cycles(struct mock *m, struct request *rq, struct reply *rp)
{
	struct filter f;
	struct zlist l = { .kind = cycle_kind_of(rq), .filter = &f };

	if (request_num(rq, "folderId", 0, &f.folder) == -1 ||
	    request_num(rq, "jiraProjectVersionId", 0, &f.version) == -1) {
		reply_zephyr(rp, 400, "folderId, jiraProjectVersionId: must "
		    "be numbers");
		return;
	}
	if (l.kind == ZK_CYCLE && (f.folder != 0 || f.version != 0))
		l.fits = cycle_fits;
	zpage_list(m->zephyr, &l, rq, rp);
}

/* Show one cycle or plan. */
void
z_cycle_one(struct mock *m, struct request *rq, struct reply *rp)
{
	const struct zephyr *z = m->zephyr;
	enum zkind kind = cycle_kind_of(rq);
	int64_t pos = z_wanted(kind == ZK_CYCLE ? zcycle_pos(z, rq->cap[0]) :
	    zplan_pos(z, rq->cap[0]), kind == ZK_CYCLE ? "cycle" : "plan", rq, rp);

	if (pos >= 0)
		(kind == ZK_CYCLE ? zcycle_row : zplan_row)(z, pos, &rp->body);
}

void
z_cycle_links(struct mock *m, struct request *rq, struct reply *rp)
{
	int64_t pos = z_wanted(zcycle_pos(m->zephyr, rq->cap[0]), "cycle", rq, rp);

	if (pos >= 0)
		cycle_links(m->zephyr, pos, NULL, &rp->body);
}
