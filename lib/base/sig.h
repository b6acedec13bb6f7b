#pragma once

/*
 * Signals that stop a program.  A loop tests sig_seen(), finishes its record, ends its
 * transaction and ends the process with sig_leave().
 */

/*
 * Handle SIGINT, SIGTERM and SIGHUP (unless nohup(1) ignores it): the handler sets a
 * flag and interrupts system calls that block.  A second SIGINT ends the process at
 * once.  SIGPIPE is ignored, so that write(2) fails with EPIPE.  Also opens descriptors
 * 0 to 2 if they are closed; call it before anything else is opened.
 */
void		 sig_open(void);
/* Return the signal that came first, or 0. */
int		 sig_seen(void);
/*
 * Return a descriptor that is readable once a signal has come, or -1 before sig_open().
 * Poll it along with others: a signal between the call of sig_seen() and that of poll()
 * then ends the wait.
 */
int		 sig_fd(void);
/* End the process by the signal sig, so that the shell sees the cause. */
_Noreturn void	 sig_leave(int sig);
