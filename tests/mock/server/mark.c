#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "server/mark.h"

/*
 * The state of a mock is the memory of its process.  To keep the state, the process
 * forks and waits while the child serves; to go back, the child exits and the
 * process forks another one.
 */
enum { MARK_BACK = 125 };

static int marked;

/* Wait until the child exits and return its status.  It dies with this process. */
static int
mark_wait(pid_t copy)
{
	int st;

	while (waitpid(copy, &st, 0) == -1)
		if (errno != EINTR)
			_exit(71);
	if (!WIFEXITED(st))
		_exit(70);
	return WEXITSTATUS(st);
}

void
mark_set(struct mock *m, struct request *rq, struct reply *rp)
{
	(void)rq;
	(void)rp;
	m->turn = TURN_MARK;
}

void
mark_back(struct mock *m, struct request *rq, struct reply *rp)
{
	(void)rq;
	if (marked)
		m->turn = TURN_BACK;
	else
		reply_qtest(rp, 400, "no state is kept");
}

/* Fork a child each time the last one asks to go back; return in the child only. */
static void
mark_keep(void)
{
	struct sigaction was[2];
	pid_t self = getpid(), copy;
	int st;

	sigaction(SIGTERM, NULL, &was[0]);
	sigaction(SIGINT, NULL, &was[1]);
	while ((copy = fork()) > 0) {
		signal(SIGTERM, SIG_DFL);
		signal(SIGINT, SIG_DFL);
		if ((st = mark_wait(copy)) != MARK_BACK)
			_exit(st);
	}
	if (copy == -1)
		_exit(71);
	sigaction(SIGTERM, &was[0], NULL);
	sigaction(SIGINT, &was[1], NULL);
	prctl(PR_SET_PDEATHSIG, SIGKILL);
	if (getppid() != self)
		_exit(0);
	marked = 1;
}

void
mark_turn(struct mock *m)
{
	int turn = m->turn;

	fflush(NULL);
	if (turn == TURN_BACK)
		_exit(MARK_BACK);
	m->turn = 0;
	mark_keep();
}
