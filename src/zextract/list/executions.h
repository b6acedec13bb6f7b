#ifndef ZEXTRACT_EXECUTIONS_H
#define ZEXTRACT_EXECUTIONS_H

#include "extract.h"

/* Give executions whose case is known by its id alone its key; in the
   transaction in which all lists are whole. */
int	 executions_join(struct extract *, struct err *);

#endif
