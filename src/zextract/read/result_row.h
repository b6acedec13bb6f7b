#ifndef ZEXTRACT_RESULT_ROW_H
#define ZEXTRACT_RESULT_ROW_H

#include "extract.h"
#include "list/odd.h"

/*
 * The results of an execution on their way to their canonical text: out gets
 * the text, slots a line for each (see result.c).  counts tells how many
 * results of each data row have passed.
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
void	 results_add(struct extract *, struct results *, struct json *step,
	    int64_t n);

#endif
