#ifndef ZLOAD_MARKER_H
#define ZLOAD_MARKER_H

#include "domain/api/qtest.h"

struct kind;
struct load;
struct task;

/* Read the marker in a body or an object of a kind.  1 and *out, 0 when it has none. */
int	 marker_of(struct load *, const struct kind *, const struct json *,
	    struct qtest_marker *out);
/* Name the project in the marker of the body of a task. */
void	 marker_sign(struct task *);
/* Is item the object that the body sent makes?  *natural: only its name says so. */
int	 marker_fits(struct load *, const struct kind *, const struct json *sent,
	    const struct json *item, int *natural);

#endif
