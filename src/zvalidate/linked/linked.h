#pragma once

#include "domain/ledger/target.h"
#include "reconcile/compare.h"
#include "reconcile/crawl.h"

/* The comparison of links (effects of kind link) with those that qTest shows. */

/*
 * Store in the stage that the link of a target row, whose parent and body are want, should
 * stand in qTest.  is_gone: Zephyr no longer had it when it could be made.  The objects of qTest
 * are in the stage.  0, -1.
 */
int	 linked_expect(struct compare *, const struct target *, const struct json *want,
	    int is_gone, struct err *);
/* After match_effects: compare each expected link with those that its object has in qTest, and
   report the links of migrated objects that are not expected.  0, -1. */
int	 linked_check(struct crawl *, const struct compare *with, struct err *);

/* Between the files linked*.c only. */

/* linked_list.c: read the links of the objects of which some are expected, unless their own reply
   shows them; *refused gets the bit of each kind of object whose links qTest refuses to list.
   0, -1. */
int	 linked_list(struct crawl *, unsigned *refused, struct err *);
