#pragma once

#include "list/names.h"
#include "list/odd.h"

/*
 * Makes the canonical text of an execution's results: out gets the text, slots a line
 * for each result (see result.c).  counts has the number of results of each data row
 * so far.
 */
struct result_count {
	int64_t	 row, n;
};

struct results {
	struct result_count *counts;
	size_t		 ncounts;
	struct buf	*out, *slots;
	struct odd	 odd;
};

/* Count the results of earlier pages by their slots. */
void	 results_count(struct results *, const char *slots);
/* Append the nth result; step is changed. */
void	 results_add(struct names *, struct results *, struct json *step,
	    int64_t n);
