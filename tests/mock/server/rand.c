#include "server/rand.h"

static uint64_t
rand_mix(uint64_t x)
{
	x ^= x >> 30;
	x *= 0xbf58476d1ce4e5b9U;
	x ^= x >> 27;
	x *= 0x94d049bb133111ebU;
	return x ^ x >> 31;
}

uint64_t
rand_at(uint64_t seed, int kind, int64_t index, int salt)
{
	uint64_t x;

	x = rand_mix(seed + 0x9e3779b97f4a7c15U * ((uint64_t)kind + 1));
	x = rand_mix(x + 0x9e3779b97f4a7c15U * ((uint64_t)index + 1));
	return rand_mix(x + 0xd1342543de82ef95U * ((uint64_t)salt + 1));
}

uint64_t
rand_next(uint64_t *state)
{
	return rand_mix(*state += 0x9e3779b97f4a7c15U);
}

int64_t
rand_below(uint64_t r, int64_t n)
{
	return (int64_t)((r >> 11) % (uint64_t)n);
}
