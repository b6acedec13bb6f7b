#ifndef MOCK_SERVER_RAND_H
#define MOCK_SERVER_RAND_H

#include <stdint.h>

/*
 * Chance without memory: the same (seed, kind, index, salt) gives the same
 * number, so that a row can be made when it is asked for and never stored.
 */
uint64_t rand_at(uint64_t seed, int kind, int64_t index, int salt);
/* The next of a sequence; *state is changed. */
uint64_t rand_next(uint64_t *state);
/* 0 .. n - 1; n > 0 */
int64_t	 rand_below(uint64_t r, int64_t n);

#endif
