#pragma once

#include "io/json/json.h"

struct request;

/* Name of the cursor of a script whose first pages are stored (step_pages.h). */
#define SCRIPT_STEPS	"steps"

/* Remove the steps and the cursor that an earlier pass or page has stored of a
   script. */
int	 script_clear(struct request *, struct err *);
/* Store that a case has no script; why is the reason if it could not be read, or
   NULL. */
int	 script_none(struct request *, const char *why, struct err *);
/* Store a plain or BDD script, or the value that was sent instead. */
int	 script_text(struct request *, const struct json *, struct err *);
