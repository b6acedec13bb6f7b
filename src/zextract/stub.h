#ifndef ZEXTRACT_STUB_H
#define ZEXTRACT_STUB_H

#include "extract.h"

/* What the lists do not tell of objects that others refer to: stub.c. */

/* The next stub to be asked for by its key, or NULL. */
int	 stub_next(struct extract *, struct ask **, struct err *);
int	 stub_done(const struct extract *);
/* Give executions whose case is known by its id alone its key; in the
   transaction in which all lists are whole. */
int	 stub_name_executions(struct extract *, struct err *);
/* Find the folders of plans that hold none; in the transaction that seals. */
int	 stub_plan_folders(struct extract *, struct err *);

#endif
