#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "io/json/json_out.h"

#include "server/rand.h"
#include "server/text.h"
#include "zephyr/api.h"
#include "zephyr/full.h"

static const int64_t ID0 = 300000000, MINUTE = 60000, DAY = 86400000;
static const int64_t FIRST_END = 1609747200000;		/* 2021-01-04 */

int64_t
zexec_id(const struct zephyr *z, int64_t pos)
{
	(void)z;
	return ID0 + pos * 2;
}

int64_t
zexec_pos(const struct zephyr *z, const char *s)
{
	int64_t n;

	if (request_int(s, &n))
		return zpage_find(z, ZK_EXEC, n);
	n = z_number(z, s, 'E');
	return n < 1 || n > z->n[ZK_EXEC] || z_gone(z, ZK_EXEC, n - 1) ? -1 :
	    n - 1;
}

/*
 * Return the position of the first execution of the same case in the same cycle.
 * Executions 5, 6 and 7 of each eight have them in common; with --full 2 and 3, too.
 */
static int64_t
exec_item_of(const struct zephyr *z, int64_t pos)
{
	if (z->set->full && pos % 8 == 3)
		return pos - 1;
	return pos % 8 == 6 ? pos - 1 : pos % 8 == 7 ? pos - 2 : pos;
}

static const char *
exec_status_name(uint64_t r)
{
	r %= 100;
	return r < 14 ? "Not Executed" : r < 68 ? "Pass" : r < 84 ? "Fail" :
	    r < 88 ? "Blocked" : r < 91 ? "In Progress" : r < 93 ? "WIP" :
	    r < 95 ? "Conditional Pass" : r < 96 ? "Aborted" :
	    r < 97 ? "Canceled" : r < 98 ? "Pending" : r < 99 ? "Not Tested" :
	    "Pass with warnings";
}

static void
exec_locate(const struct zephyr *z, int64_t item, struct zexec *x)
{
	uint64_t r = z_rand(z, ZK_EXEC, item, 0);
	int64_t n = z->n0[ZK_CASE], cycles = z->n0[ZK_CYCLE];
	int v;

	if (n == 0 || item % 33 == 32) {
		x->case_pos = -1;
		x->num = z->corpus != NULL ? 9000000 + rand_below(r, 20) :
		    50 * (1 + rand_below(r, n / 50 + 1));
		x->version = 1;
	} else {
		x->case_pos = rand_below(rand_next(&r), n);
		x->num = zcase_num(z, x->case_pos);
		v = zcase_versions(z, x->case_pos);
		x->version = rand_next(&r) % 3 != 0 ? v :
		    1 + (int)rand_below(r, v);
	}
	x->cycle = cycles == 0 || item % 25 == 24 ? -1 :
	    rand_below(rand_next(&r), cycles);
	x->env = rand_next(&r) % 5 == 0 && !z->set->full ? 0 : zlook_id(z, ZL_ENV,
	    rand_below(rand_next(&r), 6));
}

void
zexec_get(const struct zephyr *z, int64_t pos, struct zexec *x)
{
	const struct zedit *e = z_edit(z, ZK_EXEC, pos);
	uint64_t r = z_rand(z, ZK_EXEC, pos, 1);
	const char *name = exec_status_name(r);

	memset(x, 0, sizeof(*x));
	x->pos = pos;
	x->id = zexec_id(z, pos);
	exec_locate(z, exec_item_of(z, pos), x);
	x->status = zlook_named(z, ZL_EXEC, name);
	if (strcmp(name, "Not Executed") != 0 && rand_next(&r) % 40 != 0)
		x->end = FIRST_END + pos * 37 * MINUTE -
		    (pos % 11 == 7 ? 400 * DAY : 0);
	if (z->set->full)
		zfull_outcome(z, x);
	if (e != NULL && e->status != 0) {
		x->status = e->status;
		x->end = x->end != 0 ? x->end : FIRST_END;
	}
	x->last = pos + 1 >= z->n[ZK_EXEC] || exec_item_of(z, pos + 1) != exec_item_of(z, pos);
}

/*
 * Print the case that ran.  Both id and self may be null (zephyr-api.md 3.10); in
 * some rows self alone contains the id.  Only --sparse leaves out self, since such a
 * row may not name its case at all.
 */
static void
exec_case_json(const struct zephyr *z, const struct zexec *x, struct buf *b)
{
	int bare = (z->sparse & ZA_SELF) && x->pos % 20 == 9;

	json_out_open(b, "testCase", '{');
	if ((x->pos % 20 == 13 && !z->set->full) || (bare && x->pos % 40 == 9))
		json_out_null(b, "id");
	else
		json_out_int(b, "id", x->case_pos < 0 ? 195000000 + x->num :
		    zcase_version_id(z, x->case_pos, x->version));
	if (bare)
		json_out_null(b, "self");
	else
		json_out_fmt(b, "self", "%s/testcases/%s-T%ld/versions/%d", z->base,
		    z->key, (long)x->num, x->version);
	json_out_close(b, '}');
}

static void
exec_cycle_json(const struct zephyr *z, const struct zexec *x, struct buf *b)
{
	if (x->cycle >= 0 && x->pos % 20 == 14 && !z->set->full) {
		json_out_open(b, "testCycle", '{');
		json_out_null(b, "id");
		json_out_fmt(b, "self", "%s/testcycles/%ld", z->base,
		    (long)zcycle_id(z, x->cycle));
		json_out_close(b, '}');
	} else
		z_ref(z, b, "testCycle", "/testcycles/", x->cycle < 0 ? 0 :
		    zcycle_id(z, x->cycle));
}

static void
exec_comment_json(struct buf *b, uint64_t r)
{
	struct buf t = { 0 };

	if (r % 3 == 0)
		text_html(&t, r);
	json_out_str(b, "comment", r % 3 == 0 ? buf_str(&t) : NULL);
	buf_free(&t);
}

static void
exec_links_json(const struct zephyr *z, int64_t pos, int steps, struct buf *b)
{
	json_out_open(b, "links", '{');
	json_out_fmt(b, "self", "%s/testexecutions/%ld/links", z->base,
	    (long)zexec_id(z, pos));
	z_issues(z, b, z_rand(z, ZK_EXEC, pos, 5));
	if (steps && (pos % 10 == 3 || z->set->full)) {
		buf_cut(b, b->len - 1);		/* reopen the array */
		json_out_open(b, NULL, '{');
		json_out_int(b, "id", 990000 + pos);
		json_out_int(b, "issueId", 10900 + pos % 50);
		json_out_fmt(b, "target", "https://zmock.atlassian.net/rest/api/2/"
		    "issue/%ld", (long)(10900 + pos % 50));
		json_out_str(b, "type", "BLOCKS");
		json_out_close(b, '}');
		json_out_close(b, ']');
	}
	json_out_close(b, '}');
}

static void
exec_times_json(const struct zexec *x, uint64_t r, struct buf *b)
{
	z_date(b, "actualEndDate", x->end);
	if (r % 4 == 0)
		json_out_null(b, "estimatedTime");
	else
		json_out_int(b, "estimatedTime", 138000);
	if (x->end == 0 || r % 5 == 0)
		json_out_null(b, "executionTime");
	else
		json_out_int(b, "executionTime", 1000 * rand_below(r, 5400));
	json_out_str(b, "executedById", x->end == 0 && r % 2 == 0 ? NULL :
	    text_account(r));
	json_out_str(b, "assignedToId", r % 3 == 0 ? NULL :
	    text_account(rand_next(&r)));
}

static void
exec_values_json(const struct zephyr *z, const struct zexec *x, struct buf *b)
{
	const struct zedit *e = z_edit(z, ZK_EXEC, x->pos);
	uint64_t r = z_rand(z, ZK_EXEC, x->pos, 4);

	z_jira_ref(b, "jiraProjectVersion", "version", x->pos % 9 == 2 ? 10003 : 0);
	exec_times_json(x, rand_next(&r), b);
	if (e != NULL && e->text != NULL)
		json_out_str(b, "comment", e->text);
	else
		exec_comment_json(b, rand_next(&r));
	json_out_bool(b, "automated", r % 4 == 0);
	json_out_open(b, "customFields", '{');
	json_out_str(b, "Build", r % 2 == 0 ? "" : "1.0.3-rc1");
	json_out_bool(b, "Rerun?", r % 5 == 0);
	json_out_close(b, '}');
}

static void
exec_json(const struct zephyr *z, int64_t pos, int step_links, struct buf *b)
{
	struct zexec x;

	zexec_get(z, pos, &x);
	json_out_open(b, NULL, '{');
	json_out_int(b, "id", x.id);
	if (pos % 20 != 7 || z->set->full)	/* the key is optional */
		json_out_fmt(b, "key", "%s-E%ld", z->key, (long)pos + 1);
	z_ref(z, b, "project", "/projects/", z->project);
	exec_case_json(z, &x, b);
	z_ref(z, b, "environment", "/environments/", x.env);
	z_ref(z, b, "testExecutionStatus", "/statuses/", x.status);
	if (z->set->full)
		zfull_exec(z, &x, b);
	else
		exec_values_json(z, &x, b);
	exec_cycle_json(z, &x, b);
	exec_links_json(z, pos, step_links, b);
	json_out_close(b, '}');
}

void
zexec_row(const struct zephyr *z, int64_t pos, struct buf *b)
{
	exec_json(z, pos, z->step_links, b);
}

struct filter {
	int64_t	cycle, num, after, before;
	int	last, any;
};

static int
exec_fits(const struct zephyr *z, int64_t pos, const void *arg)
{
	const struct filter *f = arg;
	struct zexec x;

	zexec_get(z, pos, &x);
	if (f->cycle >= 0 && x.cycle != f->cycle)
		return 0;
	if (f->num >= 0 && x.num != f->num)
		return 0;
	if (f->after >= 0 && (x.end == 0 || x.end <= f->after))
		return 0;
	if (f->before >= 0 && (x.end == 0 || x.end >= f->before))
		return 0;
	return !f->last || x.last || x.cycle < 0;
}

static int
exec_date_arg(const struct request *rq, const char *name, int64_t *out,
    struct reply *rp)
{
	const char *s = request_arg(rq, name);

	*out = -1;
	if (s == NULL || time_parse(s, out) == 0)
		return 0;
	reply_zephyr(rp, 400, "%s: no date-time", name);
	return -1;
}

static int
exec_filter_args(const struct zephyr *z, const struct request *rq,
    struct filter *f, struct reply *rp)
{
	const char *cycle = request_arg(rq, "testCycle");
	const char *case_pos = request_arg(rq, "testCase");
	int64_t pos;

	f->cycle = f->num = -1;
	f->last = request_flag(rq, "onlyLastExecutions", 0);
	if (exec_date_arg(rq, "actualEndDateAfter", &f->after, rp) == -1 ||
	    exec_date_arg(rq, "actualEndDateBefore", &f->before, rp) == -1)
		return -1;
	if (cycle != NULL && (f->cycle = zcycle_pos(z, cycle)) < 0) {
		reply_zephyr(rp, 404, "Test cycle %s does not exist", cycle);
		return -1;
	}
	if (case_pos != NULL && (f->num = z_number(z, case_pos, 'T')) < 0) {
		pos = request_int(case_pos, &pos) ? zpage_find(z, ZK_CASE, pos) :
		    -1;
		if (pos < 0) {
			reply_zephyr(rp, 404, "Test case %s does not exist",
			    case_pos);
			return -1;
		}
		f->num = zcase_num(z, pos);
	}
	f->any = cycle != NULL || case_pos != NULL || f->last || f->after >= 0 ||
	    f->before >= 0;
	return 0;
}

void
z_execs(struct mock *m, struct request *rq, struct reply *rp)
{
	struct filter f;
	struct zlist l = { .kind = ZK_EXEC, .filter = &f };

	if (exec_filter_args(m->zephyr, rq, &f, rp) == -1)
		return;
	if (f.any)
		l.fits = exec_fits;
	m->zephyr->step_links = request_flag(rq, "includeStepLinks", 0);
	zpage_list(m->zephyr, &l, rq, rp);
	m->zephyr->step_links = 0;
}

void
z_exec_one(struct mock *m, struct request *rq, struct reply *rp)
{
	int64_t pos = z_wanted(zexec_pos(m->zephyr, rq->cap[0]), "execution", rq, rp);

	if (pos >= 0)
		exec_json(m->zephyr, pos, request_flag(rq, "includeStepLinks", 0),
		    &rp->body);
}

/* Show the links of an execution; an unknown one is 400, not 404 (zephyr-api.md
   1.3). */
void
z_exec_links(struct mock *m, struct request *rq, struct reply *rp)
{
	int64_t pos = zexec_pos(m->zephyr, rq->cap[0]);

	if (pos < 0) {
		reply_zephyr(rp, 400, "Test execution %s does not exist",
		    rq->cap[0]);
		return;
	}
	json_out_open(&rp->body, NULL, '{');
	json_out_fmt(&rp->body, "self", "%s/testexecutions/%ld/links",
	    m->zephyr->base, (long)zexec_id(m->zephyr, pos));
	z_issues(m->zephyr, &rp->body, z_rand(m->zephyr, ZK_EXEC, pos, 5));
	json_out_close(&rp->body, '}');
}
