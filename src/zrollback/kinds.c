#include <string.h>

#include "base/mem.h"
#include "kinds.h"

static const struct rollback_kind kinds[OBJECT_KINDS] = {
	[KIND_FIELD] = { "field", "fields", "/settings", 8, NULL, MARKER_NONE },
	[KIND_MODULE] = { "module", "modules", "/modules", 7, NULL,
	    MARKER_DESCRIPTION },
	[KIND_CASE] = { "case", "cases", "/test-cases", 6, "test-cases",
	    MARKER_FIELD },
	[KIND_APPROVE] = { "approve", "cases", NULL, 0, NULL, MARKER_NONE },
	[KIND_RELEASE] = { "release", "releases", "/releases", 5, "releases",
	    MARKER_FIELD },
	[KIND_CYCLE] = { "cycle", "cycles", "/test-cycles", 4, NULL,
	    MARKER_DESCRIPTION },
	[KIND_SUITE] = { "suite", "cycles", "/test-suites", 3, "test-suites",
	    MARKER_FIELD },
	[KIND_RUN] = { "run", "runs", "/test-runs", 2, "test-runs",
	    MARKER_FIELD },
	[KIND_LOG] = { "log", "runs", NULL, 0, NULL,
	    MARKER_NOTE },
	[KIND_BLOB] = { "blob", NULL, NULL, RANK_PART, NULL, MARKER_NONE },
	[KIND_LINK] = { "link", NULL, NULL, RANK_PART, NULL, MARKER_NONE },
	[KIND_RELINK] = { "relink", NULL, NULL, 0, NULL, MARKER_NONE },
	[OBJECT_BUILD] = { "build", NULL, NULL, 0, NULL, MARKER_NONE },
	[OBJECT_REQUIREMENT] = { "requirement", NULL, NULL, 0, NULL, MARKER_NONE },
};

const struct rollback_kind *
rollback_kind(int kind)
{
	return &kinds[kind];
}

int
rollback_kind_find(const char *name)
{
	int i = OBJECT_KINDS;

	while (--i > 0 && (kinds[i].name == NULL || strcmp(kinds[i].name, name) != 0))
		continue;
	return i;
}

int
rollback_kind_covers(int parent)
{
	return parent == KIND_MODULE || parent == KIND_CYCLE || parent == KIND_RUN;
}

char *
rollback_kind_path(int kind, int64_t id, const char *ekey, int is_full)
{
	if (kind == KIND_FIELD)
		return mem_fmt("/settings/%.*s/fields/%lld", (int)strcspn(ekey, "/"), ekey,
		    (long long)id);
	return mem_fmt("%s/%lld%s", kinds[kind].path, (long long)id,
	    is_full && (kind == KIND_MODULE || kind == KIND_CYCLE) ? "?force=true" : "");
}
