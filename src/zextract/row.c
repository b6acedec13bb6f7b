#include <stdlib.h>
#include <string.h>

#include "io/hash.h"

#include "row.h"

#define ROW_ID_MAX	((int64_t)1 << 53)

static int
has_parts(const struct json *v)
{
	enum json_type t = json_type(v, "");

	return t == JSON_OBJ || t == JSON_ARR;
}

static struct json
bare_array(const struct json *v)
{
	struct json out, m;
	int i, n = json_len(v, "");

	m = json_at(v, 0);
	if (!has_parts(&m)) {
		json_free(&m);
		return json_copy(v);
	}
	json_free(&m);
	out = json_array();
	for (i = 0; i < n; i++) {
		m = json_at(v, i);
		json_push(&out, row_bare(&m));
		json_free(&m);
	}
	return out;
}

struct json
row_bare(const struct json *v)
{
	struct json out, m;
	struct json_iter it;
	const char *name;

	if (json_type(v, "") == JSON_ARR)
		return bare_array(v);
	out = json_copy(v);
	if (json_type(v, "") != JSON_OBJ)
		return out;
	json_del(&out, "self");
	for (json_iter(&it, v); json_next(&it, v, &name, &m); json_free(&m))
		if (has_parts(&m) && strcmp(name, "customFields") != 0)
			json_set(&out, name, row_bare(&m));
	return out;
}

struct json
row_texts(const struct json *v)
{
	struct json out;

	if (json_type(v, "") != JSON_OBJ)
		return json_object();
	out = json_copy(v);
	if (json_type(v, "self") != JSON_NONE)
		json_del(&out, "self");
	return out;
}

static void
ensure(struct json *j, const char *name, enum json_type type)
{
	if (json_type(j, name) != type)
		json_set(j, name, type == JSON_ARR ? json_array() :
		    json_object());
}

void
row_open(struct row *r, const struct json *raw, const char *const *links)
{
	struct json l;

	*r = (struct row){ .j = row_bare(raw) };
	if (links == NULL)
		return;
	ensure(&r->j, "customFields", JSON_OBJ);
	ensure(&r->j, "links", JSON_OBJ);
	l = json_member(&r->j, "links");
	for (; *links != NULL; links++)
		ensure(&l, *links, JSON_ARR);
	json_set(&r->j, "links", l);
}

void
row_dump(struct row *r, const char *extra)
{
	size_t len;

	json_dump(&r->j, &r->text);
	len = r->text.len;
	buf_putc(&r->text, '\n');
	buf_puts(&r->text, extra);
	hash_text(r->text.s, r->text.len, r->row_hash);
	buf_cut(&r->text, len);
}

void
row_put(struct row *r, const char *name, const char *val, size_t len)
{
	struct buf b = r->spare;

	buf_reset(&b);
	json_splice(&b, r->text.s, r->text.len, name, val, len);
	r->spare = r->text;
	r->text = b;
}

void
row_seal(struct row *r)
{
	hash_text(r->text.s, r->text.len, r->head_hash);
}

void
row_free(struct row *r)
{
	json_free(&r->j);
	buf_free(&r->text);
	buf_free(&r->spare);
	*r = (struct row){ 0 };
}

int64_t
row_ref(const struct json *row, const char *member)
{
	struct json ref = json_member(row, member);
	int64_t id = json_int(&ref, "id", 0);
	const char *self = json_str(&ref, "self");

	if (id == 0 && self != NULL && (self = strrchr(self, '/')) != NULL)
		id = strtoll(self + 1, NULL, 10);
	json_free(&ref);
	/* as json_int() has it: what no number in a text can hold is no id */
	return id >= -ROW_ID_MAX && id <= ROW_ID_MAX ? id : 0;
}

int
row_need(const struct json *row, const char *list, const char *member,
    enum json_type type, struct err *e)
{
	if (json_type(row, member) == type)
		return 0;
	return err_set(e, ZX_PROTO, "Zephyr sent a row of %s whose \"%s\" is "
	    "missing or of another type (id %lld, key %s)", list, member,
	    (long long)json_int(row, "id", 0),
	    json_str(row, "key") ? json_str(row, "key") : "none");
}
