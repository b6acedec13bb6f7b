#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "load.h"

/* The ids of steps, out of a list of them as qTest shows it. */

struct row {
	int64_t		 id, order;
	int		 at;
	struct json	 doc;
};

static int
row_cmp(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return x->at - y->at;
}

/* The steps of one list in their order.  below: 0 for those of the case
   itself, else those of the call with this id; inner: or of no call. */
static int
rows_of(const struct json *list, int64_t below, int inner, struct row **out)
{
	int i, n = json_len(list, ""), k = 0;
	struct json one;
	int64_t by;

	*out = mem_get(((size_t)n + 1) * sizeof(**out));
	for (i = 0; i < n; i++) {
		one = json_at(list, i);
		by = json_int(&one, "parent_test_step_id", 0);
		if (by != below && !(inner && by == 0)) {
			json_free(&one);
			continue;
		}
		(*out)[k].id = json_int(&one, "id", 0);
		(*out)[k].order = json_int(&one, "order", 0);
		(*out)[k].at = i;
		(*out)[k++].doc = one;
	}
	qsort(*out, (size_t)k, sizeof(**out), row_cmp);
	return k;
}

static void
rows_free(struct row *r, int n)
{
	while (n > 0)
		json_free(&r[--n].doc);
	free(r);
}

static struct json
ids_of(const struct row *r, int n)
{
	struct json ids = json_array();
	int i;

	for (i = 0; i < n; i++)
		json_push(&ids, json_number((double)r[i].id));
	return ids;
}

/* Steps of the called case: inside the call, or beside it. */
static struct json
call_ids(const struct json *list, const struct row *call)
{
	struct json inner = json_get(&call->doc, "called_test_case.test_steps"), ids;
	struct row *r;
	int n;

	if (json_len(&inner, "") > 0)
		n = rows_of(&inner, call->id, 1, &r);
	else
		n = rows_of(list, call->id, 0, &r);
	ids = ids_of(r, n);
	rows_free(r, n);
	json_free(&inner);
	return ids;
}

char *
steps_detail(const struct json *list, int expanded)
{
	struct json doc = json_object(), calls = json_object(), ids;
	struct buf b = { 0 };
	struct row *r;
	char name[24];
	int i, n, called = 0;

	n = rows_of(list, 0, 0, &r);
	for (i = 0; i < n; i++) {
		if (json_int(&r[i].doc, "called_test_case_id", 0) == 0)
			continue;
		called++;
		ids = call_ids(list, &r[i]);
		snprintf(name, sizeof(name), "%d", i + 1);
		json_set(&calls, name, ids);
	}
	json_set(&doc, "steps", ids_of(r, n));
	if (expanded || called == 0)
		json_set(&doc, "calls", json_copy(&calls));
	rows_free(r, n);
	json_dump(&doc, &b);
	json_free(&calls);
	json_free(&doc);
	return buf_take(&b, NULL);
}
