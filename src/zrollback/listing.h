#pragma once

#include "inventory.h"
#include "link.h"

/*
 * Read from qTest all objects that may need a chosen one into the inventory: trees at once,
 * cases of every module, runs at once, logs of each chosen run; many requests in flight.
 * Listings decide, since the search index of qTest lags.  0, -1.
 */
int	 listing_read(struct inventory *, struct link *, struct err *);
