#pragma once

#include <stdint.h>

/*
 * Enforces the limits that jqprog_bound() sets, between enter and leave alone.  A program
 * that exceeds one ends the process.  Only jqprog.c calls these functions.
 */

/* Begin an input of the program name, for messages; returns its time in us. */
int64_t	 jqbound_begin(const char *name);
/* Enforce the limits, with left_us of time. */
void	 jqbound_enter(int64_t left_us);
/* Stop enforcing them; returns the time that is left. */
int64_t	 jqbound_leave(void);
/* End the process: libjq has found no memory.  arg is not used. */
void	 jqbound_nomem(void *arg);
