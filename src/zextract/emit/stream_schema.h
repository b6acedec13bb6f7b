#pragma once

#include "domain/stream/stream.h"

/* The JSON schema of each stream, for Singer targets. */
extern const char *const stream_shapes[STREAM_COUNT];
