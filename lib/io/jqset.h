#ifndef IO_JQSET_H
#define IO_JQSET_H

#include "base/buf.h"
#include "io/jqprog.h"

/*
 * Several jq programs with definitions in common, compiled as one: libjq takes
 * most of its time for its own definitions and for those in common, and takes
 * it again for every program.  Each program has its own definitions and sees its
 * own input; they are told apart by number.
 */
struct jqset;
struct jqset_part {
	char		 name[80];	/* for messages */
	struct buf	 text;		/* empty: the program gives nothing */
};

/*
 * Compile n parts behind shared; args as for jqprog_open.  ZX_CONFIG names the part
 * that does not compile.  The parts may be freed afterwards.
 */
int	 jqset_open(struct jqset **, const char *shared,
	    const struct jqset_part *, int n, const struct json *args,
	    struct err *);
void	 jqset_feed(struct jqset *, int part, const struct json *);
/* As jqprog_next. */
int	 jqset_next(struct jqset *, struct json *, struct err *);
void	 jqset_close(struct jqset *);
/* Free the texts of n parts. */
void	 jqset_parts_free(struct jqset_part *, int n);

#endif
