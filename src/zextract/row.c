#include <stdlib.h>
#include <string.h>

#include "io/hash.h"

#include "row.h"

#define ROW_ID_MAX	((int64_t)1 << 53)

void
row_bare(const struct json *v, struct buf *out)
{
	json_dump_but(v, "self", "customFields", out);
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

	*r = (struct row){ .j = json_copy(raw) };
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

	row_bare(&r->j, &r->text);
	len = r->text.len;
	buf_putc(&r->text, '\n');
	buf_puts(&r->text, extra);
	hash_text(r->text.s, r->text.len, r->row_hash);
	buf_cut(&r->text, len);
}

void
row_put(struct row *r, const char *name, const char *val, size_t len)
{
	json_part(&r->parts, name, val, len);
}

void
row_seal(struct row *r)
{
	struct buf b = { 0 };

	json_splice_parts(&b, r->text.s, r->text.len, &r->parts);
	buf_free(&r->text);
	r->text = b;
	hash_text(r->text.s, r->text.len, r->head_hash);
}

void
row_free(struct row *r)
{
	json_free(&r->j);
	buf_free(&r->text);
	json_parts_free(&r->parts);
	*r = (struct row){ 0 };
}

int64_t
row_ref(const struct json *row, const char *member)
{
	struct json ref = json_member(row, member);
	int64_t id = json_int(&ref, "id", 0);
	const char *self = id == 0 ? json_str(&ref, "self") : NULL;

	if (self != NULL && (self = strrchr(self, '/')) != NULL)
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
