#ifndef ZEXTRACT_GONE_REPORT_H
#define ZEXTRACT_GONE_REPORT_H

#include "extract.h"

/* Report objects that no longer exist in Zephyr; in the transaction that seals
   the pass. */
int	 report_gone(struct extract *, struct err *);

#endif
