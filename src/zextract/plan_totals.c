#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "domain/api/zephyr_page.h"
#include "domain/stream/stream.h"
#include "io/http/http.h"

#include "files/attach.h"
#include "jira/jira.h"
#include "list/list_kinds.h"
#include "plan_totals.h"
#include "project.h"
#include "reply.h"
#include "select/selection.h"
#include "source.h"

struct sizing {
	const char	*name, *path;
	int64_t		 total;
};

static char *
plan_totals_path(const struct plan *plan, const struct sizing *s)
{
	struct buf b = { 0 };

	buf_puts(&b, s->path);
	buf_puts(&b, s->total == 0 ? "?maxResults=1&projectKey=" : "/");
	http_escape(&b, plan->job->project);
	return buf_take(&b, NULL);
}

static int
plan_totals_answer_check(const struct plan *plan, struct sizing *s, struct reply *r,
    struct err *e)
{
	struct zephyr_page p;

	if (r->status == 404)
		return err_set(e, ZX_CONFIG, "Zephyr has no project %s, or the owner of the token "
		    "cannot see it; check -p KEY (ZEPHYR_PROJECT_KEY)", plan->job->project);
	if (r->status != 200)
		return zephyr_refused(s->path, r->status, &r->body, e);
	if (s->total == -1)
		return project_is_enabled(s->path, plan->job->project, &r->body, e);
	if (zephyr_page(&p, s->path, &r->body, e) == -1)
		return -1;
	s->total = p.total;
	zephyr_page_free(&p);
	if (s->total < 0)
		return err_set(e, ZX_PROTO, "Zephyr sent no total at %s",
		    s->path);
	return 0;
}

static int
plan_totals_request(const struct plan *plan, struct sizing *s, struct err *e)
{
	char *where = plan_totals_path(plan, s);
	const char *why = NULL;
	struct reply r = { 0 };
	int rc = reply_wait(&r, plan->src->z, where, plan->src->z, plan->job, &why, e);

	free(where);
	if (rc == -1 && e->code == ZX_REMOTE)
		err_at(e, "cannot read from Zephyr (check ZEPHYR_BASE_URL and the network)");
	if (rc == 0 && r.status == 0)
		rc = err_set(e, ZX_RETRY, "stopped by %s before Zephyr answered; check "
		    "ZEPHYR_BASE_URL and the network", why);
	if (rc == 0)
		rc = plan_totals_answer_check(plan, s, &r, e);
	buf_free(&r.body);
	return rc;
}

static int64_t
plan_totals_pages(int64_t n)
{
	return n > LIST_PAGE ? (n + LIST_PAGE - 1) / LIST_PAGE : 1;
}

enum { S_PROJECT, S_FOLDERS, S_CASES, S_PLANS, S_CYCLES, S_EXECUTIONS,
	S_COUNT };

static const struct {
	enum stream	 stream;
	enum list_id	 list;
} of[S_COUNT] = {
	[S_FOLDERS] = { STREAM_FOLDERS, LIST_FOLDERS },
	[S_CASES] = { STREAM_CASES, LIST_CASES },
	[S_PLANS] = { STREAM_PLANS, LIST_PLANS },
	[S_CYCLES] = { STREAM_CYCLES, LIST_CYCLES },
	[S_EXECUTIONS] = { STREAM_EXECUTIONS, LIST_EXECUTIONS },
};

static int
plan_totals_is_wanted(const struct plan *plan, int i)
{
	return i == S_PROJECT || selection_needs_list(plan->selection, of[i].list);
}

/* Return n, or --limit if that is less. */
static int64_t
plan_totals_limited(const struct plan *plan, int64_t n)
{
	return plan->job->limit > 0 && plan->job->limit < n ? plan->job->limit : n;
}

/* Print and return the number of lists of files, one for each owner.  Zephyr counts
   neither files nor steps. */
static int64_t
plan_totals_print_files(const struct plan *plan, const struct sizing *s)
{
	enum attach_depth d = attach_depth(plan->depth);
	int64_t n = 0;
	int i;

	for (i = S_CASES; i < S_COUNT; i++)
		if (d >= (i == S_CASES ? ATTACH_CASES : ATTACH_ENTITIES) &&
		    plan->selection->writes[of[i].stream])
			n += plan_totals_limited(plan, s[i].total);
	printf("                 %10" PRId64 "  lists of files (--attachments "
	    "%s)%s%s\n", n, plan->depth, n > 0 ? ", plus one per file" : "",
	    d == ATTACH_STEPS ? ", plus one per step and step result" : "");
	return n;
}

/* Print and return the number of lists of versions, one for each case. */
static int64_t
plan_totals_print_versions(const struct plan *plan, const struct sizing *s)
{
	printf("                 %10" PRId64 "  lists of versions (--versions), plus one per old "
	    "version\n", plan_totals_limited(plan, s[S_CASES].total));
	return plan_totals_limited(plan, s[S_CASES].total);
}

static void
plan_totals_print(const struct plan *plan, const struct sizing *s)
{
	int64_t lists = 1, probes = 0, all, scripts, results;
	int i;

	for (i = 0; i < LIST_REFERENCES; i++)
		lists += selection_needs_list(plan->selection, (enum list_id)i);
	for (i = S_FOLDERS; i < S_COUNT; i++) {
		if (!plan_totals_is_wanted(plan, i))
			continue;
		/* a keyset list needs one request more for its total; folders of several pages
		   are swept twice */
		lists += plan_totals_pages(s[i].total);
		lists += i != S_FOLDERS ? 1 :
		    s[i].total > LIST_PAGE ? plan_totals_pages(s[i].total) : 0;
		probes += i != S_FOLDERS && s[i].total > 0;
		printf("%-16s %10" PRId64 "\n", s[i].name, s[i].total);
	}
	scripts = plan_totals_limited(plan, s[S_CASES].total);
	results = plan_totals_limited(plan, s[S_EXECUTIONS].total);
	all = lists + probes + scripts + results;
	printf("requests         %10" PRId64 "  lists\n", lists);
	printf("                 %10" PRId64 "  tests whether updatedAfter is supported\n", probes);
	printf("                 %10" PRId64 "  scripts, at least%s\n",
	    scripts, plan->job->limit > 0 ? ", and those of called cases and of "
	    "cases of executions" : "");
	printf("                 %10" PRId64 "  step results, at most (none for executions that "
	    "never ran)\n", results);
	all += plan_totals_print_files(plan, s);
	if (plan->versions && plan->selection->writes[STREAM_CASES])
		all += plan_totals_print_versions(plan, s);
	printf("                 %10" PRId64 "  in total, in a first pass of %s\n",
	    all, plan->job->project);
}

int
plan_check(const struct plan *plan, struct err *e)
{
	struct sizing s = { .name = "project", .path = "/projects", .total = -1 };

	return plan_totals_request(plan, &s, e) == -1 ? -1 : jira_check(plan->jira, plan->job, e);
}

int
plan_print(const struct plan *plan, struct err *e)
{
	struct sizing s[S_COUNT] = {
		[S_PROJECT] = { .name = "project", .path = "/projects",
		    .total = -1 },
		[S_FOLDERS] = { .name = "folders", .path = "/folders" },
		[S_CASES] = { .name = "test_cases", .path = "/testcases" },
		[S_PLANS] = { .name = "test_plans", .path = "/testplans" },
		[S_CYCLES] = { .name = "test_cycles", .path = "/testcycles" },
		[S_EXECUTIONS] = { .name = "test_executions",
		    .path = "/testexecutions" },
	};
	int i;

	for (i = 0; i < S_COUNT; i++)
		if (plan_totals_is_wanted(plan, i) && plan_totals_request(plan, &s[i], e) == -1)
			return -1;
	plan_totals_print(plan, s);
	return jira_plan(plan->jira, plan->job, e);
}
