#pragma once

#include "domain/ledger/ledger.h"
#include "io/json/json.h"

/* Return 1 if the object has the content of the body text, else 0.  Of a log, its status, dates
   and note are compared: qTest completes the rest. */
int	 content_same(int kind, const char *text, const struct json *item);
/* Return 1 if the item is the field of an effect, whose key is ARTIFACT/LABEL. */
int	 content_is_field(const char *ekey, const struct json *item);
/* Check if an object was edited since the time written, when it had the content of an effect.
   A changed date alone is no proof, since a log changes the date of its run.  1, 0, -1. */
int	 content_edited(struct ledger *, int kind, const char *ekey, const char *written,
	    const struct json *item, struct err *);
