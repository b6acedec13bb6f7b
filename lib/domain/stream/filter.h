#ifndef DOMAIN_FILTER_H
#define DOMAIN_FILTER_H

#include "domain/job.h"
#include "domain/stream/stream.h"

/*
 * A program in the middle of the pipe: stream in, stream out, batches of up
 * to FILTER_BATCH records or what came until the input ran dry.  What a batch
 * did is committed before its lines are written.
 */
enum { FILTER_BATCH = 256, FILTER_BYTES = 4 * 1024 * 1024 };

struct filter;

struct filter_ops {
	/* The project is known (once, before any record; doc may be empty):
	   open what hangs on it and write META. */
	int	(*start)(void *, struct filter *, const struct stream_msg *,
		    struct err *);
	/* RECORD or REJECT: work on it and keep what is to be written. */
	int	(*record)(void *, struct filter *, struct stream_msg *,
		    struct err *);
	/* Commit what is kept, then queue its lines to out. */
	int	(*flush)(void *, struct filter *, struct err *);
	/* Any other line but END, in its place; NULL: passed on as it is. */
	int	(*line)(void *, struct filter *, struct stream_msg *,
		    struct err *);
	/* A stream has ended, and this is what its END will say: before that
	   is passed on; NULL: nothing to do. */
	int	(*end)(void *, struct filter *, enum stream,
		    const struct stream_count *, struct err *);
	int	rewrites;	/* END is always our own */
};

struct filter {
	struct job		*job;
	const struct filter_ops	*ops;
	void			*arg;
	struct stream_in	 in;
	struct stream_out	 out;
	struct reject		 reject;
	int			 unsealed;	/* --unsealed */
	int			 mute;		/* --plan: nothing is written */
	int			 started, flags;
	char			*project;	/* of META, or -p; kept for good */
	int64_t			 pass, pending, taken;
	size_t			 bytes;
	int64_t			 aside[STREAM_COUNT];	/* set aside here */
	int64_t			 bad;			/* malformed lines */
	enum stream_status	 sealed;
	const char		*stopped;		/* why, NULL: not */
};

void	 filter_open(struct filter *, struct job *, const struct filter_ops *,
	    void *arg);
/*
 * The whole run.  0 and .sealed, .stopped, .aside tell; -1: ZX_DATA for a
 * missing or disagreeing END (all that came was worked on nevertheless).
 */
int	 filter_run(struct filter *, struct err *);
/* Exit status of a run that did not fail: 0, ZX_REJECTS, ZX_RETRY. */
int	 filter_status(const struct filter *);
/* A record leaves by the side door and is counted. */
int	 filter_reject(struct filter *, const struct stream_msg *,
	    const char *rule, const char *reason, int told, struct err *);
/* The key of a record as text, "-" when it has none; the caller frees it. */
char	*filter_key(const struct stream_msg *, int target_side);
void	 filter_close(struct filter *);

#endif
