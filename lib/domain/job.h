#ifndef DOMAIN_JOB_H
#define DOMAIN_JOB_H

#include <stdint.h>

#include "base/opt.h"
#include "io/db/db.h"

/*
 * A job is one run of one program: what every program of the suite is told
 * (the common options), its database, its run row and its way out.
 */
struct job {
	const char	*tool;		/* "zextract" */
	const char	*project;	/* -p, ZEPHYR_PROJECT_KEY */
	const char	*db_url;	/* --db, ZTOQ_DB; sqlite:ztoq.db */
	const char	*reject_path;	/* -r */
	const char	*run;		/* --run, ZTOQ_RUN; made when missing */
	const char	*log_format;	/* text|json */
	const char	*config;	/* --config */
	int64_t		 in_flight;	/* --in-flight, 8 */
	int64_t		 limit;		/* --limit, 0: none */
	int64_t		 deadline_ms;	/* --deadline as a time from the start */
	int64_t		 max_requests;	/* --max-requests, 0: none */
	int		 verbose, quiet, plan, check, help, version;
	int64_t		 requests;	/* sent so far; the caller counts here */
	char		 id[33];	/* random, this process: run.job */
	const char	*target;	/* qTest host/project: set before job_db */
	struct db	*db;
	int		 row;		/* the run row is written */
	int64_t		 started_ms;	/* monotonic */
};

/*
 * The rows of the common options, for opt_set.tables; one static table a
 * process.  without names the options that the program does not honour,
 * separated by spaces: they are neither listed nor accepted.
 */
struct opt *job_options(struct job *, const char *without);
/*
 * Parse argv by set (whose tables include job_options), act on -h and -V
 * (*done is set: exit 0), start logging and signals.  Returns the first operand's index or -1.
 */
int	 job_start(struct job *, struct opt_set *, int argc, char **argv,
	    int *done, struct err *);
/* Open the database and nothing else: for who looks after it. */
/* 64 for a database in memory: what it remembers ends with the process. */
int	 job_db_lasts(const char *url, struct err *);
int	 job_open(struct job *, struct err *);
/*
 * Check that job_db can succeed and that rejects can be written, and make
 * nothing: the database is there and ours (it is open then), or it can be made.
 */
int	 job_check(struct job *, struct err *);
/* Open the database, check its schema, write the run row. */
int	 job_db(struct job *, struct err *);
/* 1 when a signal, the deadline or a budget asks to stop; why may be NULL. */
int	 job_stop(const struct job *, const char **why);
/*
 * The one way out: tells e once when rc is -1 (status e->code, else rc),
 * writes the run row's end, closes the database, flushes and checks stdout,
 * and returns the exit status; leaves by the signal if one was seen.  Who saw
 * EPIPE says rc = JOB_PIPE: dies of SIGPIPE without a word.
 */
enum { JOB_PIPE = 128 + 13 };
int	 job_end(struct job *, int rc, const struct err *);

/* A secret by NAME or NAME_FILE in the environment (or config): registered
   for redaction, kept for good; NULL when neither is set. */
int	 job_secret(const char *name, const char **out, struct err *);

#endif
