#pragma once

#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>

/*
 * A target is a file NAME_fuzz.c with the function that libFuzzer calls; it ends by
 * abort() if it finds a fault.  `make fuzz` links it with libFuzzer; replay.c runs it
 * with the inputs in corpus/NAME, which are small ones made by hand and those that
 * once found a fault.
 */
int	 LLVMFuzzerTestOneInput(const uint8_t *, size_t);

#define FUZZ_CHECK(what) do {						\
	if (!(what)) {							\
		fprintf(stderr, "%s:%d: %s\n", __FILE__, __LINE__,	\
		    #what);						\
		abort();						\
	}								\
} while (0)

/* Abort unless parsing the text repairs nothing and dumping it gives the same bytes. */
void	 fuzz_canonical(const char *, size_t);
