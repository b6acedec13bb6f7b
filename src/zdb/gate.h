#pragma once

#include "base/buf.h"
#include "io/db/db.h"

/* Cancel the waits of all APIs; append each to out. */
int	 gate_open(struct db *, struct buf *out, struct err *);
