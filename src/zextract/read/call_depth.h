#pragma once

#include "domain/store/store.h"

/* Assign each case its depth, so that called cases are written before their callers.
   Runs in the caller's transaction. */
int	 call_depth_assign(struct store *, struct err *);
