#pragma once

#include "zephyr/zephyr.h"

/*
 * The edits of the steps of cases.  Earlier executions go on showing the steps that
 * they ran.  exec is the position of an execution, or INT64_MAX for the present
 * steps; pos is the source position of the case (zcase_source).
 */
struct zscriptrow {
	int64_t	 from;		/* place at the start, -1: inserted later */
	int64_t	 id;		/* of an inserted step */
	char	*text;		/* the new description, or NULL */
};

/* Return the number of steps, or -1 if they were not edited. */
int64_t	 zscript_count(const struct zephyr *, int64_t pos, int64_t exec);
/* Return step j, counted from 0, or NULL if the steps were not edited. */
const struct zscriptrow *zscript_row(const struct zephyr *, int64_t pos,
	    int64_t exec, int64_t j);
/* Edit a step, counted from 1; how is insert, remove, move (to) or change.  Returns
   -1 if there is no such step or the case has no steps. */
int	 zscript_edit(struct zephyr *, int64_t pos, const char *how,
	    int64_t step, int64_t to, const char *text);
void	 zscript_free(struct zephyr *);
