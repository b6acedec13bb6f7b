#ifndef MOCK_ZEPHYR_SCRIPT_H
#define MOCK_ZEPHYR_SCRIPT_H

#include "zephyr/zephyr.h"

/*
 * What testers made of the steps of cases.  Each edit leaves the state before
 * it to the executions that were there: these ran it, and show it for good.
 * exec: the position of an execution, INT64_MAX for what stands now; pos: that
 * of the case whose texts these are (zcase_source).
 */
struct zscriptrow {
	int64_t	 from;		/* place at the start, -1: inserted later */
	int64_t	 id;		/* of an inserted one */
	char	*text;		/* the description now, NULL: as at the start */
};

/* How many steps there are; -1: as at the start. */
int64_t	 zscript_count(const struct zephyr *, int64_t pos, int64_t exec);
/* Step j (from 0), NULL: as at the start. */
const struct zscriptrow *zscript_row(const struct zephyr *, int64_t pos,
	    int64_t exec, int64_t j);
/* how: insert, remove, move (to) or change; steps count from 1.  -1: no such
   step, or a case without steps. */
int	 zscript_edit(struct zephyr *, int64_t pos, const char *how,
	    int64_t step, int64_t to, const char *text);
void	 zscript_free(struct zephyr *);

#endif
