#ifndef BASE_ERR_H
#define BASE_ERR_H

#include "base/exit.h"

/*
 * An error as a value: who cannot cope fills it and returns -1, who can
 * decide reads it.  It is told once, by a program's main().  Zeroed is
 * "none"; code is the exit status if nobody copes.
 */
struct err {
	int	 code;		/* ZX_* */
	char	 msg[600];	/* what, why, what to do; no newline */
};

/* Fill e (which may be NULL) and return -1. */
int	 err_set(struct err *, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* The same, with ": strerror(errno)" at the end. */
int	 err_sys(struct err *, int code, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
/* Put "where: " in front of a message that is already there; returns -1. */
int	 err_at(struct err *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));

#endif
