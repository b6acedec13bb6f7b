#pragma once

#include "domain/stream/filter.h"
#include "map.h"

struct transform_counts {
	int64_t	 records, effects, changes, aside;
};

/* Run a filter, whose job, unsealed and mute are set, that turns source records into
   target records by an open map.  Count both.  Return as filter_run. */
int	 transform_run(struct filter *, struct map *, struct transform_counts *,
	    struct err *);

/* Write META of the target side; source is that of the source's META, or NULL. */
void	 transform_meta(const struct map *, struct stream_out *, const struct job *,
	    int64_t pass, const char *source);
