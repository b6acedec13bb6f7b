#pragma once

#include "domain/api/qtest.h"
#include "inventory.h"

/*
 * A twin is an object with the marker of an effect of the ledger that has another object.
 * Its own key is that of the effect with " (twin ID)".  Each function returns 0, or -1.
 */

/* Find the fields that contain markers, unless no twins are wanted. */
int	 twin_open(struct inventory *, struct qtest *, struct err *);
/* Choose an object that was just stored below a parent, if it is a twin, or keep the twin. */
int	 twin_put(struct inventory *, int kind, const struct json *item, int64_t parent,
	    struct err *);
/* Add a row to the ledger for each twin that is to be deleted. */
int	 twin_record(struct inventory *, struct err *);
