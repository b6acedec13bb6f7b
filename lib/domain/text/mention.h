#pragma once

#include <stddef.h>

/*
 * References to test objects of a Zephyr project in an HTML text: a key (DEMO-T12 case,
 * DEMO-R3 cycle, DEMO-P1 plan, DEMO-E5 execution) between word boundaries, the address of
 * such an object in Zephyr, and a link to such an address.  A key inside a link, an
 * attribute, preformatted text (a, code, pre, ...), another address, a file name or a marker
 * ("[zephyr DEMO-T12]") is not a reference.
 */
enum { MENTION_KEY = 64 };

enum mention_form {
	MENTION_TEXT,		/* a key or an address in the text */
	MENTION_HREF		/* the value of href of a link */
};

struct mention {
	char		 key[MENTION_KEY];
	enum mention_form form;
	size_t		 at, len;	/* its place in the text */
};

/* A search; the caller sets html, len and project, the others to zero. */
struct mention_scan {
	const char	*html, *project;
	size_t		 len, at, last;	/* last: behind the last key found */
};

/* Find the next reference.  1, 0 behind the last.  All calls together take time that grows
   as the length of the text does. */
int	 mention_next(struct mention_scan *, struct mention *);
/* True if a canonical JSON text may contain a key of the project of one of these types
   ("TRP") that own does not contain.  It is much faster than mention_next(). */
int	 mention_may_occur(const char *text, const char *project, const char *types,
	    const char *own);
/* True if own ("DEMO-T1|DEMO-R2|0") contains the key as a whole. */
int	 mention_is_own(const char *own, const char *key, size_t len);
