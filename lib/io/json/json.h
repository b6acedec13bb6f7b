#pragma once

#include <stddef.h>
#include <stdint.h>

#include <jv.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * JSON values, held by libjq 1.6.  Only json*.c and jqprog.c call jv_*.
 *
 * A struct json owns one reference to a value and is freed with json_free; a zeroed one
 * has no value.  Strings that a function returns are borrowed from the value given and
 * valid as long as it.
 *
 * A path "a.b.c" names a member of a member of a member, "" the value itself.  It cannot
 * name a member with a dot in its name; json_member can.
 */
struct json {
	jv	 v;
	int	 set;		/* 0: no value */
	int	 folded;	/* values in it that json_parse_answer folded */
};

enum json_type { JSON_NONE, JSON_NULL, JSON_BOOL, JSON_NUM, JSON_STR,
	JSON_ARR, JSON_OBJ };

/*
 * Parse len bytes at s into *j.  Values that libjq 1.6 would refuse or change are repaired:
 * unpaired surrogate escapes, \u0000 and invalid UTF-8 become U+FFFD, a number that
 * a double does not hold ("1.10", 20 digits) becomes a string of its text.  Sets
 * *repaired, unless it is NULL, to their number; it is 0 for a text of json_dump.
 * Returns 0, or -1 with e set (ZX_DATA, with line and offset) and no value in *j if the
 * text is no JSON, has more than 200 levels or further bytes behind the value.
 */
int	 json_parse(struct json *j, const char *s, size_t len, int *repaired,
	    struct err *e);
/*
 * Parse as json_parse does, with any number of levels, what a server answered.  A value
 * more than 150 levels deep is folded: it becomes a string of JSON_FOLDED and its JSON.
 * Whatever is made of the answer thus stays below the limit of json_parse.  j->folded
 * counts these values; it is 0 in references to parts of *j.
 */
#define JSON_FOLDED	"JSON of a value nested too deep: "
int	 json_parse_answer(struct json *j, const char *s, size_t len,
	    int *repaired, struct err *e);
/* Replace *j, if it is a folded value, by the value it stands for, in which deep values
   are folded again. */
void	 json_unfold(struct json *j);
/* Append the path of the first folded value in j, at most two names; returns 1, or 0 if
   there is none or j->folded is 0. */
int	 json_folded_at(const struct json *j, struct buf *path);

/* A part of a text, borrowed. */
struct json_span {
	const char	*s;
	size_t		 len;
};
/* The items of a long list. */
struct json_items {
	struct json_span *v;
	size_t		 n, room;
	int		 is_split;	/* 0: the list was parsed as a whole */
};
/*
 * Parse as json_parse_answer does an object whose member is a long array.  The array in
 * *j is empty then, and items has the texts of its elements, borrowed from s, for
 * json_parse_item.  Other texts are parsed as a whole, and is_split is 0.  The caller
 * frees *j and items, unless -1 is returned.
 */
int	 json_parse_split(struct json *j, struct json_items *items, const char *s,
	    size_t len, const char *member, int *repaired, struct err *e);
int	 json_parse_item(struct json *j, const struct json_span *text, int *repaired,
	    struct err *e);
void	 json_items_free(struct json_items *items);
/* Return 1 if the len bytes at s are one object or array from its first bracket to its
   last, whatever is in between. */
int	 json_is_complete(const char *s, size_t len);
/* Drop the reference; *j has no value afterwards. */
void	 json_free(struct json *j);
/* Return another reference to the value of j. */
struct json json_copy(const struct json *j);

/*
 * Read the value at path.  A value that is missing or of another type gives dflt, NULL,
 * JSON_NONE or 0.
 */
enum json_type json_type(const struct json *j, const char *path);
const char *json_str(const struct json *j, const char *path);
const char *json_strn(const struct json *j, const char *path, size_t *len);
/* Return an integer up to 2^53; others may have lost digits and give dflt. */
int64_t	 json_int(const struct json *j, const char *path, int64_t dflt);
double	 json_num(const struct json *j, const char *path, double dflt);
int	 json_bool(const struct json *j, const char *path, int dflt);
/* Return the number of elements of an array or members of an object. */
int	 json_len(const struct json *j, const char *path);
/* Return a reference, which the caller frees, to the value at path, the member with that
   name, the element i of an array; without a value if it is missing. */
struct json json_get(const struct json *j, const char *path);
struct json json_member(const struct json *j, const char *name);
struct json json_at(const struct json *j, int i);
/* Replace *one, without a value at first, by the next element of an array, from number *i on,
   which is 0 at first: 1; 0 behind the last, with no value in *one.  A caller whose loop ends
   earlier frees *one. */
int	 json_each(const struct json *j, int *i, struct json *one);

/* The members of an object, sorted by name. */
struct json_iter { jv keys; int i, n; };
/* Begin with the first member of j. */
void	 json_iter(struct json_iter *it, const struct json *j);
/* Set *name (valid until the next call) and *val (freed by the caller) to the next member
   and return 1; return 0 and free the iterator behind the last. */
int	 json_next(struct json_iter *it, const struct json *j, const char **name,
	    struct json *val);
/* Free the iterator of a loop that ended before the last member. */
void	 json_iter_free(struct json_iter *it);

/* Make a value.  NULL gives null; invalid UTF-8 and NUL in a string become U+FFFD. */
struct json json_object(void);
struct json json_array(void);
struct json json_null(void);
struct json json_bool_new(int yes);
struct json json_number(double d);
struct json json_string(const char *s);
struct json json_stringn(const char *s, size_t len);
/* Change obj or arr, which must be an object or array.  val is taken over: the caller does
   not free it.  References to the same value do not see the change. */
void	 json_set(struct json *obj, const char *name, struct json val);
void	 json_set_str(struct json *obj, const char *name, const char *s);
void	 json_set_int(struct json *obj, const char *name, int64_t n);
void	 json_del(struct json *obj, const char *name);
void	 json_push(struct json *arr, struct json val);
/* Return 1 if a and b are the same value, or both have none. */
int	 json_equal(const struct json *a, const struct json *b);

/* Append the canonical text: no blanks, members sorted at every level, UTF-8. */
void	 json_dump(const struct json *j, struct buf *b);
/* Append it without all members named omit, except those inside a member named but. */
void	 json_dump_without(const struct json *j, const char *omit, const char *but,
	    struct buf *b);

/*
 * The functions below work on canonical object texts, as json_dump writes them, without
 * parsing them.
 */

/* Append obj to out, with the member name set to the canonical text val. */
void	 json_splice(struct buf *out, const char *obj, size_t objlen,
	    const char *name, const char *val, size_t vallen);
/* Members to set together, sorted by name. */
enum { JSON_PARTS = 32 };
struct json_parts {
	struct json_part {
		const char	*name;
		size_t		 at, len;	/* of the value, in vals */
	}		 v[JSON_PARTS];
	int		 n;
	struct buf	 vals;
};
/* Add a member; name is borrowed, val copied.  It replaces one of the same name. */
void	 json_parts_add(struct json_parts *parts, const char *name, const char *val,
	    size_t len);
/* Append obj to out, with all members of parts set, and empty parts. */
void	 json_splice_parts(struct buf *out, const char *obj, size_t objlen,
	    struct json_parts *parts);
void	 json_parts_free(struct json_parts *parts);
/* Return the text of the member's value and set *len; NULL if there is no such member or
   obj is no object. */
const char *json_find(const char *obj, size_t objlen, const char *name,
	    size_t *len);
/* Set name (with its quotes) and val to the texts of the next member and return 1; 0 if
   there is none.  *at is the start of the object text at first; end is its end. */
int	 json_walk_text(const char **at, const char *end,
	    struct json_span *name, struct json_span *val);
/* Return the place behind the value at p, which is that of a ',', a closing bracket or
   end.  Any text is allowed. */
const char *json_skip(const char *p, const char *end);
