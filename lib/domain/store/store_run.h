#pragma once

#include "domain/store/store.h"

/* Test executions: their rows and step results. */

struct store_execution {
	struct store_row row;		/* key may be NULL; no name, no folder */
	const char	*case_key;	/* "": unknown */
	int64_t		 case_version, case_id, cycle_id, environment_id;
	int64_t		 status_id, end_ms;
	int		 wanted;	/* has step results to be read */
};

int	 store_execution(struct store *, const struct store_execution *,
	    struct err *);

/*
 * Store the step results of an execution, a canonical array, and slots, which names the
 * step of each result on a line.  Of a list of many pages, _part stores the pages read
 * so far.  unread is the reason why there are no results, NULL if they were read.
 */
int	 store_results_part(struct store *, int64_t id, const char *text,
	    size_t, const char *slots, struct err *);
int	 store_results(struct store *, int64_t id, const char *text, size_t,
	    const char *slots, const char *unread, struct err *);
/* Have the step results of an execution read again unless this pass has read them. */
int	 store_execution_reread(struct store *, int64_t id, struct err *);
/* Have the step results of all executions read again. */
int	 store_executions_reread(struct store *, struct err *);
/*
 * Have step results read again whose statuses Zephyr sent inside "inline", before
 * "testData": earlier versions looked for them beside it and left them there.
 */
int	 store_executions_reread_statuses(struct store *, struct err *);
/* Record that no text of an execution contains an image. */
int	 store_execution_no_images(struct store *, int64_t id, struct err *);
/* Set the case of executions whose row named it by id alone.  The caller has stored the
   whole list of cases. */
int	 store_executions_join(struct store *, struct err *);
