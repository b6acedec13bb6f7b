#ifndef ZEXTRACT_ZEPHYR_IMPL_H
#define ZEXTRACT_ZEPHYR_IMPL_H

#include "domain/budget.h"
#include "io/http/http.h"
#include "io/retry.h"

#include "domain/api/zephyr.h"

/* Between the files of the Zephyr client only. */

/* A question on its way: waiting to leave (again), or in flight. */
struct trip {
	struct zephyr	*z;
	struct trip	*next;
	char		*path;
	zephyr_done	*done;
	void		*arg;
	int		 attempt, faults, give;
	enum zephyr_how	 how;
	int		 fd;		/* > 0: a file */
	int64_t		 at_ms;		/* leaves no earlier (monotonic) */
};

struct zephyr {
	struct http	*http;
	struct retry_policy	 patience;
	struct zephyr_conf conf;
	char		*base, *auth;
	struct trip	*head, **tail;	/* what waits to leave */
	struct trip	*flight;	/* what has left */
	int		 waiting, flying, hushed;
	int64_t		 sent;
	int64_t		 foreign;	/* of these to other hosts */
	int64_t		 told_ms;	/* when the shared row was told */
	struct budget_use use;
	struct err	 fail;
	struct zephyr_as as;
	struct zephyr	*beside;	/* another API on the same wires */
	struct zephyr	*first;		/* of which this one is that other */
};

/* zephyr_rate.c: ms until the rate lets a request go; takes its place when
   it may. */
int64_t	 zephyr_rate(struct zephyr *);

#endif
