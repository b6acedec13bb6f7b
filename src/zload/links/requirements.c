#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/api/qtest_list.h"
#include "links/requirements.h"

struct requirement {
	char		*issue;
	int64_t		 id;
};

struct requirements {
	struct requirement *v;		/* sorted by issue once they are read */
	size_t		 n, room;
};

/* Return the key of the Jira issue of a requirement, NULL if it has none: the last part of the
   link, as KEY-1, else the id. */
static const char *
requirements_issue(const struct json *item)
{
	const char *link = json_str(item, "external_properties.link");
	const char *slash = link != NULL ? strrchr(link, '/') : NULL;

	return slash != NULL && strchr(slash, '-') != NULL ? slash + 1 :
	    json_str(item, "external_properties.id");
}

static int
on_requirement(void *arg, const struct json *item, struct err *e)
{
	struct requirements *r = arg;
	const char *issue = requirements_issue(item);

	(void)e;
	if (issue == NULL)
		return 0;
	if (r->n == r->room) {
		r->room = r->room == 0 ? 64 : r->room * 2;
		r->v = mem_grow(r->v, r->room, sizeof(*r->v));
	}
	r->v[r->n++] = (struct requirement){ mem_dup(issue), json_int(item, "id", 0) };
	return 0;
}

/* Compare two requirements by issue and id, for qsort(). */
static int
requirements_cmp(const void *left, const void *right)
{
	const struct requirement *a = left, *b = right;
	int c = strcmp(a->issue, b->issue);

	return c != 0 ? c : (a->id > b->id) - (a->id < b->id);
}

int
requirements_read(struct qtest *qt, struct requirements **out, struct err *e)
{
	struct requirements *r = *out = mem_zalloc(sizeof(*r));
	int rc = qtest_list(qt, "/requirements?includeExternalProperties=true", QTEST_SIZE,
	    on_requirement, r, e);

	if (rc == 0 && r->n > 0)
		qsort(r->v, r->n, sizeof(*r->v), requirements_cmp);
	return rc;
}

int64_t
requirements_find(const struct requirements *r, const char *issue)
{
	size_t low = 0, high = r != NULL ? r->n : 0, mid;

	while (low < high) {		/* the first that is not less */
		mid = (low + high) / 2;
		if (strcmp(r->v[mid].issue, issue) < 0)
			low = mid + 1;
		else
			high = mid;
	}
	return r != NULL && low < r->n && strcmp(r->v[low].issue, issue) == 0 ? r->v[low].id : 0;
}

void
requirements_close(struct requirements *r)
{
	while (r != NULL && r->n > 0)
		free(r->v[--r->n].issue);
	if (r != NULL)
		free(r->v);
	free(r);
}
