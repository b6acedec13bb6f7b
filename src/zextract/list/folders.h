#ifndef ZEXTRACT_FOLDERS_H
#define ZEXTRACT_FOLDERS_H

#include "extract.h"

/* Report folders of plans that hold no plan, at any depth; in the transaction
   that seals the pass. */
int	 folders_report_empty(struct extract *, struct err *);

#endif
