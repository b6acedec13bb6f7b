#include <string.h>

#include "base/mem.h"
#include "domain/api/qtest_link.h"
#include "domain/api/qtest_list.h"
#include "kinds.h"
#include "send/result.h"
#include "relink/relink.h"
#include "work/kind.h"
#include "work/prepare.h"

/* Return the path that lists the cases of a module with their properties. */
static char *
kinds_cases(const char *path, const struct json *sent, int steps)
{
	return mem_fmt("%s?parentId=%lld&expandProps=true&showParamIdentifier=true"
	    "&expandSteps=%s",
	    path, (long long)json_int(sent, "parent_id", 0), steps ? "true" : "false");
}

/* Return the path that lists the files of the object whose file the path creates. */
static char *
kinds_files(const char *path, const struct json *sent, int steps)
{
	const char *end = strrchr(path, '/');

	(void)sent, (void)steps;
	return mem_fmt("%.*s/attachments", (int)(end - path), path);
}

/* Return the path that lists the links of the source that the path links. */
static char *
kinds_links(const char *path, const struct json *sent, int steps)
{
	(void)sent, (void)steps;
	return qtest_link_listing(path);
}

const struct kind kinds[KIND_COUNT] = {
	[KIND_FIELD] = { .name = "field", .path = "/settings", .place = PLACE_FIELD,
	    .paging = QTEST_WHOLE, .list_query = "?includeInactive=true",
	    .prepare = prepare_field, .on_done = result_field_done },
	[KIND_MODULE] = { .name = "module", .path = "/modules", .place = PLACE_PARENT,
	    .marker = MARKER_DESCRIPTION, .paging = QTEST_WHOLE, .prepare = prepare_row,
	    .containers = "/modules?expand=descendants" },
	[KIND_CASE] = { .name = "case", .artifact = "test-cases", .path = "/test-cases",
	    .whole = "?expand=teststep&showParamIdentifier=true", .marker = MARKER_FIELD,
	    .paging = QTEST_SIZE, .prepare = prepare_row, .on_done = result_case_done,
	    .listing = kinds_cases },
	[KIND_APPROVE] = { .name = "approve", .path = "/test-cases", .place = PLACE_APPROVE,
	    .paging = QTEST_WHOLE, .prepare = prepare_approve, .on_done = result_approve_done },
	[KIND_RELEASE] = { .name = "release", .artifact = "releases", .path = "/releases",
	    .as_parent = "release", .marker = MARKER_FIELD, .paging = QTEST_WHOLE,
	    .list_query = "?includeClosed=true", .prepare = prepare_row,
	    .containers = "/releases?includeClosed=true" },
	[KIND_CYCLE] = { .name = "cycle", .path = "/test-cycles",
	    .as_parent = "test-cycle", .place = PLACE_TYPED,
	    .marker = MARKER_DESCRIPTION, .paging = QTEST_PAGESIZE, .prepare = prepare_row,
	    .containers = "/test-cycles?parentId=0&parentType=root&expand=descendants" },
	[KIND_SUITE] = { .name = "suite", .artifact = "test-suites", .path = "/test-suites",
	    .as_parent = "test-suite", .place = PLACE_TYPED, .marker = MARKER_FIELD,
	    .paging = QTEST_WHOLE, .prepare = prepare_row },
	[KIND_RUN] = { .name = "run", .artifact = "test-runs", .path = "/test-runs",
	    .place = PLACE_TYPED, .marker = MARKER_FIELD, .paging = QTEST_PAGESIZE,
	    .prepare = prepare_row },
	[KIND_LOG] = { .name = "log", .artifact = "test-runs", .path = "/test-runs",
	    .place = PLACE_RUN, .marker = MARKER_NOTE, .paging = QTEST_PAGESIZE,
	    .prepare = prepare_row, .on_done = result_log_done },
	[KIND_BLOB] = { .name = "blob", .place = PLACE_FILE, .paging = QTEST_WHOLE,
	    .prepare = prepare_row, .on_done = result_file_done, .listing = kinds_files },
	[KIND_LINK] = { .name = "link", .place = PLACE_LINK, .paging = QTEST_WHOLE,
	    .prepare = prepare_row, .listing = kinds_links, .find = qtest_link_find },
	[KIND_RELINK] = { .name = "relink", .paging = QTEST_WHOLE, .prepare = relink_prepare },
};
