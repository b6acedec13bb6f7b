#pragma once

#include "io/json/json.h"

/*
 * A compiled jq program.  It sees its parameters and its input alone: no environment, no
 * files, no further inputs.
 *	jqprog_feed(p, &in);
 *	while ((rc = jqprog_next(p, &out, &e)) == JQ_RESULT) { ...; json_free(&out); }
 */
struct jqprog;
enum jq_next { JQ_FAILED = -1, JQ_END, JQ_RESULT };

/*
 * Compile text.  name is for messages (copied); the members of args, an object or NULL,
 * are the parameters: $NAME in the program.  Returns 0 and sets *p, which the caller
 * closes, or -1 with e set (ZX_CONFIG) and *p NULL.
 */
int	 jqprog_open(struct jqprog **p, const char *name, const char *text,
	    const struct json *args, struct err *e);
/* Change the name for messages. */
void	 jqprog_name(struct jqprog *p, const char *name);
/* Give the program an input, which the caller still frees; results that were not read
   are lost. */
void	 jqprog_feed(struct jqprog *p, const struct json *in);
/* Set *out to the next result for the input, which the caller frees.  JQ_FAILED: the
   program raised an error, whose message is in e->msg (ZX_DATA), and there are no more. */
enum jq_next jqprog_next(struct jqprog *p, struct json *out, struct err *e);
/* Free p, which may be NULL. */
void	 jqprog_close(struct jqprog *p);
