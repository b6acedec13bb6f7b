#ifndef ZEXTRACT_PLAN_H
#define ZEXTRACT_PLAN_H

#include "extract.h"

/* What --plan was asked about, beside the streams. */
struct plan_ask {
	const char	*depth;		/* --attachments */
	int		 versions, deep;
};

/* plan_totals.c */
/* Send one request for the project, and one to Jira when it is set. */
int	 plan_check(struct extract *, struct err *);
/* Print what a first pass would ask, on stdout. */
int	 plan_print(struct extract *, const struct plan_ask *, struct err *);

/* plan_next.c */
/* Copy what the shared database knows of a project into a private one in which
   the lists of the next pass can be read. */
int	 plan_next_copy(struct db *from, struct db *to, const char *project,
	    struct err *);
/* Once the pass is open there: keep which rows were known, and which are to be
   read whatever the lists say. */
int	 plan_next_mark(struct db *, struct err *);
/* Print what the lists found new, changed or gone, on stdout. */
int	 plan_next_print(struct extract *, const struct plan_ask *,
	    struct err *);

#endif
