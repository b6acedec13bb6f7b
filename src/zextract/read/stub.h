#ifndef ZEXTRACT_STUB_H
#define ZEXTRACT_STUB_H

#include "extract.h"

/* Cases that executions name and the list does not hold. */

/* Set *out to the request for the next stub, or to NULL. */
int	 stub_next(struct extract *, struct request **, struct err *);
int	 stub_done(const struct extract *);

#endif
