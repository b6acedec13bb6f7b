#ifndef ZLOAD_STEP_IDS_H
#define ZLOAD_STEP_IDS_H

#include "io/json/json.h"

/* Write the step ids of a reply as text for the ledger; expanded: with those of called
   cases.  The caller frees it. */
char	*steps_detail(const struct json *steps, int expanded);

#endif
