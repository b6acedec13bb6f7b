#pragma once

#include <stdint.h>

#include "domain/api/qtest.h"

struct ledger;
struct link;

/* The search for the step that has a file now: each write of a case gives its steps new ids. */
struct file_step {
	int64_t		 id;		/* of the file */
	char		**path;		/* collection of the files of its step, to be replaced */
	int		*open;		/* number of requests in flight */
	enum qtest_end	*end;		/* set to QTEST_REFUSED, and status to 404, when no step */
	int		*status;	/* of the case has the file */
};

/* Request the current steps of the case whose step has the file with this key.  The answer comes
   from api_wait; steps that are listed without files prove nothing.  0, -1. */
int	 file_step_request(struct file_step *, struct link *, struct ledger *, const char *ekey,
	    struct err *);
/* True if an answer about a path leaves open if a file is in qTest, because its step has another
   id by now. */
int	 file_step_is_lost(const char *path, const struct qtest_reply *);
