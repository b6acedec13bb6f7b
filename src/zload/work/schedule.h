#pragma once

#include "domain/ledger/effect.h"

struct err;
struct queue;

/* Start tasks of a kind (KIND_UNKNOWN: of all kinds), at most room of them.  Return the
   number, or -1. */
int	 schedule(struct queue *, enum effect_kind, int room, struct err *);
