#ifndef BASE_EXIT_H
#define BASE_EXIT_H

/*
 * Exit statuses of every program, after sysexits(3).  ztoq(7) tells people
 * what each one means; a value here never changes its meaning.
 */
enum {
	ZX_OK = 0,
	ZX_DIFF = 1,		/* zvalidate: differences found */
	ZX_REJECTS = 3,		/* finished, some records were set aside */
	ZX_USAGE = 64,		/* the command line is wrong */
	ZX_DATA = 65,		/* input stream broken, cut short or unsealed */
	ZX_NOINPUT = 66,	/* an input file is not there */
	ZX_REMOTE = 69,		/* the other side cannot be reached */
	ZX_BUG = 70,		/* our mistake, or no memory */
	ZX_IO = 74,		/* disk, database or standard output */
	ZX_RETRY = 75,		/* stopped on purpose; run it again */
	ZX_PROTO = 76,		/* the other side broke its contract */
	ZX_AUTH = 77,		/* token refused or right missing */
	ZX_CONFIG = 78		/* configuration or mapping is wrong */
};

/* Programmer's mistakes and an empty heap only: says why and exits. */
_Noreturn void	 die(int code, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/* The statuses by name for messages, "?" when unknown. */
const char	*exit_name(int code);

/*
 * fn (async-signal-safe, once a process) runs whichever way we leave by our
 * own will: exit, die, exit_now, sig_leave.
 */
void		 exit_guard(void (*fn)(void));
void		 exit_guard_run(void);
/* From inside a signal handler: the guard, then _exit. */
_Noreturn void	 exit_now(int code);

#endif
