#include <string.h>

#include "base/mem.h"
#include "load.h"

/* The qTest side of each kind of effect (qtest-api.md 2). */
static const struct kind kinds[] = {
	{ "field", NULL, "/settings", NULL, PLACE_FIELD, MARKER_NONE, QTEST_WHOLE },
	{ "module", NULL, "/modules", NULL, PLACE_PARENT, MARKER_DESCRIPTION,
	    QTEST_WHOLE },
	{ "case", "test-cases", "/test-cases", NULL, PLACE_FREE, MARKER_FIELD,
	    QTEST_SIZE },
	{ "approve", NULL, "/test-cases", NULL, PLACE_APPROVE, MARKER_NONE,
	    QTEST_WHOLE },
	{ "release", "releases", "/releases", "release", PLACE_FREE, MARKER_FIELD,
	    QTEST_WHOLE },
	{ "cycle", NULL, "/test-cycles", "test-cycle", PLACE_TYPED,
	    MARKER_DESCRIPTION, QTEST_PAGESIZE },
	{ "suite", "test-suites", "/test-suites", "test-suite", PLACE_TYPED,
	    MARKER_FIELD, QTEST_WHOLE },
	{ "run", "test-runs", "/test-runs", NULL, PLACE_TYPED, MARKER_FIELD,
	    QTEST_PAGESIZE },
	{ "log", "test-runs", "/test-runs", NULL, PLACE_RUN, MARKER_NOTE,
	    QTEST_PAGESIZE },
};

const struct kind *
kind_find(const char *name)
{
	size_t i;

	for (i = 0; i < sizeof(kinds) / sizeof(kinds[0]); i++)
		if (strcmp(kinds[i].name, name) == 0)
			return &kinds[i];
	return NULL;
}

const struct kind *
kind_at(int i)
{
	return i < (int)(sizeof(kinds) / sizeof(kinds[0])) ? &kinds[i] : NULL;
}

/* field: the key is ARTIFACT/LABEL. */
static char *
kind_field_path(const struct effect *f)
{
	const char *slash = strchr(f->ekey, '/');
	int n = slash != NULL ? (int)(slash - f->ekey) : (int)strlen(f->ekey);

	return mem_fmt("/settings/%.*s/fields", n, f->ekey);
}

char *
kind_create(const struct kind *k, const struct effect *f, int64_t parent,
    const char *parent_kind)
{
	const struct kind *pk = parent_kind != NULL ? kind_find(parent_kind) : NULL;
	const char *type = pk != NULL && pk->as_parent != NULL ? pk->as_parent : "root";

	switch (k->place) {
	case PLACE_FIELD:
		return kind_field_path(f);
	case PLACE_PARENT:
		if (parent == 0)
			return mem_dup(k->path);
		return mem_fmt("%s?parentId=%lld", k->path, (long long)parent);
	case PLACE_TYPED:
		return mem_fmt("%s?parentId=%lld&parentType=%s", k->path,
		    (long long)parent, type);
	case PLACE_RUN:
		return mem_fmt("%s/%lld/test-logs", k->path, (long long)parent);
	case PLACE_APPROVE:
		return mem_fmt("%s/%lld/approve", k->path, (long long)parent);
	case PLACE_FREE:
		break;
	}
	return mem_dup(k->path);
}

char *
kind_object(const struct kind *k, int64_t parent, int64_t id)
{
	if (k->place == PLACE_RUN)
		return mem_fmt("%s/%lld/test-logs/%lld", k->path,
		    (long long)parent, (long long)id);
	return mem_fmt("%s/%lld", k->path, (long long)id);
}

char *
kind_listing(const struct kind *k, const char *path, const struct json *sent,
    int steps)
{
	if (strcmp(k->name, "case") == 0)
		return mem_fmt("%s?parentId=%lld&expandProps=true&showParamIdentifier=true"
		    "&expandSteps=%s",
		    k->path, (long long)json_int(sent, "parent_id", 0),
		    steps ? "true" : "false");
	if (strcmp(k->name, "release") == 0)
		return mem_fmt("%s?includeClosed=true", k->path);
	if (k->place == PLACE_FIELD)
		return mem_fmt("%s?includeInactive=true", path);
	return mem_dup(path);
}
