#ifndef BASE_SIG_H
#define BASE_SIG_H

/*
 * INT, TERM and HUP set a flag and wake whatever blocks (no SA_RESTART);
 * PIPE is ignored, so that a write tells EPIPE.  Loops look at sig_seen(),
 * finish the record, end the transaction and leave by sig_leave().  A second
 * INT kills at once.  Called before anything is opened: it also sees to it
 * that descriptors 0 to 2 are taken.
 */
void		 sig_open(void);
int		 sig_seen(void);	/* 0, or the signal */
/*
 * Readable once a signal was seen: poll it beside what you wait for, so that
 * none slips in between the look and the wait.  -1 before sig_open().
 */
int		 sig_fd(void);
_Noreturn void	 sig_leave(int sig);	/* die of it, so that the shell knows */

#endif
