#pragma once

#include "run.h"

/*
 * Decides how far a run has come.  A phase is entered when its condition holds; it
 * adds its readers to those of the phases before.  The conditions depend on what is
 * stored, so a run enters at once the phases that another run has passed.
 */

/*
 * Open a pass of the project in db, go back to where its lists were left, and begin
 * at the first phase.  The caller has set the options of the lists and of the
 * selection.
 */
int	 phase_open_pass(struct extract *, struct db *, enum pass_want, struct err *);
/* Begin at the first phase, and leave out readers that this run does not need. */
void	 phase_open(struct extract *);
/* Enter each phase whose condition holds, up to last; -1 when nothing is left
   to be read and something stays unread or unproven. */
int	 phase_advance(struct extract *, enum phase last, struct err *);
/* Set *out to the most urgent request of the phases up to last, or to NULL. */
int	 phase_request(struct extract *, enum phase last, struct request **out,
	    struct err *);
/* True when all is read that the next records need: those of the stream that is
   written, or those of every stream while --select waits for them. */
int	 phase_allows_records(const struct extract *);
/* True when the pass is complete, since this run or since an earlier one. */
int	 phase_is_sealed(const struct extract *);
