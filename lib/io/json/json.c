#include <math.h>
#include <string.h>

#include "base/exit.h"
#include "base/utf8.h"
#include "io/json/json_back.h"

/* A double holds every integer up to this one. */
#define INTEGER_MAX	((int64_t)1 << 53)

void
json_free(struct json *j)
{
	if (j->set)
		jv_free(j->v);
	memset(j, 0, sizeof(*j));
}

/* Return the reference v as a struct json, without a value if v is invalid. */
static struct json
json_own(jv v)
{
	struct json j = { 0 };

	if (jv_get_kind(v) == JV_KIND_INVALID)
		jv_free(v);
	else {
		j.v = v;
		j.set = 1;
	}
	return j;
}

struct json
json_copy(const struct json *j)
{
	struct json copy = j->set ? json_own(jv_copy(j->v)) : (struct json){ 0 };

	copy.folded = j->folded;
	return copy;
}

/*
 * A cache keeps the names seen last as strings of libjq: the same names recur in every
 * record, and libjq computes the hash of a string only once.
 */
jv
json_name(const char *name, size_t len)
{
	enum { NAMES = 64, NAME_LEN = 64 };
	static struct { jv v; size_t len; } held[NAMES];
	size_t i, at = len;
	jv v;

	for (i = 0; i < len; i++)
		at = at * 31 + (unsigned char)name[i];
	at %= NAMES;
	if (held[at].len == len && len > 0 &&
	    memcmp(jv_string_value(held[at].v), name, len) == 0)
		return jv_copy(held[at].v);
	v = jv_string_sized(name, (int)len);
	if (len > 0 && len <= NAME_LEN && (size_t)jv_string_length_bytes(jv_copy(v)) == len) {
		if (held[at].len > 0)
			jv_free(held[at].v);
		held[at].v = jv_copy(v);
		held[at].len = len;
	}
	return v;
}

/* Return a reference to the member with that name of v, which is taken over; invalid if
   there is none. */
static jv
json_step(jv v, const char *name, size_t len)
{
	if (jv_get_kind(v) != JV_KIND_OBJECT) {
		jv_free(v);
		return jv_invalid();
	}
	return jv_object_get(v, json_name(name, len));
}

/* Return a reference to the value at path, invalid if there is none. */
static jv
json_walk(const struct json *j, const char *path)
{
	size_t n;
	jv v;

	if (!j->set)
		return jv_invalid();
	for (v = jv_copy(j->v); *path != '\0'; path += n + (path[n] == '.')) {
		n = strcspn(path, ".");
		v = json_step(v, path, n);
	}
	return v;
}

enum json_type
json_type(const struct json *j, const char *path)
{
	static const enum json_type types[] = { [JV_KIND_INVALID] = JSON_NONE,
	    [JV_KIND_NULL] = JSON_NULL, [JV_KIND_FALSE] = JSON_BOOL, [JV_KIND_TRUE] = JSON_BOOL,
	    [JV_KIND_NUMBER] = JSON_NUM, [JV_KIND_STRING] = JSON_STR,
	    [JV_KIND_ARRAY] = JSON_ARR, [JV_KIND_OBJECT] = JSON_OBJ };
	jv v = json_walk(j, path);
	jv_kind kind = jv_get_kind(v);

	jv_free(v);
	return types[kind];
}

const char *
json_strn(const struct json *j, const char *path, size_t *len)
{
	jv v = json_walk(j, path);
	const char *s = NULL;

	if (jv_get_kind(v) == JV_KIND_STRING) {
		s = jv_string_value(v);		/* j has a reference, too */
		*len = (size_t)jv_string_length_bytes(jv_copy(v));
	}
	jv_free(v);
	return s;
}

const char *
json_str(const struct json *j, const char *path)
{
	size_t len;

	return json_strn(j, path, &len);
}

double
json_num(const struct json *j, const char *path, double dflt)
{
	jv v = json_walk(j, path);

	if (jv_get_kind(v) == JV_KIND_NUMBER)
		dflt = jv_number_value(v);
	jv_free(v);
	return dflt;
}

int64_t
json_int(const struct json *j, const char *path, int64_t dflt)
{
	double d = json_num(j, path, NAN);

	return d == trunc(d) && fabs(d) <= (double)INTEGER_MAX ? (int64_t)d : dflt;
}

int
json_bool(const struct json *j, const char *path, int dflt)
{
	jv v = json_walk(j, path);
	jv_kind kind = jv_get_kind(v);

	jv_free(v);
	return kind == JV_KIND_TRUE ? 1 : kind == JV_KIND_FALSE ? 0 : dflt;
}

int
json_len(const struct json *j, const char *path)
{
	jv v = json_walk(j, path);

	switch (jv_get_kind(v)) {
	case JV_KIND_ARRAY:
		return jv_array_length(v);
	case JV_KIND_OBJECT:
		return jv_object_length(v);
	default:
		jv_free(v);
		return 0;
	}
}

struct json
json_get(const struct json *j, const char *path)
{
	return json_own(json_walk(j, path));
}

struct json
json_member(const struct json *j, const char *name)
{
	return j->set ? json_own(json_step(jv_copy(j->v), name, strlen(name)))
	    : (struct json){ 0 };
}

struct json
json_at(const struct json *j, int i)
{
	if (!j->set || jv_get_kind(j->v) != JV_KIND_ARRAY || i < 0)
		return (struct json){ 0 };
	return json_own(jv_array_get(jv_copy(j->v), i));
}

int
json_each(const struct json *j, int *i, struct json *one)
{
	json_free(one);
	*one = json_at(j, (*i)++);
	return one->set;
}

void
json_iter(struct json_iter *it, const struct json *j)
{
	it->i = 0;
	it->keys = j->set && jv_get_kind(j->v) == JV_KIND_OBJECT ?
	    jv_keys(jv_copy(j->v)) : jv_array();
	it->n = jv_array_length(jv_copy(it->keys));
}

int
json_next(struct json_iter *it, const struct json *j, const char **name,
    struct json *val)
{
	jv k;

	if (it->i >= it->n) {
		json_iter_free(it);
		return 0;
	}
	k = jv_array_get(jv_copy(it->keys), it->i++);
	*name = jv_string_value(k);		/* keys has a reference, too */
	*val = json_own(jv_object_get(jv_copy(j->v), k));
	return 1;
}

void
json_iter_free(struct json_iter *it)
{
	jv_free(it->keys);
	it->keys = jv_null();
	it->i = it->n = 0;
}

struct json
json_object(void)
{
	return json_own(jv_object());
}

struct json
json_array(void)
{
	return json_own(jv_array());
}

struct json
json_null(void)
{
	return json_own(jv_null());
}

struct json
json_bool_new(int yes)
{
	return json_own(jv_bool(yes));
}

struct json
json_number(double d)
{
	return json_own(jv_number(d));
}

struct json
json_string(const char *s)
{
	return s == NULL ? json_null() : json_own(jv_string(s));
}

struct json
json_stringn(const char *s, size_t len)
{
	struct buf b = { 0 };
	struct json j;

	if (memchr(s, '\0', len) == NULL)
		return json_own(jv_string_sized(s, (int)len));
	utf8_repair(&b, s, len);
	j = json_own(jv_string_sized(b.s, (int)b.len));
	buf_free(&b);
	return j;
}

void
json_set(struct json *obj, const char *name, struct json val)
{
	if (!obj->set || jv_get_kind(obj->v) != JV_KIND_OBJECT)
		die(ZX_BUG, "json_set: %s into a value that is not an object", name);
	obj->v = jv_object_set(obj->v, json_name(name, strlen(name)),
	    val.set ? val.v : jv_null());
}

void
json_set_str(struct json *obj, const char *name, const char *s)
{
	json_set(obj, name, json_string(s));
}

void
json_set_int(struct json *obj, const char *name, int64_t n)
{
	struct buf b = { 0 };

	if (n >= -INTEGER_MAX && n <= INTEGER_MAX) {
		json_set(obj, name, json_number((double)n));
		return;
	}
	buf_int(&b, n);			/* a string, as from json_parse */
	json_set_str(obj, name, b.s);
	buf_free(&b);
}

void
json_del(struct json *obj, const char *name)
{
	if (obj->set && jv_get_kind(obj->v) == JV_KIND_OBJECT)
		obj->v = jv_object_delete(obj->v,
		    json_name(name, strlen(name)));
}

void
json_push(struct json *arr, struct json val)
{
	if (!arr->set || jv_get_kind(arr->v) != JV_KIND_ARRAY)
		die(ZX_BUG, "json_push into a value that is not an array");
	arr->v = jv_array_append(arr->v, val.set ? val.v : jv_null());
}

int
json_equal(const struct json *a, const struct json *b)
{
	if (!a->set || !b->set)
		return a->set == b->set;
	return jv_equal(jv_copy(a->v), jv_copy(b->v));
}
