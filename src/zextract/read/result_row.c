#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json.h"
#include "io/json/json_out.h"

#include "list/names.h"
#include "list/odd.h"
#include "list/row.h"
#include "read/result_row.h"
#include "read/text_fingerprint.h"

static int64_t
result_row_count(struct results *r, int64_t row)
{
	size_t i;

	/* the last row is the most likely one */
	for (i = r->ncounts; i > 0; i--)
		if (r->counts[i - 1].row == row)
			return ++r->counts[i - 1].n;
	r->counts = mem_grow(r->counts, r->ncounts + 1, sizeof(*r->counts));
	r->counts[r->ncounts++] = (struct result_count){ row, 1 };
	return 1;
}

void
results_count(struct results *r, const char *slots)
{
	char *end;

	while (*slots != '\0') {
		strtoll(slots, &end, 10);
		result_row_count(r, strtoll(end, &end, 10));
		slots = end + strcspn(end, "\n");
		slots += *slots == '\n';
	}
}

static const char *const members[] = { "actualResult", "description",
    "expectedResult", "testData", NULL };

/*
 * Move a member out of inline to its place beside it, where records have it.  Zephyr
 * sends status, testDataRowNumber and reflectRef inside inline (zephyr-api.md 3.10);
 * another server may send them beside it.
 */
static void
result_row_member_lift(struct json *step, struct json *in, const char *name)
{
	struct json v = json_member(in, name);

	json_del(in, name);
	if (json_type(&v, "") == JSON_NONE || json_type(&v, "") == JSON_NULL)
		json_free(&v);
	else
		json_set(step, name, v);
}

static int
result_row_is_own(const char *name)
{
	return strcmp(name, "id") == 0 || strcmp(name, "inline") == 0 ||
	    strcmp(name, "self") == 0 || strcmp(name, "status") == 0 ||
	    strcmp(name, "testDataRowNumber") == 0;
}

/* Move other members beside inline into it, unless it has a member of that name. */
static void
result_row_members_gather(struct json *in, const struct json *step)
{
	struct json_iter it;
	struct json v;
	const char *name;

	if (json_type(step, "") != JSON_OBJ)
		return;
	for (json_iter(&it, step); json_next(&it, step, &name, &v);
	    json_free(&v))
		if (!result_row_is_own(name) && !odd_is_empty(&v) &&
		    json_type(in, name) <= JSON_NULL)
			json_set(in, name, json_copy(&v));
}

/* Return the object inline of a result; any other value that was sent for it is kept
   in it. */
static struct json
result_row_inline_open(const struct json *step, int64_t n, struct odd *odd)
{
	struct json in = json_member(step, "inline"), was = { 0 };

	if (json_type(&in, "") == JSON_OBJ)
		return in;
	if (json_type(step, "") != JSON_OBJ)
		was = json_copy(step);
	else if (!odd_is_empty(&in))
		was = json_copy(&in);
	json_free(&in);
	in = json_object();
	if (!odd_is_empty(&was)) {
		odd_add(odd, &was, "an object with inline", "result %" PRId64, n);
		json_set(&in, "(as sent)", was);
	} else {
		json_free(&was);
	}
	return in;
}

/* Make each text of inline a string or null; any other value becomes its JSON text. */
static void
result_row_inline_texts(struct json *in, int64_t n, struct odd *odd)
{
	const char *const *m;
	enum json_type type;
	struct json v;

	for (m = members; *m != NULL; m++) {
		type = json_type(in, *m);
		if (type == JSON_STR || type == JSON_NULL)
			continue;
		v = json_member(in, *m);
		if (type == JSON_NONE) {
			json_set(in, *m, json_null());
		} else {
			odd_add(odd, &v, "a text", "result %" PRId64 ": %s", n, *m);
			json_set(in, *m, row_text_of(&v));
		}
		json_free(&v);
	}
}

/* Return the data row of a result, or -1; a value that is no number is kept in
   inline. */
static int64_t
data_row(const struct json *step, struct json *in, int64_t n, struct odd *odd)
{
	struct json v = json_member(step, "testDataRowNumber");
	int64_t row = json_int(&v, "", -1);
	const char *s = json_str(&v, "");

	if (s != NULL && *s != '\0' && strlen(s) < 16 &&
	    s[strspn(s, "0123456789")] == '\0')
		row = strtoll(s, NULL, 10);
	if (row < 0 && !odd_is_empty(&v)) {
		odd_add(odd, &v, "a number", "result %" PRId64 ": testDataRowNumber", n);
		json_set(in, "testDataRowNumber (as sent)", json_copy(&v));
	}
	json_free(&v);
	return row;
}

void
results_add(struct names *names, struct results *r, struct json *step,
    int64_t n)
{
	struct json in = result_row_inline_open(step, n, &r->odd);
	struct buf *out = r->out;
	int64_t row;

	if (json_type(step, "") != JSON_OBJ) {
		json_free(step);
		*step = json_object();
	}
	result_row_member_lift(step, &in, "status");
	result_row_member_lift(step, &in, "testDataRowNumber");
	if (json_type(&in, "reflectRef") == JSON_NULL)
		json_del(&in, "reflectRef");
	result_row_members_gather(&in, step);
	result_row_inline_texts(&in, n, &r->odd);
	row = data_row(step, &in, n, &r->odd);
	json_out_open(out, NULL, '{');
	json_out_int_if(out, "id", json_type(step, "id") == JSON_NUM, json_int(step, "id", 0));
	json_out_name(out, "inline");
	row_bare(&in, out);
	json_out_int(out, "n", n);
	json_out_name(out, "status");
	row_name(names, NAME_STATUS, step, "status", n, &r->odd, out);
	json_out_null(out, "step");
	buf_printf(r->slots, "%" PRId64 " %" PRId64 " %" PRId64 " %016" PRIx64 "\n",
	    n, row, result_row_count(r, row), text_fingerprint(json_str(&in,
	    "description"), json_str(&in, "expectedResult")));
	json_out_int_if(out, "testDataRowNumber", row >= 0, row);
	json_out_close(out, '}');
	json_free(&in);
}
