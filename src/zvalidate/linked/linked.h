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

/* Do not report the missing links of a kind of object, whose links are not known.  0, -1. */
int	 linked_forget(struct stage *, int kind, struct err *);
/* linked_list.c: read the links of the objects of which some are expected, unless their own reply
   shows them.  0, -1. */
int	 linked_list(struct crawl *, struct err *);
