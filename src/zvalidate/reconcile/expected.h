#pragma once

#include "domain/stream/stream.h"
#include "reconcile/object.h"

/* What should stand in a qTest project: the source tables and the effects of a map. */
struct expected {
	struct db	*db;
	const char	*project;
	char		*target, *map;
	int64_t		 pass;		/* the last sealed one, else the open one */
	int64_t		 whole[STREAM_COUNT];	/* target_whole */
};

/* Choose the map that was loaded last into the target, or else transformed last.
   ZX_NOINPUT: the project has no effects. */
int	 expected_choose_map(struct expected *, struct err *);
/* Choose the pass, and report if none is sealed. */
int	 expected_choose_pass(struct expected *, struct differences *, struct err *);
void	 expected_close(struct expected *);
/* Return 1 if the loss ledger names a change of this field of a source record. */
int	 expected_is_lost(const struct expected *, const struct object *, const char *field);
