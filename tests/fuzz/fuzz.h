#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * A target is a file NAME_fuzz.c with the function that libFuzzer calls; what
 * is wrong ends it by abort().  `make fuzz` links it with libFuzzer, and
 * replay.c with the inputs that are kept in corpus/NAME: small ones, made by
 * hand, and those that once found something.
 */
int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define FUZZ_CHECK(what) do {						\
	if (!(what)) {							\
		fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__,	\
		    #what);						\
		abort();						\
	}								\
} while (0)

/* Canonical: parsing it mends nothing, dumping it gives the same bytes. */
void	 fuzz_canonical(const char *, size_t);

#endif
