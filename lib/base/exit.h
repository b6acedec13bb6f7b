#pragma once

/*
 * The exit statuses of every program, after sysexits(3), and ways to end a process.
 * ztoq(7) explains the statuses to users; a value never changes its meaning.
 */
enum {
	ZX_OK = 0,
	ZX_DIFF = 1,		/* zvalidate: source and target differ */
	ZX_REJECTS = 3,		/* finished; some records were rejected */
	ZX_USAGE = 64,		/* the command line is wrong */
	ZX_DATA = 65,		/* the input stream is malformed or incomplete */
	ZX_NOINPUT = 66,	/* an input file is missing */
	ZX_REMOTE = 69,		/* the server cannot be reached */
	ZX_BUG = 70,		/* a mistake in this program, or out of memory */
	ZX_IO = 74,		/* disk, database or standard output failed */
	ZX_RETRY = 75,		/* stopped on purpose; run the command again */
	ZX_PROTO = 76,		/* the server violated its interface */
	ZX_AUTH = 77,		/* token refused, or a permission is missing */
	ZX_CONFIG = 78		/* configuration or mapping is wrong */
};

/*
 * Have die log by fn, which is log_error; until then it prints to stderr.  Memory and
 * buffers, which the log is made of, call die, so that die cannot call the log by name.
 */
typedef void	 exit_logger(const char *where, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
void		 exit_log(exit_logger *fn);
/*
 * Log the message fmt as an error and exit with code.  For mistakes of the programmer
 * and for lack of memory alone; all other failures are returned (base/err.h).
 */
_Noreturn void	 die(int code, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

/*
 * Register fn to run once before the process ends by exit, die, exit_now or sig_leave.
 * fn must be async-signal-safe.  A later call replaces the function.
 */
void		 exit_guard(void (*fn)(void));
/* Run the registered function, before the process is ended in another way. */
void		 exit_guard_run(void);
/* Run the registered function and _exit with code; async-signal-safe. */
_Noreturn void	 exit_now(int code);
