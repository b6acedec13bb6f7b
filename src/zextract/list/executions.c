#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "domain/store/store_run.h"
#include "domain/stream/stream.h"
#include "io/json/json.h"

#include "list/list_kinds.h"
#include "list/names.h"
#include "list/row.h"
#include "source.h"

/* Return the key of the case from its URL; a text that is no URL is the key itself.
   The caller frees it. */
static char *
executions_case_key(const struct json *ref, int64_t *version)
{
	const char *bare = json_str(ref, "");
	char *key = row_case_key(bare ? bare : json_str(ref, "self"), version);

	if (*key == '\0' && bare == NULL)
		bare = json_str(ref, "key");
	if (*key != '\0' || bare == NULL || strchr(bare, '/') != NULL)
		return key;
	free(key);
	return mem_dup(bare);
}

/* True when an execution has another status than new ones have, or an end date.  An
   execution that never ran has no step results to request. */
static int
executions_executed(const struct lists *ls, const struct store_execution *s,
    const struct json *raw)
{
	return s->status_id != ls->names->not_executed ||
	    json_str(raw, "actualEndDate") != NULL;
}

/* The range of dates whose year has four digits, in ms. */
static const int64_t YEAR_1 = -62135596800000, YEAR_10000 = 253402300800000;

/* Set the members of s that do not stand in its row.  Return the key of the case,
   which s borrows and the caller frees. */
static char *
executions_row_fill(struct lists *ls, const struct json *raw, struct store_execution *s)
{
	char *key;

	struct json ref = json_member(raw, "testCase");
	const char *end = json_str(raw, "actualEndDate");

	s->case_key = key = executions_case_key(&ref, &s->case_version);
	s->case_id = json_int(&ref, "id", 0);
	s->cycle_id = row_ref(raw, "testCycle");
	s->environment_id = row_ref(raw, "environment");
	s->status_id = row_ref(raw, "testExecutionStatus");
	if (end == NULL || time_parse(end, &s->end_ms) == -1 ||
	    s->end_ms < YEAR_1 || s->end_ms >= YEAR_10000)
		s->end_ms = 0;
	s->wanted = executions_executed(ls, s, raw);
	json_free(&ref);
	return key;
}

/* Report a row without a test case; forget earlier findings of a row that changed. */
static int
executions_case_is_named(struct lists *ls, const struct store_execution *s, const char *id,
    int news, struct err *e)
{
	static const char rule[] = "case-unknown";
	char what[160];

	if (news == STORE_CHANGED && (finding_forget(&ls->src->finding, "extract",
	    STREAM_EXECUTIONS, id, rule, e) == -1 ||
	    finding_forget(&ls->src->finding, "extract", STREAM_EXECUTIONS, id,
	    "results-missing", e) == -1))
		return -1;
	if (*s->case_key != '\0')
		return 0;
	snprintf(what, sizeof(what), "Zephyr's row names no test case (no key in testCase.self; "
	    "its id is %lld): the execution will be set aside",
	    (long long)s->case_id);
	return finding_issue(&ls->src->finding, "extract", STREAM_EXECUTIONS, id,
	    rule, "error", what, e);
}

static int
executions_row(struct lists *ls, const struct list_kind *k, const struct json *raw,
    struct buf *key, struct err *e)
{
	static const char *const links[] = { "issues", NULL };
	static const char *const texts[] = { "key", "comment",
	    "actualEndDate", "executedById", "assignedToId", NULL };
	struct store_execution s = { 0 };
	char extra[128], id[24], *case_of;
	struct row r;
	int news, rc;

	if (row_need(raw, k->name, "id", JSON_NUM, e) == -1)
		return -1;
	case_of = executions_row_fill(ls, raw, &s);
	snprintf(id, sizeof(id), "%lld", (long long)json_int(raw, "id", 0));
	buf_puts(key, id);
	row_open(&r, raw, links);
	row_texts(&r, texts);
	row_away(&r, "testCycle");
	/* "self" is removed, which alone has the key of the case */
	snprintf(extra, sizeof(extra), "%d %.80s %lld", s.wanted, s.case_key,
	    (long long)s.case_version);
	row_dump(&r, extra);
	row_put(&r, "project", ls->src->ref);
	row_put_name(&r, ls->names, NAME_ENVIRONMENT, &r.j, "environment");
	row_put_name(&r, ls->names, NAME_STATUS, &r.j, "testExecutionStatus");
	row_put(&r, "executed", s.wanted ? "true" : "false");
	row_seal(&r, raw, &s.row);
	news = store_execution(&ls->src->st, &s, e);
	if (news != -1 && executions_case_is_named(ls, &s, id, news, e) == -1)
		news = -1;
	rc = row_store_rest(&r, ls->src, STREAM_EXECUTIONS, id, news, e);
	row_free(&r);
	free(case_of);
	return rc;
}

const struct list_kind executions_list = {
	.name = "test_executions", .path = "/testexecutions",
	.query = "&includeStepLinks=true", .keyset = 1,
	.stream = STREAM_EXECUTIONS, .row = executions_row,
	.table = "test_execution", .key = "CAST(id AS TEXT)", .seen = "pass_seen",
	.which = ""
};
