#include <string.h>

#include "base/mem.h"
#include "work/kind.h"

/* The table that kind_use() was given. */
static const struct kind *kinds;

void
kind_use(const struct kind table[KIND_COUNT])
{
	kinds = table;
}

const struct kind *
kind_of(enum effect_kind kind)
{
	return kind != KIND_UNKNOWN ? &kinds[kind] : NULL;
}

char *
kind_create(const struct kind *k, const struct effect *f, int64_t parent, const char *parent_kind)
{
	const struct kind *pk = kind_of(effect_kind_parse(parent_kind));
	const char *type = pk != NULL && pk->as_parent != NULL ? pk->as_parent : "root";

	switch (k->place) {
	case PLACE_FIELD:
		return mem_fmt("/settings/%.*s/fields", (int)strcspn(f->ekey, "/"), f->ekey);
	case PLACE_PARENT:
		if (parent == 0)
			break;
		return mem_fmt("%s?parentId=%lld", k->path, (long long)parent);
	case PLACE_TYPED:
		return mem_fmt("%s?parentId=%lld&parentType=%s", k->path, (long long)parent, type);
	case PLACE_RUN:
		return mem_fmt("%s/%lld/test-logs", k->path, (long long)parent);
	case PLACE_APPROVE:
		return mem_fmt("%s/%lld/approve", k->path, (long long)parent);
	case PLACE_FREE:
	case PLACE_FILE:
	case PLACE_LINK:
		break;
	}
	return mem_dup(k->path);
}

char *
kind_object(const struct kind *k, int64_t parent, int64_t id)
{
	if (k->place == PLACE_RUN)
		return mem_fmt("%s/%lld/test-logs/%lld", k->path, (long long)parent, (long long)id);
	return mem_fmt("%s/%lld", k->path, (long long)id);
}

char *
kind_whole(const struct kind *k, const char *path)
{
	return mem_fmt("%s%s", path, k->whole != NULL ? k->whole : "");
}

char *
kind_listing(const struct kind *k, const char *path, const struct json *sent, int steps)
{
	if (k->listing != NULL)
		return k->listing(path, sent, steps);
	return mem_fmt("%s%s", path, k->list_query != NULL ? k->list_query : "");
}
