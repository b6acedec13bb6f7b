#pragma once

#include <stdio.h>

#include "server/mock.h"

/*
 * Write one line of JSON to f for a request whose handler ran: method, pattern (of
 * the route, or null), path, status, and the bodies request and answer (null when
 * they are empty or not JSON).  If f is NULL, write nothing.
 */
void	 answers_write(FILE *f, const struct request *, const struct reply *);
