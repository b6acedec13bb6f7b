#ifndef ZLOAD_TALLY_H
#define ZLOAD_TALLY_H

#include <stdint.h>

struct err;
struct load;

/* Report what was done, as the ledger has it.  *failed counts what failed or was
   skipped, *left what is still to be done.  0, -1. */
int	 tally(struct load *, int64_t *failed, int64_t *left, struct err *);

#endif
