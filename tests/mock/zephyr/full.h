#pragma once

#include "zephyr/zephyr.h"

/*
 * The source of --full, in which every member of every record is set and no two
 * texts are equal.  A text is "zv-KEY-MEMBER", so that a test can find it in qTest
 * and knows its owner.  The functions for rows print the members between the project
 * and the links of a row; the caller prints the others.
 */
void	 zfull_case(const struct zephyr *, int64_t pos, const char *key,
	    struct buf *);
void	 zfull_cycle(const struct zephyr *, int64_t pos, struct buf *);
void	 zfull_plan(const struct zephyr *, int64_t pos, struct buf *);
/* Print the times, users, comment and custom fields of an execution. */
void	 zfull_exec(const struct zephyr *, const struct zexec *, struct buf *);
/* Print the text "zv-KEY-MEMBER", inside <p> if html is set. */
void	 zfull_text(struct buf *, const char *name, const char *key,
	    const char *member, int html);
/* Print the name of an object, the edited one if there is one. */
void	 zfull_name(const struct zephyr *, enum zkind, int64_t pos,
	    const char *key, struct buf *);
/*
 * Set status and end of an execution.  Of each eight executions the first has not
 * run, the second has run and has no date, the third and fourth (of one run) are like
 * the first and the second; of the sixth to eighth (of one run) the first has a date,
 * the second has not run and the third has run and has no date.
 */
void	 zfull_outcome(const struct zephyr *, struct zexec *);
/* Return whether an execution has run, by its status or its date. */
int	 zexec_ran(const struct zephyr *, const struct zexec *);
/* Print the actual result of a step. */
void	 zfull_actual(const struct zephyr *, const struct zexec *, int64_t n,
	    struct buf *);
/* Fill the three texts of a step; print its other members. */
void	 zfull_step(const struct zephyr *, int64_t pos, int64_t j,
	    struct zstep *);
void	 zfull_step_more(const struct zephyr *, int64_t pos, int64_t j,
	    struct buf *);
