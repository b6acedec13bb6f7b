#pragma once

#include <stdint.h>

#include "base/err.h"
#include "domain/stream/stream.h"
#include "io/json/json.h"

/* The state of the stream of effects, which ingest.c and source.c keep. */
struct input {
	char		*project, map[65];	/* map is "" until META or a record is read */
	int64_t		 pass;			/* of the stream; 0: META names none */
	int64_t		 whole[STREAM_COUNT];	/* newest complete pass (target_whole) */
	struct json	 specs, statuses;	/* z.fields and z.statuses of META */
	int		 is_open;
	int		 stream_read[STREAM_COUNT];	/* its END was read */
	int		 has_files;		/* cases have files to be uploaded */
	int		 is_limited;		/* --limit ended the reading */
	int64_t		 set_aside;		/* lines and records that were not loaded */
	enum stream_status sealed;
	struct err	 seal;			/* why the stream is not sealed; code 0: it is */
};
