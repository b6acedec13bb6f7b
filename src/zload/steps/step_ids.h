#pragma once

#include "io/json/json.h"

/* Return the step ids of a list of steps in qTest as text for the ledger, which the caller
   frees.  expanded: the list has the steps of called cases, too. */
char	*steps_detail(const struct json *steps, int expanded);
