#pragma once

#include <stddef.h>
#include <stdint.h>

/* The limits of jq programs, which are enforced while one runs (jqprog.h). */

/*
 * Limit all programs to ms of processor time per input and bytes of heap for the whole
 * process; 0 is no limit.  A program that exceeds one ends the process with ZX_CONFIG and
 * a message with the program and the input.
 */
void	 jqbound_set(int64_t ms, size_t bytes);
/* Set the name of the next inputs for these messages; stream and key may be NULL. */
void	 jqbound_where(const char *stream, const char *key);

/* The functions below are called by jqprog.c alone. */

/* Begin an input of the program name, for messages; returns its time in us. */
int64_t	 jqbound_begin(const char *name);
/* Enforce the limits, with left_us of time. */
void	 jqbound_enter(int64_t left_us);
/* Stop enforcing them; returns the time that is left. */
int64_t	 jqbound_leave(void);
/* End the process: libjq has found no memory.  arg is not used. */
void	 jqbound_nomem(void *arg);
