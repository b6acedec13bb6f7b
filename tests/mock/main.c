#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/opt.h"
#include "base/sig.h"

#include "qtest/qtest.h"
#include "qtest/state/state.h"
#include "server/rate.h"
#include "server/record.h"
#include "server/scenario.h"
#include "server/server.h"
#include "server/stamp.h"
#include "zephyr/zephyr.h"

static struct settings set = {
	.seed = 1, .cases = 300, .steps = 4, .cycles = 20, .plans = 5,
	.executions = 1000, .folders = 40, .minute_ms = 60000,
	.ttl_ms = 300000, .window = "fixed", .retry_after = "auto",
	.called = "nested", .step_logs = "id",
	.rate_of = "both", .token_zephyr = "zmock.zephyr.token",
	.token_qtest = "zmock-qtest-token", .project_key = "DEMO",
	.qtest_projects = "1", .jira_user = "jira@zmock.test",
	.token_jira = "zmock.jira.token", .jira_refusal = "names", .empty = "absent",
	.step_outcome = "inside", .project_id = 23094, .page_size = "heeded",
	.release_cycles = "apart", .require_at = "run",
};

static int help, version;

static struct opt source[] = {
	{ 0, "project-key", "key", "key of the Zephyr project", OPT_STR,
	    &set.project_key, "", 0 },
	{ 0, "project-id", "n", "its id", OPT_NUM, &set.project_id, "", 0 },
	{ 0, "seed", "n", "the same seed makes the same rows", OPT_NUM,
	    &set.seed, "", 0 },
	{ 0, "cases", "n", "test cases", OPT_NUM, &set.cases, "", 0 },
	{ 0, "steps", "n", "mean steps of a case (a few have 250)", OPT_NUM,
	    &set.steps, "", 0 },
	{ 0, "cycles", "n", "test cycles", OPT_NUM, &set.cycles, "", 0 },
	{ 0, "plans", "n", "test plans", OPT_NUM, &set.plans, "", 0 },
	{ 0, "executions", "n", "test executions", OPT_NUM, &set.executions,
	    "", 0 },
	{ 0, "folders", "n", "case folders; cycle folders are a quarter",
	    OPT_NUM, &set.folders, "", 0 },
	{ 0, "attachments", "n", "files, about", OPT_NUM, &set.attachments,
	    "", 0 },
	{ 0, "file-size", "n", "bytes of each of them", OPT_NUM,
	    &set.file_size, "", 0 },
	{ 0, "corpus", "dir", "serve cases and folders from these rows",
	    OPT_STR, &set.corpus, "", 0 },
	{ 0, "full", NULL, "every member of every record is set, each text "
	    "its own", OPT_FLAG, &set.full, "", 0 },
	{ 0, "hostile", NULL, "names with NUL, escapes, half surrogates",
	    OPT_FLAG, &set.hostile, "", 0 },
	{ 0, "no-nextgen", NULL, "keyset lists answer 404", OPT_FLAG,
	    &set.no_nextgen, "", 0 },
	{ 0, "updated-after", "list=ignored|refused", "testcases, testcycles, "
	    "... does not know the parameter", OPT_LIST, &set.updated, "", 0 },
	{ 0, "sparse", "total|isLast|next|values|self", "pages come without "
	    "it; some executions without testCase.self", OPT_LIST, &set.sparse, "", 0 },
	{ 0, "page-cap", "n", "lower every Zephyr page to this", OPT_NUM,
	    &set.page_cap, "", 0 },
	{ 0, "step-cap", "n", "page cap of step lists (100)", OPT_NUM,
	    &set.step_cap, "", 0 },
	{ 0, "step-outcome", "inside|beside|none", "where a step result has "
	    "its status and data row: in inline", OPT_CHOICE,
	    &set.step_outcome, "", 0 },
	{ 0, "token-zephyr", "text", "accepted token", OPT_STR,
	    &set.token_zephyr, "", 0 },
	{ 0, "jira-user", "mail", "accepted user of Jira", OPT_STR,
	    &set.jira_user, "", 0 },
	{ 0, "token-jira", "text", "accepted token of that user", OPT_STR,
	    &set.token_jira, "", 0 },
	{ 0, "jira-hide", "id", "an issue, component, version or user that "
	    "this user cannot see", OPT_LIST, &set.jira_hide, "", 0 },
	{ 0, "jira-refusal", "names|vague|silent", "what a search says about "
	    "such issues", OPT_CHOICE, &set.jira_refusal, "", 0 },
	{ 0, "jira-cap", "n", "lower every Jira page to this", OPT_NUM,
	    &set.jira_cap, "", 0 },
	{ 0, NULL, NULL, NULL, OPT_FLAG, NULL, NULL, 0 }
};

static struct opt target[] = {
	{ 0, "called", "nested|flat|ignored", "where expand=calledteststep shows"
	    " the steps of called cases", OPT_CHOICE, &set.called, "", 0 },
	{ 0, "step-logs", "id|order", "by what a PUT of a log finds its step logs",
	    OPT_CHOICE, &set.step_logs, "", 0 },
	{ 0, "qtest-projects", "ids", "target projects, 1,2", OPT_STR,
	    &set.qtest_projects, "", 0 },
	{ 0, "token-qtest", "text", "accepted token", OPT_STR,
	    &set.token_qtest, "", 0 },
	{ 0, "context", "path", "qTest is below this path of its host, /qtest",
	    OPT_STR, &set.context, "", 0 },
	{ 0, "ttl", "time", "idle life of an OAuth token", OPT_TIME,
	    &set.ttl_ms, "", 0 },
	{ 0, "lag", "time", "how late the search index is", OPT_TIME,
	    &set.lag_ms, "", 0 },
	{ 0, "require", "type/label", "a required field, test-cases/Team",
	    OPT_LIST, &set.require, "", 0 },
	{ 0, "require-at", "run|log", "when a required field of runs is asked for",
	    OPT_CHOICE, &set.require_at, "", 0 },
	{ 0, "deny", "right", "the profile of the user lacks it, test_case.create",
	    OPT_LIST, &set.deny, "", 0 },
	{ 0, "statuses", "names", "execution statuses for Passed, Failed, "
	    "Incomplete, Blocked, Unexecuted; -NAME: inactive", OPT_STR,
	    &set.statuses, "", 0 },
	{ 0, "qtest-cap", "n", "silently lower every qTest page to this",
	    OPT_NUM, &set.qtest_cap, "", 0 },
	{ 0, "page-size", "heeded|ignored", "what qTest makes of pageSize and size",
	    OPT_CHOICE, &set.page_size, "", 0 },
	{ 0, "release-cycles", "apart|root", "whether cycles below releases are among"
	    " those of the root", OPT_CHOICE, &set.release_cycles, "", 0 },
	{ 0, "limit-headers", NULL, "qTest says how many requests are left",
	    OPT_FLAG, &set.limit_headers, "", 0 },
	{ 0, "rewrite-html", NULL, "qTest spells stored HTML its own way",
	    OPT_FLAG, &set.rewrite, "", 0 },
	{ 0, "step-ids", NULL, "case replies carry test_steps", OPT_FLAG,
	    &set.step_ids, "", 0 },
	{ 0, "empty", "absent|null|text", "how qTest shows members that hold "
	    "nothing", OPT_CHOICE, &set.empty, "", 0 },
	{ 0, "zone", "+hh:mm", "the zone of qTest's dates", OPT_STR,
	    &set.zone, "", 0 },
	{ 0, "set-only", NULL, "properties that hold nothing are not listed",
	    OPT_FLAG, &set.set_only, "", 0 },
	{ 0, "user-brackets", NULL, "one user comes as [id]", OPT_FLAG,
	    &set.user_brackets, "", 0 },
	{ 0, "pid-prefix", NULL, "module listings show \"MD-2 Name\"",
	    OPT_FLAG, &set.pid_prefix, "", 0 },
	{ 0, NULL, NULL, NULL, OPT_FLAG, NULL, NULL, 0 }
};

static struct opt common[] = {
	{ 'h', "help", NULL, "this text", OPT_FLAG, &help, "", 0 },
	{ 'V', "version", NULL, "the version", OPT_FLAG, &version, "", 0 },
	{ 0, "port", "n", "port on 127.0.0.1; 0: any", OPT_NUM, &set.port,
	    "", 0 },
	{ 0, "port-file", "file", "write the port here", OPT_STR,
	    &set.port_file, "", 0 },
	{ 0, "rate", "n", "requests a minute for each API", OPT_NUM,
	    &set.rate, "", 0 },
	{ 0, "rate-of", "both|zephyr|qtest", "which API is throttled",
	    OPT_CHOICE, &set.rate_of, "", 0 },
	{ 0, "window", "fixed|sliding", "how the minute is counted",
	    OPT_CHOICE, &set.window, "", 0 },
	{ 0, "minute", "time", "length of the minute", OPT_TIME,
	    &set.minute_ms, "", 0 },
	{ 0, "month", "n", "request budget of the month", OPT_NUM,
	    &set.month, "", 0 },
	{ 0, "retry-after", "text", "auto, none, or the header's value",
	    OPT_STR, &set.retry_after, "", 0 },
	{ 0, "latency", "time", "every answer leaves this late", OPT_TIME,
	    &set.latency_ms, "", 0 },
	{ 0, "scenario", "file", "faults to play", OPT_STR, &set.scenario,
	    "", 0 },
	{ 0, "tls", "file", "serve HTTPS by the key and certificate in here",
	    OPT_STR, &set.tls, "", 0 },
	{ 0, "clock", "time", "stamp answers and objects by this ISO time, a second "
	    "later after each request", OPT_STR, &set.clock, "", 0 },
	{ 0, "answers", "file", "write each request and answer here", OPT_STR,
	    &set.answers, "", 0 },
	{ 0, "dump", "dir", "write state and record here at the end",
	    OPT_STR, &set.dump, "", 0 },
	{ 0, NULL, NULL, NULL, OPT_FLAG, NULL, NULL, 0 }
};

static int
mock_write_file(const char *dir, const char *name, const struct buf *b,
    struct err *e)
{
	char *path = dir == NULL ? mem_dup(name) : mem_fmt("%s/%s", dir, name);
	char *part = mem_fmt("%s.part", path);
	FILE *f = fopen(part, "w");
	int rc = 0;

	if (f == NULL || fwrite(buf_str(b), 1, b->len, f) != b->len)
		rc = err_sys(e, ZX_IO, "%s", part);
	if (f != NULL && fclose(f) != 0 && rc == 0)
		rc = err_sys(e, ZX_IO, "%s", part);
	if (rc == 0 && rename(part, path) == -1)
		rc = err_sys(e, ZX_IO, "%s", path);
	free(path);
	free(part);
	return rc;
}

static int
mock_write_port(int64_t port, struct err *e)
{
	struct buf b = { 0 };
	int rc = 0;

	printf("port %ld\n", (long)port);
	if (fflush(stdout) != 0)
		rc = err_sys(e, ZX_IO, "standard output");
	buf_printf(&b, "%ld\n", (long)port);
	if (rc == 0 && set.port_file != NULL)
		rc = mock_write_file(NULL, set.port_file, &b, e);
	buf_free(&b);
	return rc;
}

static int
mock_dump(struct mock *m, struct err *e)
{
	struct request *all = request_new("GET", "/");
	struct buf b = { 0 };
	int rc;

	qstate_print(m, 0, 0, &b);
	rc = mock_write_file(set.dump, "state.json", &b, e);
	buf_reset(&b);
	qstate_print(m, 0, 1, &b);
	if (rc == 0)
		rc = mock_write_file(set.dump, "state-normal.json", &b, e);
	buf_reset(&b);
	record_print(m->record, all, &b);
	if (rc == 0)
		rc = mock_write_file(set.dump, "record.ndjson", &b, e);
	buf_reset(&b);
	record_counts(m->record, all, &b);
	if (rc == 0)
		rc = mock_write_file(set.dump, "counts.json", &b, e);
	buf_free(&b);
	request_free(all);
	return rc;
}

static struct rate *
mock_throttle(const char *api)
{
	int on = strcmp(set.rate_of, "both") == 0 ||
	    strcmp(set.rate_of, api) == 0;

	return rate_new(on ? set.rate : 0, set.minute_ms,
	    strcmp(set.window, "sliding") == 0, on ? set.month : 0);
}

/* The socket first: rows name its port. */
static int
mock_build(struct mock *m, struct server **s, struct err *e)
{
	m->set = &set;
	if (set.clock != NULL && stamp_open(set.clock) == -1)
		return err_set(e, ZX_USAGE, "--clock %s: not a time like "
		    "2026-01-01T00:00:00Z", set.clock);
	*s = server_open(m, set.port, e);
	if (*s == NULL)
		return -1;
	snprintf(m->base, sizeof(m->base), "http%s://127.0.0.1:%ld",
	    set.tls != NULL ? "s" : "", (long)server_port(*s));
	m->record = record_new();
	if (set.answers != NULL &&
	    (m->answers = fopen(set.answers, "w")) == NULL)
		return err_sys(e, ZX_IO, "%s", set.answers);
	m->rate[API_ZEPHYR] = mock_throttle("zephyr");
	m->rate[API_QTEST] = mock_throttle("qtest");
	m->scenario = scenario_open(set.scenario, set.seed, e);
	if (m->scenario == NULL)
		return -1;
	m->zephyr = zephyr_open(&set, m->base, e);
	if (m->zephyr == NULL)
		return -1;
	m->qtest = qtest_open(&set, e);
	return m->qtest == NULL ? -1 : 0;
}

static void
mock_free(struct mock *m, struct server *s)
{
	server_close(s);
	if (m->answers != NULL)
		fclose(m->answers);
	zephyr_free(m->zephyr);
	qtest_free(m->qtest);
	scenario_free(m->scenario);
	record_free(m->record);
	rate_free(m->rate[API_ZEPHYR]);
	rate_free(m->rate[API_QTEST]);
}

int
main(int argc, char **argv)
{
	struct opt_set opts = { .program = "zmock",
	    .what = "serve Zephyr Scale and qTest, traps included",
	    .tables = { common, source, target } };
	struct mock m = { .set = NULL };
	struct server *s = NULL;
	struct err e = { 0 };
	int rc;

	log_open("zmock", LOG_INFO, LOG_TEXT);
	if (opt_parse(&opts, argc, argv, &e) == -1) {
		log_error(NULL, "%s", e.msg);
		return e.code;
	}
	if (help || version || opts.listed) {
		if (opts.listed)
			opt_list(&opts);
		else if (help)
			opt_help(&opts);
		else
			printf("zmock %s\n", ZTOQ_VERSION);
		return fflush(stdout) == 0 ? ZX_OK : ZX_IO;
	}
	sig_open();
	rc = mock_build(&m, &s, &e);
	if (rc == 0)
		rc = mock_write_port(server_port(s), &e);
	if (rc == 0)
		server_run(s);
	if (rc == 0 && set.dump != NULL)
		rc = mock_dump(&m, &e);
	mock_free(&m, s);
	if (rc == 0)
		return ZX_OK;
	log_error(NULL, "%s", e.msg);
	return e.code;
}
