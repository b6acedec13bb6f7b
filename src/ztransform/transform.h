#pragma once

#include "domain/stream/filter.h"
#include "map.h"

/* The filter that turns source records into target records by a map, which must be open
   until transform_free. */
struct transform;
extern const struct filter_ops transform_ops;	/* arg: struct transform */

struct transform_counts {
	int64_t	 records, effects, changes, aside;
};

struct transform *transform_new(struct map *);
const struct transform_counts *transform_counts(const struct transform *);
void	 transform_free(struct transform *);

/* Write META of the target side; source is that of the source's META, or NULL. */
void	 transform_meta(const struct map *, struct stream_out *, const struct job *,
	    int64_t pass, const char *source);
