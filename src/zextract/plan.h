#pragma once

#include "domain/job.h"

struct jira;
struct selection;
struct source;

/* What --plan counts, and with which options. */
struct plan {
	const struct job *job;
	struct source	*src;
	const struct selection *selection;
	struct jira	*jira;
	const char	*depth;		/* --attachments */
	int		 versions, deep;
};

/* plan_totals.c */
/* Send one request for the project, and one to Jira when it is set. */
int	 plan_check(const struct plan *, struct err *);
/* Print on stdout what a first pass would request. */
int	 plan_print(const struct plan *, struct err *);

/* plan_next.c */
/* Copy the rows of a project from the shared database into a private one, in which
   the lists of the next pass can be read. */
int	 plan_next_copy(struct db *from, struct db *to, const char *project,
	    struct err *);
/* Note in the private database which rows are known, and which are read in any case.
   The caller has opened the pass there. */
int	 plan_next_mark(struct db *, struct err *);
/* Print on stdout how many rows the lists show as new, changed or gone. */
int	 plan_next_print(const struct plan *, struct err *);
