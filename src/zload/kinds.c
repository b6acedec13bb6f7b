#include "base/mem.h"
#include "kinds.h"
#include "load.h"
#include "send/result.h"
#include "work/kind.h"
#include "work/prepare.h"

/* Make the path that lists the cases of a module with their properties. */
static char *
kinds_cases(const struct kind *k, const char *path, const struct json *sent, int steps)
{
	(void)path;
	return mem_fmt("%s?parentId=%lld&expandProps=true&showParamIdentifier=true"
	    "&expandSteps=%s",
	    k->path, (long long)json_int(sent, "parent_id", 0),
	    steps ? "true" : "false");
}

static char *
kinds_releases(const struct kind *k, const char *path, const struct json *sent, int steps)
{
	(void)path;
	(void)sent;
	(void)steps;
	return mem_fmt("%s?includeClosed=true", k->path);
}

static char *
kinds_fields(const struct kind *k, const char *path, const struct json *sent, int steps)
{
	(void)k;
	(void)sent;
	(void)steps;
	return mem_fmt("%s?includeInactive=true", path);
}

/* The qTest side of each kind of effect (qtest-api.md 2). */
const struct kind kinds[KIND_COUNT] = {
	[KIND_FIELD] = { .name = "field", .path = "/settings", .place = PLACE_FIELD,
	    .paging = QTEST_WHOLE,
	    .prepare = prepare_field, .on_done = result_field_done,
	    .listing = kinds_fields },
	[KIND_MODULE] = { .name = "module", .path = "/modules", .place = PLACE_PARENT,
	    .marker = MARKER_DESCRIPTION, .paging = QTEST_WHOLE,
	    .prepare = prepare_row },
	[KIND_CASE] = { .name = "case", .artifact = "test-cases", .path = "/test-cases",
	    .whole = "?expand=teststep&showParamIdentifier=true",
	    .marker = MARKER_FIELD, .paging = QTEST_SIZE,
	    .prepare = prepare_row,
	    .listing = kinds_cases },
	[KIND_APPROVE] = { .name = "approve", .path = "/test-cases",
	    .place = PLACE_APPROVE, .paging = QTEST_WHOLE,
	    .prepare = prepare_approve, .on_done = result_approve_done },
	[KIND_RELEASE] = { .name = "release", .artifact = "releases", .path = "/releases",
	    .as_parent = "release", .marker = MARKER_FIELD, .paging = QTEST_WHOLE,
	    .prepare = prepare_row,
	    .listing = kinds_releases },
	[KIND_CYCLE] = { .name = "cycle", .path = "/test-cycles",
	    .as_parent = "test-cycle", .place = PLACE_TYPED,
	    .marker = MARKER_DESCRIPTION, .paging = QTEST_PAGESIZE,
	    .prepare = prepare_row },
	[KIND_SUITE] = { .name = "suite", .artifact = "test-suites",
	    .path = "/test-suites", .as_parent = "test-suite", .place = PLACE_TYPED,
	    .marker = MARKER_FIELD, .paging = QTEST_WHOLE,
	    .prepare = prepare_row },
	[KIND_RUN] = { .name = "run", .artifact = "test-runs", .path = "/test-runs",
	    .place = PLACE_TYPED, .marker = MARKER_FIELD, .paging = QTEST_PAGESIZE,
	    .prepare = prepare_row },
	[KIND_LOG] = { .name = "log", .artifact = "test-runs", .path = "/test-runs",
	    .place = PLACE_RUN, .marker = MARKER_NOTE, .paging = QTEST_PAGESIZE,
	    .prepare = prepare_row, .on_done = result_log_done },
};
