#pragma once

#include <stdint.h>

#include "domain/blob/blob.h"

#include "files/fetch.h"
#include "request.h"

/*
 * Reads the files of cases, plans, cycles, executions and their steps (zephyr-api.md
 * 4), then the images inside texts.  No record says whether an object has files, so a
 * list is requested for each object of the kinds that depth names; for an execution
 * without an end only with ATTACH_ALL, because it has no log in qTest that could have
 * files.  The lists are read first, kind after kind, then the files, then the images.
 */
struct reading;
struct source;

enum attach_depth { ATTACH_NONE, ATTACH_CASES, ATTACH_ENTITIES, ATTACH_STEPS, ATTACH_ALL };

enum attach_kind { ATTACH_CASE, ATTACH_PLAN, ATTACH_CYCLE, ATTACH_RUN,
	ATTACH_CASE_STEP, ATTACH_RUN_STEP, ATTACH_KINDS };

/* Whether Zephyr serves a kind.  One request finds out before others are sent. */
enum attach_word { ATTACH_UNKNOWN, ATTACH_PROBED, ATTACH_WORKS, ATTACH_GONE };

enum { ATTACH_TRIES = 3 };

/* If this many owners of one kind fail with the same status before any succeeds,
   treat the kind as unavailable. */
enum { ATTACH_STRIKES = 3 };

struct attach {
	struct source	*src;
	struct reading	*reading;
	enum attach_depth depth;
	int		 any;		/* this run or an earlier one reads files */
	struct blob_store store;
	/* lists */
	enum attach_word word[ATTACH_KINDS];
	struct request_list later;	/* refused while it was unknown whether the kind works */
	int		 strike[ATTACH_KINDS], strikes[ATTACH_KINDS];	/* the last
					   status, and how often it came */
	/* files and images */
	struct fetch_list todo, flying, work;
	struct fetch	*after;		/* the last row read from the table */
	int		 nwork, file_whole;
	int		 scan_whole;	/* all texts were searched for images */
	char		*scanned;	/* images: the last owner that was searched */
	int		 scan;		/* and its stream */
	int64_t		 scan_since;
	char		*host;		/* the host whose images are requested */
	enum attach_word host_word;
	int		 host_here;	/* the host requires the token */
	int64_t		 files, bytes, missing, images;
};

enum attach_depth attach_depth(const char *word);
/* Prepare to read files; depth: none|cases|entities|steps|all, store: db|dir:PATH. */
int	 attach_open(struct attach *, const char *depth, const char *store,
	    struct err *);
void	 attach_close(struct attach *);
/* Send requests for files or for images, depending on the phase. */
int	 attach_fetch(struct attach *, struct err *);
/* True when all files, or images, are fetched; begin at the first one again. */
int	 attach_is_fetched(const struct attach *);
void	 attach_fetch_again(struct attach *);
/* Report missing files, and log how many were fetched. */
int	 attach_report(struct attach *, struct err *);
/* Store a slice of the received files.  Return 1 when there is more to do at once,
   0, or -1. */
int	 attach_work(struct attach *, struct err *);
