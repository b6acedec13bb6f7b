#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/quote.h"
#include "domain/store/store_child.h"
#include "io/hash.h"
#include "io/json/json.h"
#include "io/json/json_out.h"

#include "list/names.h"
#include "list/odd.h"
#include "list/row.h"
#include "source.h"

#define ROW_ID_MAX	((int64_t)1 << 53)

void
row_bare(const struct json *v, struct buf *out)
{
	json_dump_without(v, "self", "customFields", out);
}

/* Keep a value that is not allowed where it was sent, as "PATH (as sent)". */
static void
row_keep(struct row *r, const char *path, struct json *val,
    const char *wanted)
{
	char name[96];

	odd_add(&r->odd, val, wanted, "%s", path);
	snprintf(name, sizeof(name), "%.70s (as sent)", path);
	json_set(&r->j, name, json_copy(val));
}

/* Make member name of j one of this type: an empty value becomes an empty one, any
   other value is kept elsewhere. */
static void
row_ensure(struct row *r, struct json *j, const char *name, const char *path,
    enum json_type type)
{
	struct json v;

	if (json_type(j, name) == type)
		return;
	v = json_member(j, name);
	if (!odd_is_empty(&v))
		row_keep(r, path, &v, type == JSON_ARR ? "a list" :
		    "an object");
	json_free(&v);
	json_set(j, name, type == JSON_ARR ? json_array() : json_object());
}

/* Leave only objects in a list of links; keep any other value elsewhere. */
static void
row_links_sift(struct row *r, struct json *links, const char *name,
    const char *path)
{
	struct json list = json_member(links, name), good = { 0 }, v;
	int i, odd = 0;

	for (i = 0; i < json_len(&list, ""); i++) {
		v = json_at(&list, i);
		odd += json_type(&v, "") != JSON_OBJ;
		json_free(&v);
	}
	if (odd > 0) {
		good = json_array();
		for (i = 0; i < json_len(&list, ""); i++) {
			v = json_at(&list, i);
			if (json_type(&v, "") == JSON_OBJ)
				json_push(&good, v);
			else
				json_free(&v);
		}
		row_keep(r, path, &list, "a list of objects");
		json_set(links, name, good);
	}
	json_free(&list);
}

void
row_open(struct row *r, const struct json *raw, const char *const *links)
{
	struct json l;
	char path[64];

	*r = (struct row){ .j = json_copy(raw) };
	odd_folded(&r->odd, raw);
	if (links == NULL)
		return;
	row_ensure(r, &r->j, "customFields", "customFields", JSON_OBJ);
	row_ensure(r, &r->j, "links", "links", JSON_OBJ);
	l = json_member(&r->j, "links");
	for (; *links != NULL; links++) {
		snprintf(path, sizeof(path), "links.%s", *links);
		row_ensure(r, &l, *links, path, JSON_ARR);
		row_links_sift(r, &l, *links, path);
	}
	json_set(&r->j, "links", l);
}

struct json
row_text_of(const struct json *v)
{
	struct buf b = { 0 };
	struct json s;

	if (json_type(v, "") == JSON_STR)
		return json_copy(v);
	json_dump(v, &b);
	s = json_stringn(buf_str(&b), b.len);
	buf_free(&b);
	return s;
}

void
row_labels(struct row *r)
{
	struct json v = json_member(&r->j, "labels"), list = json_array();

	if (json_type(&v, "") == JSON_ARR) {
		json_free(&list);
		json_free(&v);
		return;
	}
	if (!odd_is_empty(&v)) {
		odd_add(&r->odd, &v, "a list", "labels");
		json_push(&list, row_text_of(&v));
	}
	json_free(&v);
	json_set(&r->j, "labels", list);
}

void
row_texts(struct row *r, const char *const *names)
{
	enum json_type type;
	struct json v;

	for (; *names != NULL; names++) {
		type = json_type(&r->j, *names);
		if (type == JSON_STR || type == JSON_NULL || type == JSON_NONE)
			continue;
		v = json_member(&r->j, *names);
		odd_add(&r->odd, &v, "a text", "%s", *names);
		json_set(&r->j, *names, row_text_of(&v));
		json_free(&v);
	}
}

void
row_away(struct row *r, const char *member)
{
	struct json v = json_member(&r->j, member);

	if (!odd_is_empty(&v) && row_ref(&r->j, member) == 0)
		row_keep(r, member, &v, "a reference with an id");
	json_free(&v);
}

void
row_name(struct names *names, enum name_kind kind,
    const struct json *raw, const char *member, int64_t n, struct odd *odd,
    struct buf *out)
{
	struct json v = json_member(raw, member), text;
	int64_t id = row_ref(raw, member);
	const char *s;

	if (id != 0 || odd_is_empty(&v)) {
		names_put(names, kind, id, out);
	} else {
		if (n > 0)
			odd_add(odd, &v, "a reference with an id", "result %" PRId64 ": %s", n,
			    member);
		else
			odd_add(odd, &v, "a reference with an id", "%s", member);
		text = row_text_of(&v);
		s = json_str(&v, "name") ? json_str(&v, "name") :
		    json_str(&text, "");
		json_out_open(out, NULL, '{');
		json_out_null(out, "id");
		json_out_str(out, "name", s);
		json_out_close(out, '}');
		json_free(&text);
	}
	json_free(&v);
}

int
row_store_rest(struct row *r, struct source *src, enum stream stream, const char *key,
    int news, struct err *e)
{
	if (news == -1 || odd_report(&r->odd, &src->finding, stream, key, "row-shape",
	    e) == -1)
		return -1;
	return stream == STREAM_FOLDERS ? 0 : store_children(&src->st, stream, key, &r->j,
	    r->text.s, r->text.len, (enum store_news)news, e);
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
row_put(struct row *r, const char *name, const char *val)
{
	json_parts_add(&r->parts, name, val, strlen(val));
}

void
row_put_name(struct row *r, struct names *names, enum name_kind kind,
    const struct json *raw, const char *member)
{
	struct buf b = { 0 };

	row_name(names, kind, raw, member, 0, &r->odd, &b);
	json_parts_add(&r->parts, member, b.s, b.len);
	buf_free(&b);
}

void
row_seal(struct row *r, const struct json *raw, struct store_row *s)
{
	struct buf b = { 0 };

	json_splice_parts(&b, r->text.s, r->text.len, &r->parts);
	buf_free(&r->text);
	r->text = b;
	*s = (struct store_row){ .key = json_str(raw, "key"), .name = json_str(&r->j, "name"),
	    .id = json_int(raw, "id", 0), .folder_id = row_ref(raw, "folder"),
	    .head = r->text.s, .len = r->text.len };
	if (s->name == NULL)
		s->name = "";
	hash_text(s->head, s->len, s->head_hash);
	memcpy(s->row_hash, r->row_hash, sizeof(s->row_hash));
}

void
row_free(struct row *r)
{
	json_free(&r->j);
	buf_free(&r->text);
	json_parts_free(&r->parts);
	odd_free(&r->odd);
	*r = (struct row){ 0 };
}

/* Return the number, or the digits, in a member, else 0. */
static int64_t
row_number_of(const struct json *v, const char *member)
{
	const char *s = json_str(v, member);

	if (s == NULL || *s == '\0' || s[strspn(s, "0123456789")] != '\0')
		return json_int(v, member, 0);
	return strtoll(s, NULL, 10);
}

int64_t
row_ref(const struct json *row, const char *member)
{
	struct json ref = json_member(row, member);
	const char *self = NULL;
	int64_t id;

	id = row_number_of(&ref, json_type(&ref, "") == JSON_OBJ ? "id" : "");
	if (id == 0)
		self = json_str(&ref, "self");
	if (self != NULL && (self = strrchr(self, '/')) != NULL)
		id = strtoll(self + 1, NULL, 10);
	json_free(&ref);
	/* as json_int() does: a number above 2^53 is no id */
	return id >= -ROW_ID_MAX && id <= ROW_ID_MAX ? id : 0;
}

/*
 * Executions refer to their case by its key in .../testcases/{KEY}/versions/{n}; the
 * id beside it is that of one version's row (zephyr-api.md 3.6).
 */
char *
row_case_key(const char *self, int64_t *version)
{
	static const char mark[] = "/testcases/", versions[] = "/versions/";
	const char *s = self ? strstr(self, mark) : NULL;
	struct buf b = { 0 };

	*version = 0;
	if (s == NULL)
		return mem_dup("");
	for (s += sizeof(mark) - 1; *s && *s != '/' && *s != '?';)
		s = buf_unpercent(&b, s);
	if (strncmp(s, versions, sizeof(versions) - 1) == 0)
		*version = strtoll(s + sizeof(versions) - 1, NULL, 10);
	return b.len ? buf_take(&b, NULL) : mem_dup("");
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
