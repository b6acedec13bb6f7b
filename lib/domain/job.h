#pragma once

#include <stdint.h>

#include "base/opt.h"
#include "io/db/db.h"

/* The records of a transaction: the default, and the most that --batch-size takes. */
enum { JOB_BATCH = 256, JOB_BATCH_MAX = 10000 };

/* A job is one run of one program: the common options, the database, the row of table
   run and the exit status. */
struct job {
	const char	*tool;		/* "zextract" */
	const char	*project;	/* -p, ZEPHYR_PROJECT_KEY */
	const char	*db_url;	/* --db, ZTOQ_DB; sqlite:ztoq.db */
	const char	*reject_path;	/* -r */
	const char	*run;		/* --run, ZTOQ_RUN; else made of id */
	const char	*log_format;	/* text|json */
	const char	*config;	/* --config */
	int64_t		 in_flight;	/* --in-flight, 8 */
	int64_t		 batch_size;	/* --batch-size, JOB_BATCH */
	int64_t		 limit;		/* --limit, 0: none */
	int64_t		 deadline_ms;	/* --deadline, from the start; 0: none */
	int64_t		 max_requests;	/* --max-requests, 0: none */
	int		 verbose, quiet, plan, check, help, version;
	int64_t		 requests;	/* sent so far, counted by the caller */
	char		 id[33];	/* random, of this process: run.job */
	const char	*target;	/* qTest host/project, set before job_db, or NULL */
	struct db	*db;
	int		 row;		/* the run row is written */
	int64_t		 started_ms;	/* monotonic */
};

/*
 * Return the rows of the common options, for opt_set.tables: a static table, one for the
 * process.  without names the options that the program does not have, separated by
 * spaces.
 */
struct opt *job_options(struct job *, const char *without);
/*
 * Parse argv by set, whose tables include job_options, and start logging and signals.
 * Return the index of the first operand, 0 after -h or -V, which leave nothing to do, or
 * -1.
 */
int	 job_start(struct job *, struct opt_set *, int argc, char **argv,
	    struct err *);
/* Fail with ZX_USAGE for a database in memory, which ends with the process. */
int	 job_db_lasts(const char *url, struct err *);
/* Open the database and do nothing else. */
int	 job_open(struct job *, struct err *);
/*
 * Check that job_db can succeed and that rejects can be written, and make nothing.  A
 * database that exists is open afterwards.
 */
int	 job_check(struct job *, struct err *);
/* Open the database, make or check its schema and insert the row of the run. */
int	 job_db(struct job *, struct err *);
/* Return 1 if a signal, --deadline or --max-requests asks to stop; *why (unless why is
   NULL) names it. */
int	 job_stop(const struct job *, const char **why);
/*
 * End the job: report e if rc is -1, flush stdout, complete the row of the run and close
 * the database.  Return the exit status: e->code if rc is -1, else rc.  If a signal was
 * seen, or stdout is a closed pipe, the process ends by that signal instead.
 */
enum { JOB_PIPE = 128 + 13 };
int	 job_end(struct job *, int rc, const struct err *);

/* Set *out to the secret in setting NAME, or in the first line of the file that
   NAME_FILE names; NULL if neither is set.  The text is never freed, and is redacted in
   messages.  0, or -1. */
int	 job_secret(const char *name, const char **out, struct err *);
