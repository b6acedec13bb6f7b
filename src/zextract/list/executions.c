#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "domain/stream/stream.h"
#include "io/json/json.h"

#include "extract.h"
#include "list/executions.h"
#include "list/list.h"
#include "list/names.h"
#include "list/row.h"

/* The key of the case, from its address; a bare text is taken as the key. */
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

/* "executed": another status than the one that new executions have, or an
   end date.  What never ran has no step results worth a request. */
static int
executions_executed(const struct extract *x, const struct store_execution *s,
    const struct json *raw)
{
	return s->status_id != x->names->not_executed ||
	    json_str(raw, "actualEndDate") != NULL;
}

/* Dates that can be written with four digits of a year, in ms. */
static const int64_t YEAR_1 = -62135596800000, YEAR_10000 = 253402300800000;

/* Everything but head and hashes; the key that it returns is the caller's. */
static char *
executions_row_fill(struct extract *x, const struct json *raw, struct store_execution *s)
{
	char *key;

	struct json ref = json_member(raw, "testCase");
	const char *end = json_str(raw, "actualEndDate");

	s->row.id = json_int(raw, "id", 0);
	s->row.key = json_str(raw, "key");
	s->case_key = key = executions_case_key(&ref, &s->case_version);
	s->case_id = json_int(&ref, "id", 0);
	s->cycle_id = row_ref(raw, "testCycle");
	s->environment_id = row_ref(raw, "environment");
	s->status_id = row_ref(raw, "testExecutionStatus");
	if (end == NULL || time_parse(end, &s->end_ms) == -1 ||
	    s->end_ms < YEAR_1 || s->end_ms >= YEAR_10000)
		s->end_ms = 0;
	s->wanted = executions_executed(x, s, raw);
	json_free(&ref);
	return key;
}

static void
executions_head(struct extract *x, const struct store_execution *s, struct row *r)
{
	struct buf b = { 0 };

	row_put(r, "project", x->ref, strlen(x->ref));
	row_name(x->names, NAME_ENVIRONMENT, &r->j, "environment",
	    "environment", &r->odd, &b);
	row_put(r, "environment", b.s, b.len);
	buf_reset(&b);
	row_name(x->names, NAME_STATUS, &r->j, "testExecutionStatus",
	    "testExecutionStatus", &r->odd, &b);
	row_put(r, "testExecutionStatus", b.s, b.len);
	buf_free(&b);
	if (s->wanted)
		row_put(r, "executed", "true", 4);
	else
		row_put(r, "executed", "false", 5);
	row_seal(r);
}

/* What must be told of a row, and what is no longer true of one that changed. */
static int
executions_case_is_named(struct extract *x, const struct store_execution *s, const char *id,
    int news, struct err *e)
{
	static const char rule[] = "case-unknown";
	char what[160];

	if (news == STORE_CHANGED && (finding_forget(&x->finding, "extract",
	    STREAM_EXECUTIONS, id, rule, e) == -1 ||
	    finding_forget(&x->finding, "extract", STREAM_EXECUTIONS, id,
	    "results-missing", e) == -1))
		return -1;
	if (*s->case_key != '\0')
		return 0;
	snprintf(what, sizeof(what), "Zephyr's row names no test case (no key in testCase.self; "
	    "its id is %lld): the execution will be set aside",
	    (long long)s->case_id);
	return finding_issue(&x->finding, "extract", STREAM_EXECUTIONS, id,
	    rule, "error", what, e);
}

static int
execution_row(struct extract *x, const struct json *raw, struct buf *key,
    struct err *e)
{
	static const char *const links[] = { "issues", NULL };
	static const char *const texts[] = { "key", "comment",
	    "actualEndDate", "executedById", "assignedToId", NULL };
	struct store_execution s = { 0 };
	char extra[128], id[24], *case_of;
	struct row r;
	int news;

	if (row_need(raw, "test_executions", "id", JSON_NUM, e) == -1)
		return -1;
	case_of = executions_row_fill(x, raw, &s);
	snprintf(id, sizeof(id), "%lld", (long long)s.row.id);
	buf_puts(key, id);
	row_open(&r, raw, links);
	row_texts(&r, texts);
	row_away(&r, "testCycle");
	/* The bare testCase loses its key: it is in "self" only. */
	snprintf(extra, sizeof(extra), "%d %.80s %lld", s.wanted, s.case_key,
	    (long long)s.case_version);
	row_dump(&r, extra);
	executions_head(x, &s, &r);
	s.row.head = r.text.s;
	s.row.len = r.text.len;
	memcpy(s.row.head_hash, r.head_hash, sizeof(r.head_hash));
	memcpy(s.row.row_hash, r.row_hash, sizeof(r.row_hash));
	news = store_execution(&x->st, &s, e);
	if (news != -1 && (executions_case_is_named(x, &s, id, news, e) == -1 ||
	    row_report(x, &r, STREAM_EXECUTIONS, id, e) == -1))
		news = -1;
	if (news != -1 && store_children(&x->st, STREAM_EXECUTIONS, id, &r.j,
	    r.text.s, r.text.len, (enum store_news)news, e) == -1)
		news = -1;
	row_free(&r);
	free(case_of);
	return news == -1 ? -1 : 0;
}

const struct list_kind executions_list = {
	.name = "test_executions", .path = "/testexecutions",
	.query = "&includeStepLinks=true", .keyset = 1,
	.stream = STREAM_EXECUTIONS, .row = execution_row,
	.count_sql = "SELECT count(*) FROM test_execution"
	    " WHERE project = ?1 AND pass_seen = ?2",
	.unsee_sql = "UPDATE test_execution SET pass_seen = pass_seen - 1"
	    " WHERE project = ?1 AND pass_seen = ?2"
	    " AND CAST(id AS TEXT) NOT IN (SELECT key FROM sweep"
	    " WHERE project = ?1 AND scope = ?3 AND n = ?4)"
};

int
executions_join(struct extract *x, struct err *e)
{
	static const struct issue unknown = { .side = "extract",
	    .stream = "test_executions", .rule = "case-unknown" };
	const struct db_val pass = { .type = 'i', .i = x->st.pass };

	if (db_exec(x->db, e, "UPDATE test_execution SET case_key = (SELECT"
	    " c.key FROM test_case c WHERE c.project = ?1 AND c.pass_seen = ?2"
	    " AND c.id = test_execution.case_id), case_num = (SELECT c.num"
	    " FROM test_case c WHERE c.project = ?1 AND c.pass_seen = ?2"
	    " AND c.id = test_execution.case_id) WHERE project = ?1"
	    " AND pass_seen = ?2 AND case_num = 0 AND case_key = ''"
	    " AND case_id IN (SELECT c.id FROM test_case c WHERE c.project = ?1"
	    " AND c.pass_seen = ?2 AND c.id IS NOT NULL)", "si",
	    x->st.project, x->st.pass) == -1)
		return -1;
	return finding_remove_if(&x->finding, &unknown, "test_execution o"
	    " WHERE o.project = ?1 AND o.pass_seen <= ?2"
	    " AND o.id = CAST(issue.key AS BIGINT) AND o.case_key <> ''", &pass, e);
}
