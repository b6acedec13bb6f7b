#pragma once

#include <stdint.h>

struct err;
struct work;

/* --check: compare the fields and statuses of the map, whose META is read from standard input
   unless --from-db is given, and the rights of the user with qTest.  The caller has opened
   qTest; project is its id.  0, -1. */
int	 check_target(struct work *, int64_t project, struct err *);
