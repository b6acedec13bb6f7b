#pragma once

#include "base/set.h"

/* The modules that tasks use.  Each module owns its state; main opens and closes them. */
struct work {
	struct session	*session;
	struct input	*input;
	struct queue	*queue;
	struct id_cache	*ids;
	struct doubts	*doubts;
	struct steps	*steps;
	struct rivals	*rivals;
	struct requirements *requirements;	/* NULL: not read */
	struct set	 relinks;	/* hashes of the keys of relinks (relink.h) */
	struct file_steps *file_steps;
	int		 recheck;	/* approvals are to be checked once the links are made */
};
