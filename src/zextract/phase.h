#ifndef ZEXTRACT_PHASE_H
#define ZEXTRACT_PHASE_H

#include "extract.h"

/*
 * How far a run has come.  A phase is entered when its condition holds; it adds
 * readers to those of the phases before.  The conditions ask what is stored, so
 * that a run passes at once through the phases that another run went through.
 */
struct request;

/* Begin at the first phase, and leave out readers that this run does not need. */
void	 phase_open(struct extract *);
/* Enter each phase whose condition holds, up to last; -1 when nothing is left
   to be read and something stays unread or unproven. */
int	 phase_advance(struct extract *, enum phase last, struct err *);
/* Set *out to the most urgent request of the phases up to last, or to NULL. */
int	 phase_request(struct extract *, enum phase last, struct request **out,
	    struct err *);
/* True when the pass needs nothing more: now, or from an earlier run. */
int	 phase_is_sealed(const struct extract *);

#endif
