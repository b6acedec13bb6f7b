#pragma once

#include "work/task.h"

/* For doubt.c and readback.c alone. */
struct doubts {
	struct work	*work;
	struct session	*session;	/* that of .work */
	struct doubt	*head;
	int		 is_by_step;	/* qTest does not list the files of several steps */
};

struct doubt {
	struct doubt	*next;
	struct effect	 e;
	uint64_t	 lane;
	int64_t		 due_ms;	/* monotonic */
	struct json	 last_body, found;
	struct json	 confirmed_body;	/* update: the body before */
	struct task	*task;		/* --adopt: search for its object */
	struct readback	*readback;	/* the request under way for it, or NULL */
	int		 twins;		/* further objects with its marker */
	int		 matched_by_name;	/* .found has no marker, but its name */
};

/* Remove a doubt, and put its outcome into the queue as a task that has ended. */
void	 doubt_end(struct doubts *, struct doubt *, enum task_outcome, const char *why);
