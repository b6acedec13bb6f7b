#pragma once

#include <stdint.h>

/*
 * Return a number that depends on (seed, kind, index, salt) alone, so that a row
 * can be generated when it is requested and need not be stored.
 */
uint64_t rand_at(uint64_t seed, int kind, int64_t index, int salt);
/* Return the next number of a sequence and advance *state. */
uint64_t rand_next(uint64_t *state);
/* Map r to 0 .. n - 1; n must be positive. */
int64_t	 rand_below(uint64_t r, int64_t n);
