#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/time.h>

#include "base/exit.h"
#include "base/log.h"
#include "io/jqbound.h"

enum { BOUND_STACK = 64 * 1024 };	/* stack of the handler for a full stack */

/* A log line that is written before the program runs: signal handlers cannot. */
struct last_line {
	char	 line[LOG_MAX];
	size_t	 len;
};

static struct {
	int64_t			 ms;		/* longest run for one input; 0: no limit */
	rlim_t			 bytes;		/* largest heap; 0: no limit */
	struct rlimit		 outside;	/* the limit of the process */
	char			 where[160];	/* the input, for messages */
	struct last_line	 slow, fat, deep;
	volatile sig_atomic_t	 inside;	/* between enter and leave */
} bound;

_Noreturn static void
jqbound_die(const struct last_line *w)
{
	log_write(w->line, w->len);
	exit_now(ZX_CONFIG);
}

static void
on_time(int sig)
{
	(void)sig;
	if (bound.inside)
		jqbound_die(&bound.slow);
}

static void
on_fault(int sig)
{
	if (bound.inside)
		jqbound_die(&bound.deep);
	signal(sig, SIG_DFL);	/* another fault, which then happens again */
}

void
jqbound_nomem(void *arg)
{
	(void)arg;
	if (bound.inside)
		jqbound_die(&bound.fat);
	die(ZX_BUG, "out of memory (libjq)");
}

static void
jqbound_handlers(void)
{
	static char room[BOUND_STACK];
	stack_t ss = { .ss_sp = room, .ss_size = sizeof(room) };
	struct sigaction sa;

	memset(&sa, 0, sizeof(sa));
	sigemptyset(&sa.sa_mask);
	sa.sa_handler = on_time;
	sa.sa_flags = SA_RESTART;
	sigaction(SIGPROF, &sa, NULL);
	if (sigaltstack(&ss, NULL) == -1)
		return;
	sa.sa_handler = on_fault;
	sa.sa_flags = SA_ONSTACK;
	sigaction(SIGSEGV, &sa, NULL);
}

void
jqbound_set(int64_t ms, size_t bytes)
{
	static int once;

	bound.ms = ms;
#ifndef __SANITIZE_ADDRESS__		/* the limit would count its shadow memory */
	bound.bytes = bytes;
#else
	(void)bytes;
#endif
	if (!once++)
		jqbound_handlers();
	if (getrlimit(RLIMIT_DATA, &bound.outside) == -1)
		bound.bytes = 0;
}

void
jqbound_where(const char *stream, const char *key)
{
	snprintf(bound.where, sizeof(bound.where), "%s %s",
	    stream != NULL ? stream : "", key != NULL ? key : "");
}

int64_t
jqbound_begin(const char *name)
{
	const char *at = *bound.where != '\0' ? bound.where : "its input";

	if (bound.ms > 0)
		bound.slow.len = log_line(bound.slow.line, LOG_ERROR, NULL,
		    "program %s: ran for more than %lld ms on %s", name,
		    (long long)bound.ms, at);
	if (bound.bytes > 0)
		bound.fat.len = log_line(bound.fat.line, LOG_ERROR, NULL,
		    "program %s: took more than %llu MB on %s", name,
		    (unsigned long long)bound.bytes >> 20, at);
	if (bound.ms > 0 || bound.bytes > 0)
		bound.deep.len = log_line(bound.deep.line, LOG_ERROR, NULL,
		    "program %s: recursed too deep on %s", name, at);
	return bound.ms * 1000;
}

/* Set the timer to us, 0 to stop it; returns the time that was left. */
static int64_t
jqbound_timer(int64_t us)
{
	struct itimerval it = { 0 }, old = { 0 };

	it.it_value.tv_sec = (time_t)(us / 1000000);
	it.it_value.tv_usec = (suseconds_t)(us % 1000000);
	setitimer(ITIMER_PROF, &it, &old);
	return (int64_t)old.it_value.tv_sec * 1000000 + old.it_value.tv_usec;
}

/* Limit the heap to bytes, or to the limit of the process if that is lower. */
static void
jqbound_heap(rlim_t bytes)
{
	struct rlimit r = bound.outside;

	if (r.rlim_cur == RLIM_INFINITY || bytes < r.rlim_cur)
		r.rlim_cur = bytes;
	setrlimit(RLIMIT_DATA, &r);
}

void
jqbound_enter(int64_t left_us)
{
	if (bound.ms == 0 && bound.bytes == 0)
		return;
	bound.inside = 1;
	if (bound.bytes > 0)
		jqbound_heap(bound.bytes);
	if (bound.ms > 0)
		jqbound_timer(left_us > 0 ? left_us : 1);
}

int64_t
jqbound_leave(void)
{
	int64_t left = bound.ms > 0 ? jqbound_timer(0) : 0;

	if (bound.bytes > 0 && bound.inside)
		setrlimit(RLIMIT_DATA, &bound.outside);
	bound.inside = 0;
	return left;
}
