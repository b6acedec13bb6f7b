#pragma once

#include "domain/api/qtest_marker.h"

struct kind;
struct session;
struct task;

/* Read the marker in a body or an object of a kind.  1 and *out, 0 when it has none. */
int	 marker_of(const struct session *, const struct kind *, const struct json *,
	    struct qtest_marker *out);
/* Write the project into the marker of the body of a task, which the map writes as
   "[zephyr KEY]" so that payload hashes equal those of earlier versions. */
void	 marker_sign(struct task *);
/* True if item is the object that the body sent creates.  *by_name: the body has no marker,
   and the names are equal. */
int	 marker_fits(const struct session *, const struct kind *, const struct json *sent,
	    const struct json *item, int *by_name);
