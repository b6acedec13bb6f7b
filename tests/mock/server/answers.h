#ifndef MOCK_SERVER_ANSWERS_H
#define MOCK_SERVER_ANSWERS_H

#include <stdio.h>

#include "server/mock.h"

/*
 * Write one line of JSON to f for a request that was acted upon: method, pattern
 * (the route, or null), path, status, and the bodies request and answer (null
 * when they are empty or no JSON).  f may be NULL: nothing is written.
 */
void	 answers_write(FILE *f, const struct request *, const struct reply *);

#endif
