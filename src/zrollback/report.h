#pragma once

#include "inventory.h"
#include "io/ndjson.h"

/* Fail with ZX_DATA if a chosen object must stay.  0, -1. */
int	 report_check_plan(struct inventory *, struct err *);
/* Write the plan, a line for each chosen object in the order of deletion.  0, -1. */
int	 report_write(struct inventory *, struct ndjson_out *, struct err *);
/* Log how many objects of each kind go and stay, and the requests that deletes need.  0, -1. */
int	 report_log(struct inventory *, struct err *);
