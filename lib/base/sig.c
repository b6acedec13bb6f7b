#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "base/exit.h"
#include "base/sig.h"

static volatile sig_atomic_t seen;	/* the first signal, or 0 */
static int wake[2] = { -1, -1 };	/* a pipe with a byte in it after a signal */

static void
on_signal(int sig)
{
	int saved = errno;

	if (sig == SIGINT && seen == SIGINT) {
		exit_guard_run();
		signal(sig, SIG_DFL);	/* delivered when we return */
		raise(sig);
	}
	if (seen == 0) {
		seen = sig;
		if (wake[1] != -1 && write(wake[1], "", 1) == -1)
			errno = saved;	/* the pipe is full, hence readable */
	}
	errno = saved;
}

/* Open the pipe of sig_fd(), both ends non-blocking. */
static void
sig_pipe(void)
{
	int i;

	if (wake[0] != -1 || pipe(wake) == -1)
		return;
	for (i = 0; i < 2; i++) {
		fcntl(wake[i], F_SETFD, FD_CLOEXEC);
		fcntl(wake[i], F_SETFL, O_NONBLOCK);
	}
}

/*
 * Open the closed ones of descriptors 0 to 2.  Otherwise the database or a socket would
 * get one of them and records would be written into it.  Opened for the wrong
 * direction, each use of it fails.
 */
static void
sig_descriptors(void)
{
	int fd;

	for (fd = 0; fd < 3; fd++)
		if (fcntl(fd, F_GETFD) == -1 && errno == EBADF)
			open("/dev/null", fd == 0 ? O_WRONLY : O_RDONLY);
}

void
sig_open(void)
{
	struct sigaction sa, old;

	sig_descriptors();
	sig_pipe();
	memset(&sa, 0, sizeof(sa));
	sigemptyset(&sa.sa_mask);
	sa.sa_handler = SIG_IGN;
	sigaction(SIGPIPE, &sa, NULL);
	sa.sa_handler = on_signal;
	sigaction(SIGINT, &sa, NULL);
	sigaction(SIGTERM, &sa, NULL);
	/* under nohup(1) it stays ignored */
	if (sigaction(SIGHUP, NULL, &old) == -1 || old.sa_handler != SIG_IGN)
		sigaction(SIGHUP, &sa, NULL);
}

int
sig_seen(void)
{
	return seen;
}

int
sig_fd(void)
{
	return wake[0];
}

void
sig_leave(int sig)
{
	sigset_t set;

	exit_guard_run();
	signal(sig, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, sig);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(sig);
	_exit(128 + sig);	/* reached if the default action does not end us */
}
