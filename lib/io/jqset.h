#pragma once

#include "base/buf.h"
#include "io/jqprog.h"

/*
 * Several jq programs with shared definitions, compiled as one: libjq spends most of its
 * time on its own definitions and on the shared ones, for each program again.  Each
 * program is a part with a number; it has its own definitions and its own input.
 */
struct jqset;
struct jqset_part {
	char		 name[80];	/* for messages */
	struct buf	 text;		/* the program; empty: it has no results */
};

/*
 * Compile n parts, each behind the definitions in shared; args as for jqprog_open.
 * Returns 0 and sets *set, or -1 with e set (ZX_CONFIG, with the name of the part that
 * does not compile) and *set NULL.  The parts may be freed afterwards.
 */
int	 jqset_open(struct jqset **set, const char *shared,
	    const struct jqset_part *part, int n, const struct json *args,
	    struct err *e);
/* Give the part with that number an input, as jqprog_feed. */
void	 jqset_feed(struct jqset *set, int part, const struct json *in);
/* Set *out to the next result, as jqprog_next. */
enum jq_next jqset_next(struct jqset *set, struct json *out, struct err *e);
/* Free set, which may be NULL. */
void	 jqset_close(struct jqset *set);
/* Free the texts of n parts. */
void	 jqset_parts_free(struct jqset_part *part, int n);
