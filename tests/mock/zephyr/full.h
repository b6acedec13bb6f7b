#ifndef MOCK_ZEPHYR_FULL_H
#define MOCK_ZEPHYR_FULL_H

#include "zephyr/zephyr.h"

/*
 * --full: a source in which every member of every record is set, each text
 * unlike any other.  A text is "zv-KEY-MEMBER", so that a test finds it in
 * qTest and knows whose it is.  The row functions write what stands between
 * the project and the links of a row; the caller writes the rest.
 */
void	 zfull_case(const struct zephyr *, int64_t pos, const char *key,
	    struct buf *);
void	 zfull_cycle(const struct zephyr *, int64_t pos, struct buf *);
void	 zfull_plan(const struct zephyr *, int64_t pos, struct buf *);
/* The times, people, comment and custom fields of an execution. */
void	 zfull_exec(const struct zephyr *, const struct zexec *, struct buf *);
/* "zv-KEY-MEMBER" as a value of its own, inside <p> when html is set. */
void	 zfull_text(struct buf *, const char *name, const char *key,
	    const char *member, int html);
/* The name of one; an edited name stays. */
void	 zfull_name(const struct zephyr *, enum zkind, int64_t pos,
	    const char *key, struct buf *);
/*
 * Status and end of an execution.  Of each eight the first never ran, the
 * second ran without a date, the third and fourth (one run) did both, the
 * sixth to eighth (one run) have a date, did not run, and have no date.
 */
void	 zfull_outcome(const struct zephyr *, struct zexec *);
/* Did it run?  (Its status says so, or its date.) */
int	 zexec_ran(const struct zephyr *, const struct zexec *);
/* The actual result of a step. */
void	 zfull_actual(const struct zephyr *, const struct zexec *, int64_t n,
	    struct buf *);
/* The three texts of a step, and its other members. */
void	 zfull_step(const struct zephyr *, int64_t pos, int64_t j,
	    struct zstep *);
void	 zfull_step_more(const struct zephyr *, int64_t pos, int64_t j,
	    struct buf *);

#endif
