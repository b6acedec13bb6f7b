#ifndef IO_JSON_H
#define IO_JSON_H

#include <stddef.h>
#include <stdint.h>

#include <jv.h>

#include "base/buf.h"
#include "base/err.h"

/*
 * JSON values over libjq 1.6.  Nobody outside lib/io/json*.c and jqprog.c
 * calls jv_*.  A struct json owns one reference; zeroed is "no value" (which
 * json_free accepts).  Strings handed out are borrowed from the value they
 * were asked of and live as long as it does.
 *
 * Paths: "a.b.c" walks members (no member name with a dot can be reached so:
 * use json_member), "" is the value itself.  A missing step gives the default.
 */
struct json {
	jv	 v;
	int	 set;		/* 0: no value */
	int	 folded;	/* values in it that json_parse_answer folded */
};

enum json_type { JSON_NONE, JSON_NULL, JSON_BOOL, JSON_NUM, JSON_STR,
	JSON_ARR, JSON_OBJ };

/*
 * Parse one text.  What libjq 1.6 would refuse or spoil is mended: unpaired
 * surrogate escapes, \u0000 and bytes that are no UTF-8 become U+FFFD; a
 * number whose text a double does not give back ("1.10", 20 digits) becomes a
 * string of that text.  *mended counts these when not NULL.  Parsing what
 * json_dump wrote mends nothing.  More than 200 levels, trailing bytes or
 * invalid JSON: -1, ZX_DATA, with the line and the offset in the text given.
 */
int	 json_parse(struct json *, const char *, size_t len, int *mended,
	    struct err *);
/*
 * Parse what another system answered.  It may be nested to any depth: a value
 * that stands more than 150 levels deep becomes a string, JSON_FOLDED followed
 * by its JSON.  j->folded counts these; references to parts of *j have 0 there.
 * So whatever is made of an answer stays far below the levels of json_parse.
 */
#define JSON_FOLDED	"JSON of a value nested too deep: "
int	 json_parse_answer(struct json *, const char *, size_t len,
	    int *mended, struct err *);
/* Replace a string that json_parse_answer made by the value it stands for,
   which is folded in its turn; leave any other value as it is. */
void	 json_unfold(struct json *);
/* Write where the first such string stands ("customFields.Notes", two names at
   most) in a value with folded > 0; 0 when there is none. */
int	 json_folded_at(const struct json *, struct buf *);
/*
 * Parse as json_parse_answer does an object with a long array in that member: the array is empty
 * in *j, and the texts of its items are in *items, borrowed, each for
 * json_parse_item in its turn.  Where that cannot be, apart is 0 and *j has it all.  Nothing to
 * be freed after a -1.
 */
struct json_span {
	const char	*s;
	size_t		 len;
};
struct json_items {
	struct json_span *v;
	size_t		 n, room;
	int		 apart;
};
int	 json_parse_split(struct json *, struct json_items *, const char *,
	    size_t len, const char *member, int *mended, struct err *);
int	 json_parse_item(struct json *, const struct json_span *, int *mended,
	    struct err *);
/* Is it one object or array, from its beginning to its end?  By its brackets
   and strings alone: what stands between them is not looked at. */
int	 json_whole(const char *, size_t len);
void	 json_items_free(struct json_items *);
void	 json_free(struct json *);
struct json json_copy(const struct json *);	/* another reference */

/* Reading.  Types that do not fit give the default. */
enum json_type json_type(const struct json *, const char *path);
const char *json_str(const struct json *, const char *path);	/* or NULL */
const char *json_strn(const struct json *, const char *path, size_t *len);
/* An integer beyond 2^53 does not fit: its digits may not be what was meant. */
int64_t	 json_int(const struct json *, const char *path, int64_t dflt);
double	 json_num(const struct json *, const char *path, double dflt);
int	 json_bool(const struct json *, const char *path, int dflt);
int	 json_len(const struct json *, const char *path); /* 0 unless arr, obj */
/* A new reference, to be freed; zeroed when missing. */
struct json json_get(const struct json *, const char *path);
struct json json_member(const struct json *, const char *name);
struct json json_at(const struct json *, int i);

/* Members of an object in sorted order: for (it = 0; json_next(...); ) */
struct json_iter { jv keys; int i, n; };
void	 json_iter(struct json_iter *, const struct json *);
/* 1 and *name (borrowed until the next call) and *val (free it), or 0 done */
int	 json_next(struct json_iter *, const struct json *, const char **name,
	    struct json *val);
void	 json_iter_free(struct json_iter *);	/* only when left early */

/* Building.  The value given is taken (do not free it). */
struct json json_object(void);
struct json json_array(void);
struct json json_null(void);
struct json json_bool_new(int);
struct json json_number(double);
struct json json_string(const char *);		/* NULL gives null; UTF-8 mended */
struct json json_stringn(const char *, size_t);
void	 json_set(struct json *obj, const char *name, struct json val);
void	 json_set_str(struct json *obj, const char *name, const char *);
void	 json_set_int(struct json *obj, const char *name, int64_t);
void	 json_del(struct json *obj, const char *name);
void	 json_push(struct json *arr, struct json val);
int	 json_equal(const struct json *, const struct json *);

/* The canonical text: compact, members sorted at every level, UTF-8. */
void	 json_dump(const struct json *, struct buf *);
/* The same without the members named omit at any level; what stands under a
   member named but is kept whole. */
void	 json_dump_without(const struct json *, const char *omit, const char *but,
	    struct buf *);

/*
 * Canonical texts without parsing them: put member name with the canonical
 * text val into the object text obj (sorted place, replaced if there), append
 * the result to out.  obj must be canonical, as json_dump wrote it.
 */
void	 json_splice(struct buf *out, const char *obj, size_t objlen,
	    const char *name, const char *val, size_t vallen);
/* Members put in at one go: gathered (name is borrowed, val copied, the last
   of a name counts), then spliced, which leaves none. */
enum { JSON_PARTS = 32 };
struct json_parts {
	struct json_part {
		const char	*name;
		size_t		 at, len;	/* in vals */
	}		 v[JSON_PARTS];
	int		 n;
	struct buf	 vals;
};
void	 json_part(struct json_parts *, const char *name, const char *val,
	    size_t len);
void	 json_splice_parts(struct buf *out, const char *obj, size_t objlen,
	    struct json_parts *);
void	 json_parts_free(struct json_parts *);
/* The value of a member of such an object text; NULL: there is none, or it is
   no object. */
const char *json_find(const char *obj, size_t objlen, const char *name,
	    size_t *len);
/* Its members, one after another: 1 with the quoted name and the value as they
   stand, or 0.  *at begins as obj. */
int	 json_walk_text(const char **at, const char *end,
	    struct json_span *name, struct json_span *val);
/* Behind the value that begins at p, in such a text; at most end.  Any other
   text it takes, too: it stops at a ',' or a closing bracket of any kind. */
const char *json_skip(const char *p, const char *end);

#endif
