#pragma once

#include <stdint.h>

#include <microhttpd.h>

#include "server/reply.h"

/*
 * Return a response with the first upto bytes of the file or the body of a reply, which
 * lose them.  It announces one byte more than the reply has if more is set.
 */
struct MHD_Response *portion_response(struct reply *, uint64_t upto, int more);
