#pragma once

#include "inventory.h"

/* Each function returns 0, or -1. */

/* Decide, once the objects are listed, which chosen ones must stay, and find the objects
   whose deletion deletes the others. */
int	 decision_make(struct inventory *, struct err *);
/* Record that the deletion of a top object needs no further request: qTest has deleted the
   object (is_gone), or refused to. */
int	 decision_end(struct inventory *, int kind, int64_t id, int is_gone, struct err *);
/* Decide again after a refusal: what a refused object needs stays, too. */
int	 decision_repeat(struct inventory *, struct err *);
