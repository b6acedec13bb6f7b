#ifndef MOCK_SERVER_FAULT_H
#define MOCK_SERVER_FAULT_H

#include <stdint.h>

#include "server/mock.h"
#include "server/scenario.h"

/* What the sockets have to do about a request, beside the answer. */
struct fault_plan {
	enum play	 play;
	int64_t		 n;
};

/*
 * Record, count against the rate, play faults, act.  Returns the ms to wait
 * before the answer leaves.  PLAY_LATE: not acted yet.
 */
int64_t	 fault_process(struct mock *, struct request *, struct reply *,
	    struct fault_plan *);

#endif
