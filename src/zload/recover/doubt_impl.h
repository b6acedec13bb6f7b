#ifndef ZLOAD_DOUBT_IMPL_H
#define ZLOAD_DOUBT_IMPL_H

#include "load.h"
#include "work/kind.h"
#include "work/task.h"

/* Between doubt.c and readback.c only. */
struct doubt {
	struct doubt	*next;
	struct effect	 e;
	uint64_t	 lane;
	int64_t		 due_ms;	/* monotonic */
	struct json	 last_body, found;
	struct json	 confirmed_body;		/* update: what was there before */
	struct task	*task;		/* --adopt: whose object is looked for */
	struct asking	*asking;
	int		 twins;
	int		 matched_by_name;	/* found by its name, no marker */
};

/* A question under way, for all doubts that point here. */
struct asking {
	struct load	*load;
	const struct kind *kind;
	char		*path;		/* of the requests in doubt */
	int64_t		 version;	/* approvals: the newest whole one */
	struct err	 e;
};

/* The doubt becomes a task that has ended; it is committed with the others. */
void	 doubt_end(struct load *, struct doubt *, const struct kind *,
	    enum task_outcome, const char *why);
/* The body that was sent and the one before it, from the ledger. */
int	 doubt_sent(struct load *, struct doubt *, struct err *);
/* readback.c: ask qTest about a doubt, and all that the same answer settles. */
int	 readback(struct load *, struct doubt *, const struct kind *, struct err *);

#endif
