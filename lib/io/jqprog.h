#ifndef IO_JQPROG_H
#define IO_JQPROG_H

#include "io/json/json.h"

/*
 * One compiled jq program.  Parameters are $names, never pasted text.
 *	jqprog_feed(p, &in);
 *	while ((rc = jqprog_next(p, &out, &e)) == 1) { ...; json_free(&out); }
 */
struct jqprog;

/* name is for messages; args is an object whose members become $names. */
int	 jqprog_open(struct jqprog **, const char *name, const char *text,
	    const struct json *args, struct err *);	/* ZX_CONFIG */
/* Call the program something else in messages from here on. */
void	 jqprog_name(struct jqprog *, const char *);
void	 jqprog_feed(struct jqprog *, const struct json *);
/* 1 a result, 0 no more, -1 the program objected (its message in e->msg) */
int	 jqprog_next(struct jqprog *, struct json *, struct err *);
void	 jqprog_close(struct jqprog *);

/*
 * Bound what a program may do to this process: ms of running per feed and
 * bytes of heap in all (0: no bound).  What runs away ends the process with
 * ZX_CONFIG and "program NAME: what ran away on WHERE" (set before a feed).
 */
void	 jqprog_bound(int64_t ms, size_t bytes);
void	 jqprog_where(const char *stream, const char *key);

#endif
