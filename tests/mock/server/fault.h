#pragma once

#include <stdint.h>

#include "server/mock.h"
#include "server/scenario.h"

/* The fault that the server plays on the connection of a request. */
struct fault_plan {
	enum play	 play;
	int64_t		 n;
};

/*
 * Record a request, count it against the rate, play the fault that fits it and
 * call its handler.  Returns the milliseconds to wait before the answer is sent.
 * With PLAY_LATE the handler has not run yet; the caller runs it later.
 */
int64_t	 fault_process(struct mock *, struct request *, struct reply *,
	    struct fault_plan *);
