#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "reconcile/value.h"

const char *
value_or_empty(const char *s)
{
	return s != NULL ? s : "";
}

const char *
value_text(const struct json *doc, const char *path)
{
	return value_or_empty(json_str(doc, path));
}

struct value_place {
	struct json	 v;
	int64_t		 order;
	int		 i;
};

static int
value_place_cmp(const void *a, const void *b)
{
	const struct value_place *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return (x->i > y->i) - (x->i < y->i);
}

int
value_list(const struct json *doc, const char *member, struct json **out)
{
	struct json list = json_member(doc, member);
	int i, n = json_len(&list, "");
	struct value_place *v = mem_zalloc(((size_t)n + 1) * sizeof(*v));

	*out = mem_zalloc(((size_t)n + 1) * sizeof(**out));
	for (i = 0; i < n; i++) {
		v[i].v = json_at(&list, i);
		v[i].order = json_int(&v[i].v, "order", i);
		v[i].i = i;
	}
	qsort(v, (size_t)n, sizeof(*v), value_place_cmp);
	for (i = 0; i < n; i++)
		(*out)[i] = v[i].v;
	free(v);
	json_free(&list);
	return n;
}

void
value_list_free(struct json *v, int n)
{
	while (n > 0)
		json_free(&v[--n]);
	free(v);
}

const char *
value_property(const struct json *doc, int64_t field, struct json *hold)
{
	struct json list = json_get(doc, "properties");
	int i, n = json_len(&list, "");

	memset(hold, 0, sizeof(*hold));
	for (i = 0; field != 0 && i < n; i++) {
		*hold = json_at(&list, i);
		if (json_int(hold, "field_id", 0) == field)
			break;
		json_free(hold);
	}
	json_free(&list);
	return hold->set ? json_str(hold, "field_value") : NULL;
}
