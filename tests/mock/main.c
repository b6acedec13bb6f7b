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
	.file_limit = 50 * 1024 * 1024, .file_names = "latin1", .file_paths = "stripped",
	.step_files = "lost", .connections = "one", .trackers = "shown", .link_status = "200",
	.not_empty = "refused", .delete_body = "object", .used_value = "cleared",
	.deleted = "gone",
	.file_version = "kept", .same_name = "kept", .empty_files = "kept",
};

static int help, version;

/* An option without a letter, whose value goes to a member of set. */
#define OPT(name, arg, help, type, member) { 0, name, arg, help, type, &set.member, "", 0 }
#define OPT_END { 0, NULL, NULL, NULL, OPT_FLAG, NULL, NULL, 0 }

static struct opt source[] = {
	OPT("project-key", "key", "key of the Zephyr project", OPT_STR, project_key),
	OPT("project-id", "n", "id of the Zephyr project", OPT_NUM, project_id),
	OPT("seed", "n", "the same seed generates the same rows", OPT_NUM, seed),
	OPT("cases", "n", "test cases", OPT_NUM, cases),
	OPT("steps", "n", "mean number of steps of a case (a few have 250)", OPT_NUM, steps),
	OPT("cycles", "n", "test cycles", OPT_NUM, cycles),
	OPT("plans", "n", "test plans", OPT_NUM, plans),
	OPT("executions", "n", "test executions", OPT_NUM, executions),
	OPT("folders", "n", "case folders; a quarter as many of cycles", OPT_NUM, folders),
	OPT("attachments", "n", "approximate number of files", OPT_NUM, attachments),
	OPT("file-size", "n", "bytes of each file", OPT_NUM, file_size),
	OPT("file-sizes", "n,n...", "bytes of the first files, dealt to all kinds of owners",
	    OPT_STR, file_sizes),
	OPT("corpus", "dir", "serve cases and folders from these rows", OPT_STR, corpus),
	OPT("full", NULL, "set every member of every record, with different texts", OPT_FLAG, full),
	OPT("hostile", NULL, "names with NUL, escapes, half surrogates", OPT_FLAG, hostile),
	OPT("no-nextgen", NULL, "keyset lists answer 404", OPT_FLAG, no_nextgen),
	OPT("updated-after", "list=ignored|refused", "testcases, testcycles, ... does not "
	    "know the parameter", OPT_LIST, updated),
	OPT("sparse", "total|isLast|next|values|self", "leave this member out of pages; self: "
	    "leave testCase.self out of some executions", OPT_LIST, sparse),
	OPT("page-cap", "n", "maximum size of Zephyr pages", OPT_NUM, page_cap),
	OPT("step-cap", "n", "maximum size of pages of steps (100)", OPT_NUM, step_cap),
	OPT("step-outcome", "inside|beside|none", "place of the status and data row of a step "
	    "result: in inline", OPT_CHOICE, step_outcome),
	OPT("token-zephyr", "text", "accepted token", OPT_STR, token_zephyr),
	OPT("jira-user", "mail", "accepted user of Jira", OPT_STR, jira_user),
	OPT("token-jira", "text", "accepted token of that user", OPT_STR, token_jira),
	OPT("jira-hide", "id", "an issue, component, version or user that the user cannot see",
	    OPT_LIST, jira_hide),
	OPT("jira-refusal", "names|vague|silent", "how a search answers for such issues",
	    OPT_CHOICE, jira_refusal),
	OPT("jira-cap", "n", "maximum size of Jira pages", OPT_NUM, jira_cap),
	OPT_END
};

static struct opt target[] = {
	OPT("called", "nested|flat|ignored", "where expand=calledteststep shows the steps of "
	    "called cases", OPT_CHOICE, called),
	OPT("step-logs", "id|order", "how a PUT of a log identifies its step logs", OPT_CHOICE,
	    step_logs),
	OPT("qtest-projects", "ids", "target projects, 1,2", OPT_STR, qtest_projects),
	OPT("token-qtest", "text", "accepted token", OPT_STR, token_qtest),
	OPT("context", "path", "qTest is below this path of its host, /qtest", OPT_STR, context),
	OPT("ttl", "time", "OAuth tokens expire when not used for so long", OPT_TIME, ttl_ms),
	OPT("lag", "time", "delay of the search index", OPT_TIME, lag_ms),
	OPT("require", "type/label", "a required field, test-cases/Team", OPT_LIST, require),
	OPT("require-at", "run|log", "when a required field of runs is checked", OPT_CHOICE,
	    require_at),
	OPT("deny", "right", "a right that the user does not have, test_case.create", OPT_LIST,
	    deny),
	OPT("statuses", "names", "execution statuses for Passed, Failed, Incomplete, Blocked, "
	    "Unexecuted; -NAME: inactive", OPT_STR, statuses),
	OPT("qtest-cap", "n", "maximum size of qTest pages", OPT_NUM, qtest_cap),
	OPT("page-size", "heeded|ignored", "whether qTest obeys pageSize and size", OPT_CHOICE,
	    page_size),
	OPT("release-cycles", "apart|root", "whether cycles below releases are in the list of "
	    "the root", OPT_CHOICE, release_cycles),
	OPT("limit-headers", NULL, "qTest reports the number of requests left", OPT_FLAG,
	    limit_headers),
	OPT("rewrite-html", NULL, "qTest rewrites stored HTML", OPT_FLAG, rewrite),
	OPT("step-ids", NULL, "answers about cases contain test_steps", OPT_FLAG, step_ids),
	OPT("empty", "absent|null|text", "how qTest shows empty members", OPT_CHOICE, empty),
	OPT("zone", "+hh:mm", "the zone of qTest's dates", OPT_STR, zone),
	OPT("set-only", NULL, "empty properties are not listed", OPT_FLAG, set_only),
	OPT("user-brackets", NULL, "a single user is shown as [id]", OPT_FLAG, user_brackets),
	OPT("file-limit", "n", "bytes of the largest file; a larger one is answered by 413",
	    OPT_NUM, file_limit),
	OPT("body-limit", "n", "bytes of the largest body; a larger one is answered by 413",
	    OPT_NUM, body_limit),
	OPT("refuse-early", NULL, "such a body is refused when its headers are read", OPT_FLAG,
	    refuse_early),
	OPT("step-files", "lost|kept|order", "files of the steps that a PUT of a case sends",
	    OPT_CHOICE, step_files),
	OPT("refuse-file", "glob", "names of files that are refused, *.exe", OPT_LIST,
	    refuse_file),
	OPT("file-names", "latin1|utf8|percent", "how the header File-Name is read", OPT_CHOICE,
	    file_names),
	OPT("file-paths", "stripped|kept", "directories in the names of files", OPT_CHOICE,
	    file_paths),
	OPT("same-name", "kept|renamed|refused", "a second file of this name at an object",
	    OPT_CHOICE, same_name),
	OPT("empty-files", "kept|refused", "files without bytes", OPT_CHOICE, empty_files),
	OPT("unscanned", NULL, "files are downloaded with forceDownload=true only", OPT_FLAG,
	    unscanned),
	OPT("file-version", "kept|bumped", "whether a file or a link changes the version of its "
	    "case", OPT_CHOICE, file_version),
	OPT("integration", "keys", "the Jira projects whose issues can be linked as defects, A,B",
	    OPT_STR, integration),
	OPT("connections", "one|list", "the answer to integration/connections", OPT_CHOICE,
	    connections),
	OPT("trackers", "shown|omitted", "whether a project shows its connections", OPT_CHOICE,
	    trackers),
	OPT("link-status", "200|201", "the status of a link that was created", OPT_CHOICE,
	    link_status),
	OPT("not-empty", "refused|gone", "a DELETE of a suite, release or build that is not "
	    "empty", OPT_CHOICE, not_empty),
	OPT("delete-body", "object|none", "the answer to a DELETE without a message", OPT_CHOICE,
	    delete_body),
	OPT("used-value", "cleared|refused", "a DELETE of an allowed value that objects have",
	    OPT_CHOICE, used_value),
	OPT("deleted", "gone|readable", "whether a deleted object is answered by its id",
	    OPT_CHOICE, deleted),
	OPT("pid-prefix", NULL, "lists of modules show \"MD-2 Name\"", OPT_FLAG, pid_prefix),
	OPT_END
};

static struct opt common[] = {
	{ 'h', "help", NULL, "print this text", OPT_FLAG, &help, "", 0 },
	{ 'V', "version", NULL, "print the version", OPT_FLAG, &version, "", 0 },
	OPT("port", "n", "port on 127.0.0.1; 0: any", OPT_NUM, port),
	OPT("port-file", "file", "write the port to this file", OPT_STR, port_file),
	OPT("rate", "n", "requests a minute for each API", OPT_NUM, rate),
	OPT("rate-of", "both|zephyr|qtest", "the API that is throttled", OPT_CHOICE, rate_of),
	OPT("window", "fixed|sliding", "how the minute is counted", OPT_CHOICE, window),
	OPT("minute", "time", "length of the minute", OPT_TIME, minute_ms),
	OPT("month", "n", "requests of the month", OPT_NUM, month),
	OPT("retry-after", "text", "auto, none, or the value of the header", OPT_STR, retry_after),
	OPT("latency", "time", "delay of every answer", OPT_TIME, latency_ms),
	OPT("scenario", "file", "faults to play", OPT_STR, scenario),
	OPT("tls", "file", "serve HTTPS with the key and certificate in this file", OPT_STR, tls),
	OPT("clock", "time", "date answers and objects with this ISO time, one second later "
	    "after each request", OPT_STR, clock),
	OPT("answers", "file", "write each request and its answer to this file", OPT_STR, answers),
	OPT("dump", "dir", "write state and record to this directory at the end", OPT_STR, dump),
	OPT_END
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

	qstate_print(m, 0, 0, 1, &b);
	rc = mock_write_file(set.dump, "state.json", &b, e);
	buf_reset(&b);
	qstate_print(m, 0, 1, 0, &b);
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

/* Build the parts of the mock.  The socket is opened first since rows name its
   port. */
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
	    .what = "serve mocks of Zephyr Scale, Jira and qTest",
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
