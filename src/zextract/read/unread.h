#pragma once

#include <stdint.h>

#include "base/err.h"
#include "base/opt.h"
#include "domain/stream/stream.h"

/*
 * Reports objects that Zephyr does not deliver, however often they are requested: a
 * script, the step results of an execution, the files of an owner.  Everything else is
 * read, and the run ends with the first reason.  With --accept-unread KEY the run
 * continues without the object, and the record and a finding say so.  If many objects
 * in a row stay unread, the fault is not theirs: the run ends at once.
 */
struct request;
struct source;

enum { UNREAD_ROW = 10 };

struct unread {
	struct source	*src;
	struct opt_list	 accept;	/* --accept-unread */
	int		 n, row;	/* in this run; since the last one that was read */
	int64_t		 known;		/* findings of earlier runs */
	char		*key;		/* of the first one, and why */
	struct err	 why;
};

int	 unread_open(struct unread *, struct err *);
void	 unread_free(struct unread *);
int	 unread_accepted(const struct unread *, const char *key);
/*
 * Report that key stays unread, in the transaction of the answer.  Return 1 when
 * that is accepted (the caller stores a replacement), 0 when key is left for the
 * next run, -1 when why ends the run.
 */
int	 unread_put(struct request *, enum stream, const char *key,
	    const char *rule, const struct err *why, struct err *);
/*
 * Store an answer about request.key by store, or, if that fails and is accepted, by none,
 * with the reason in a few words for the record.
 */
int	 unread_store(struct request *, enum stream, const char *rule,
	    int (*store)(struct request *, struct err *),
	    int (*none)(struct request *, const char *why, struct err *), struct err *);
/* Remove the report once the object is read. */
int	 unread_forget(struct request *, enum stream, const char *key,
	    const char *rule, struct err *);
/* Log and count what stays unread, after the commit; key as in unread_put. */
void	 unread_committed(struct request *, const char *key);
/* Serve as reader.committed of a reader whose rows may stay unread; their key names
   them. */
void	 unread_reader_committed(struct request *);
/* Return -1 with the first reason when something stays unread, else 0. */
int	 unread_end(const struct unread *, int selection_known, struct err *);
