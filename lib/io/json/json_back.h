#pragma once

#include "io/json/json.h"

/* What the files json*.c share; no other file includes it. */

/* Return the member name of len bytes at s as a string of libjq, which is the same one
   for a name that comes again; the caller frees its reference. */
jv	 json_name(const char *s, size_t len);

/* json_scan.c: places in a text that is not parsed; none is behind end. */

/* Return the place behind the blanks at p. */
static inline const char *
json_blank_skip(const char *p, const char *end)
{
	while (p < end && (*p == ' ' || *p == '\n' || *p == '\r' || *p == '\t'))
		p++;
	return p;
}
/* Return the place behind the string whose opening quote is at p. */
const char *json_string_skip(const char *p, const char *end);
/* Compare the quoted name of len bytes at p with name, as strcmp does. */
int	 json_name_compare(const char *p, size_t len, const char *name);

/* A text while it is parsed.  The functions below set why and at when it is invalid, and
   the parser stops then. */
struct reader {
	const char	*p, *end;	/* the part that is not read yet */
	const char	*why, *at;	/* the error and its place; NULL: none */
	int		 count;		/* repairs, as json_parse counts them */
	int		 depth;		/* arrays and objects open now */
	int		 fold;		/* values at this depth are folded; -1: none */
	int		 folded;	/* values folded so far */
	struct buf	 text;		/* the string that was read last, if repaired */
};

/* Return the next byte that is no blank, and move to it; 0 at the end. */
static inline char
json_read_ahead(struct reader *r)
{
	r->p = json_blank_skip(r->p, r->end);
	return r->p < r->end ? *r->p : '\0';
}
/* Set why and at; returns an invalid value. */
jv	 read_fail(struct reader *r, const char *at, const char *why);
/* Fail because of the byte at r->p, with why unless it is a closing bracket or the end
   of the text, which have messages of their own. */
jv	 read_stray(struct reader *r, const char *why);
/* Read a value that is neither array nor object. */
jv	 read_scalar(struct reader *r);
/* Move over the word text and return v; fails if another word is there. */
jv	 read_word(struct reader *r, const char *text, jv v);
/* Read a string, from its opening quote to behind the closing one, into *s and *n, which
   are valid until the next call.  Returns 0 or -1. */
int	 read_string(struct reader *r, const char **s, size_t *n);
/* Read a member's name as read_string does, and the ':' behind it. */
int	 read_name(struct reader *r, const char **s, size_t *n);
/* Read a number; one that a double would change becomes a string of its text. */
jv	 read_number(struct reader *r);
/* Read a value of any depth as a string: JSON_FOLDED and its compact JSON. */
jv	 read_folded(struct reader *r);
