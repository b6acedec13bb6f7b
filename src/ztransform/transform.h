#ifndef ZTRANSFORM_TRANSFORM_H
#define ZTRANSFORM_TRANSFORM_H

#include "batch.h"
#include "map.h"

/* The filter's own part: source records to target records. */
struct transform {
	struct map	 map;
	struct finding	 finding;
	struct batch	 batch;
	int64_t		 seq[STREAM_COUNT];	/* of the records that go on */
	int64_t		 records, effects, changes, aside;
};

extern const struct filter_ops transform_ops;	/* arg: struct transform */

/* Write META of the target side. */
void	 transform_meta(const struct transform *, struct stream_out *,
	    const struct job *, int64_t pass, const char *source);

#endif
