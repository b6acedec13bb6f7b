#include <inttypes.h>
#include <stdio.h>

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

/* A list, or NULL for the project, and its total. */
struct sizing {
	const struct list_kind *kind;
	int64_t		 total;
};

static const char *
plan_totals_base(const struct sizing *s)
{
	return s->kind != NULL ? s->kind->path : "/projects";
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
		return zephyr_refused(plan_totals_base(s), r->status, &r->body, e);
	if (s->kind == NULL)
		return project_is_enabled("/projects", plan->job->project, &r->body, e);
	if (zephyr_page(&p, s->kind->path, &r->body, e) == -1)
		return -1;
	s->total = p.total;
	zephyr_page_free(&p);
	if (s->total < 0)
		return err_set(e, ZX_PROTO, "Zephyr sent no total at %s", s->kind->path);
	return 0;
}

static int
plan_totals_request(const struct plan *plan, struct sizing *s, struct err *e)
{
	const char *why = NULL;
	struct buf where = { 0 };
	struct reply r = { 0 };
	int rc;

	buf_puts(&where, plan_totals_base(s));
	buf_puts(&where, s->kind != NULL ? "?maxResults=1&projectKey=" : "/");
	http_escape(&where, plan->job->project);
	rc = reply_wait(&r, plan->src->z, where.s, plan->src->z, plan->job, &why, e);
	buf_free(&where);
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

	for (i = LIST_CASES; i < LIST_COUNT; i++)
		if (d >= (i == LIST_CASES ? ATTACH_CASES : ATTACH_ENTITIES) &&
		    plan->selection->writes[LIST_STREAM(i)])
			n += plan_totals_limited(plan, s[i].total);
	printf("                 %10" PRId64 "  lists of files (--attachments %s)%s%s%s\n", n,
	    plan->depth, d >= ATTACH_ENTITIES && d < ATTACH_ALL &&
	    plan->selection->writes[STREAM_EXECUTIONS] ? " at most" : "",
	    n > 0 ? ", plus one per file" : "",
	    d >= ATTACH_STEPS ? ", plus one per step and step result" : "");
	return n;
}

/* Print and return the number of lists of versions, one for each case. */
static int64_t
plan_totals_print_versions(const struct plan *plan, const struct sizing *s)
{
	printf("                 %10" PRId64 "  lists of versions (--versions), plus one per old "
	    "version\n", plan_totals_limited(plan, s[LIST_CASES].total));
	return plan_totals_limited(plan, s[LIST_CASES].total);
}

static void
plan_totals_print(const struct plan *plan, const struct sizing *s)
{
	int64_t lists = 1, probes = 0, all, scripts, results;
	int i;

	for (i = 0; i < LIST_REFERENCES; i++)
		lists += selection_needs_list(plan->selection, (enum list_id)i);
	for (i = LIST_FOLDERS; i < LIST_COUNT; i++) {
		if (s[i].kind == NULL)
			continue;
		/* a keyset list needs one request more for its total; folders of several pages
		   are swept twice */
		lists += plan_totals_pages(s[i].total);
		lists += i != LIST_FOLDERS ? 1 :
		    s[i].total > LIST_PAGE ? plan_totals_pages(s[i].total) : 0;
		probes += i != LIST_FOLDERS && s[i].total > 0;
		printf("%-16s %10" PRId64 "\n", s[i].kind->name, s[i].total);
	}
	scripts = plan_totals_limited(plan, s[LIST_CASES].total);
	results = plan_totals_limited(plan, s[LIST_EXECUTIONS].total);
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
	struct sizing s = { 0 };

	return plan_totals_request(plan, &s, e) == -1 ? -1 : jira_check(plan->jira, plan->job, e);
}

int
plan_print(const struct plan *plan, struct err *e)
{
	static const struct list_kind *const kinds[LIST_COUNT] = {
		[LIST_FOLDERS] = &folders_list, [LIST_CASES] = &cases_list,
		[LIST_PLANS] = &plans_list, [LIST_CYCLES] = &cycles_list,
		[LIST_EXECUTIONS] = &executions_list,
	};
	struct sizing s[LIST_COUNT] = { { 0 } }, project = { 0 };
	int i;

	if (plan_totals_request(plan, &project, e) == -1)
		return -1;
	for (i = LIST_FOLDERS; i < LIST_COUNT; i++) {
		if (!selection_needs_list(plan->selection, (enum list_id)i))
			continue;
		s[i].kind = kinds[i];
		if (plan_totals_request(plan, &s[i], e) == -1)
			return -1;
	}
	plan_totals_print(plan, s);
	return jira_plan(plan->jira, plan->job, e);
}
