#pragma once

#include "base/exit.h"

/*
 * Errors as values.  A function that fails fills a struct err and returns -1; a caller
 * that can handle the failure reads it, any other returns -1 as well.  The main() of a
 * program logs it once.  A zeroed struct err is no error.
 *
 * e may be NULL in all functions here: then nothing is kept.  Each returns -1, so that
 * it can be the operand of return.
 */
struct err {
	int	 code;		/* ZX_*: the exit status when no caller handles it */
	char	 msg[600];	/* one line: what happened, why, what to do next */
	int	 follows;	/* 1: another process reports the cause; err_set sets 0 */
};

/* Set e to code and the message fmt; line breaks in it become blanks. */
int	 err_set(struct err *e, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Set e as err_set does, with ": " and the text of errno behind the message. */
int	 err_sys(struct err *e, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Put fmt and ": " before the message that e holds already. */
int	 err_at(struct err *e, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Copy why to e. */
int	 err_copy(struct err *e, const struct err *why);
