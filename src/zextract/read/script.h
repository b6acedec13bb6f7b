#ifndef ZEXTRACT_SCRIPT_H
#define ZEXTRACT_SCRIPT_H

#include "extract.h"
#include "reader.h"
#include "request.h"

/* Reads the scripts of cases; and the step results of executions (result.c). */
extern const struct reader script_reader, result_reader;

/* Name of the cursor of a script whose first pages are stored (step_pages.h). */
#define SCRIPT_STEPS	"steps"

/* script_text.c */
/* Forget what an earlier pass or page has left of a script. */
int	 script_clear(struct request *, struct err *);
/* Store that there is no script; why: in words, or NULL when that is so and
   nothing is lost. */
int	 script_none(struct request *, const char *why, struct err *);
/* Store a plain or BDD script, or what came in its place. */
int	 script_text(struct request *, const struct json *, struct err *);

#endif
