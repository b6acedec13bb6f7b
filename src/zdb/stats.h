#pragma once

#include "io/db/db.h"
#include "io/json/json.h"

/* Read what `zdb stats` prints as one JSON document, which the caller frees. */
int	 stats_read(struct db *, struct json *, struct err *);
/* Append that document as text. */
void	 stats_text(const struct json *, struct buf *);
