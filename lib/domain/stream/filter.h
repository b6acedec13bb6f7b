#pragma once

#include "domain/job.h"
#include "domain/stream/reject.h"
#include "domain/stream/stream.h"

/*
 * A program that reads a stream from standard input and writes one to standard output,
 * in batches of up to job->batch_size records, fewer if no more have arrived.  A batch is
 * committed before its lines are written.
 */
enum { FILTER_BYTES = 4 * 1024 * 1024 };

struct filter;

/* The functions of a program; each returns 0, or -1, which ends the run. */
struct filter_ops {
	/* Prepare for a project and write META.  Called once, before any record; the
	   message has no doc if the stream has no META. */
	int	(*start)(void *, struct filter *, const struct stream_msg *,
		    struct err *);
	/* Process a RECORD or REJECT and keep the lines to be written. */
	int	(*record)(void *, struct filter *, struct stream_msg *,
		    struct err *);
	/* Commit the batch, then append its lines to out. */
	int	(*flush)(void *, struct filter *, struct err *);
	/* Process any other line but END; NULL: it is passed on as it is. */
	int	(*line)(void *, struct filter *, struct stream_msg *,
		    struct err *);
	/* Note the end of a stream, before an END with these counts is written; NULL:
	   nothing to do. */
	int	(*end)(void *, struct filter *, enum stream,
		    const struct stream_count *, struct err *);
	int	rewrites;	/* records change, so END is written anew */
};

struct filter {
	struct job		*job;
	const struct filter_ops	*ops;
	void			*arg;
	int			 unsealed;	/* --unsealed */
	int			 mute;		/* --plan: nothing is written */
	struct stream_in	 in;
	struct stream_out	 out;
	struct reject		 reject;
	int			 started, flags;
	char			*project;	/* of META, or -p; never freed */
	int64_t			 pass, pending, taken;
	size_t			 bytes;
	int64_t			 aside[STREAM_COUNT];	/* set aside here */
	int64_t			 bad;			/* malformed lines */
	enum stream_status	 sealed;
	const char		*stopped;		/* why, NULL: not */
};

/*
 * Process the whole input.  The caller has set the first members up to mute, and zeroed
 * the rest; arg is passed to the functions.  Return the exit status (ZX_OK, ZX_REJECTS,
 * ZX_RETRY), or JOB_PIPE if the output has no reader; -1, with ZX_DATA for a missing or
 * disagreeing END (the records were processed nevertheless).
 */
int	 filter_run(struct filter *, struct err *);
/* Count a record as set aside; report also writes it to the file of rejects. */
int	 filter_reject(struct filter *, const struct stream_msg *,
	    const char *rule, const char *reason, int report, struct err *);
/* Return the key of a record as text, "-" if it has none; the caller frees it. */
char	*filter_key(const struct stream_msg *, int target_side);
