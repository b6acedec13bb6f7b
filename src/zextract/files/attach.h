#pragma once

#include <stdint.h>

#include "domain/blob/blob.h"
#include "domain/stream/stream.h"

#include "domain/api/zephyr.h"
#include "files/fetch.h"
#include "reader.h"

/*
 * Reads the files of cases, plans, cycles, executions and their steps (zephyr-api.md
 * 4), then the images inside texts.  No record says whether an object has files, so a
 * list is requested for each object of the kinds that depth names.  The lists are read
 * first, kind after kind, then the files, then the images.
 */
struct request;
struct source;
struct store;

enum attach_depth { ATTACH_NONE, ATTACH_CASES, ATTACH_ENTITIES, ATTACH_STEPS };

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
	int		 any;		/* this run or an earlier one read a list */
	struct blob_store store;
	/* lists */
	enum attach_word word[ATTACH_KINDS];
	struct request	*later;		/* refused while it was unknown whether the kind works */
	int		 strike[ATTACH_KINDS], strikes[ATTACH_KINDS];	/* the last
					   status, and how often it came */
	/* files and images */
	struct fetch	*todo, *flying, *work, **work_tail;
	struct fetch	*after;		/* the last row read from the table */
	int		 nwork, nfly, file_whole;
	int		 scan_whole;
	char		*scanned;	/* images: the last owner that was searched */
	int		 scan;		/* and its stream */
	int64_t		 scan_since;
	char		*host;		/* the host whose images are requested */
	enum attach_word host_word;
	int		 host_here;	/* the host requires the token */
	int64_t		 files, bytes, missing, images;
};

/* attach.c */
enum attach_depth attach_depth(const char *word);
/* Prepare to read files; depth: none|cases|entities|steps, store: db|dir:PATH. */
int	 attach_open(struct attach *, const char *depth, const char *store,
	    struct err *);
void	 attach_close(struct attach *);
/* attach_ask.c: reads lists of files, one kind of owner after the other. */
extern const struct reader file_readers[ATTACH_KINDS];
/* Send requests for files or for images, depending on the phase. */
int	 attach_fetch(struct attach *, struct err *);
/* True when all files, or images, are fetched; begin at the first one again. */
int	 attach_is_fetched(const struct attach *);
void	 attach_fetch_again(struct attach *);
/* True when all texts were searched for images. */
int	 attach_is_scanned(const struct attach *);
/* Report missing files, and log how many were fetched. */
int	 attach_report(struct attach *, struct err *);
/* Store a slice of the received files.  Return 1 when there is more to do at once,
   0, or -1. */
int	 attach_work(struct attach *, struct err *);
/* True when all files that records list are fetched. */
int	 attach_ready(const struct attach *);

/* attach_list.c */
/* Store the list of an owner's files (NULL: none), and which of its steps are read
   for files. */
int	 attach_list_put(struct request *, const struct json *, struct err *);
int	 attach_list_steps(struct attach *, enum stream, const char *key,
	    struct err *);
/* Store the result of the request for a file. */
int	 attach_list_received(struct source *, const struct fetch *, struct err *);
/* Have the list of an owner's files read again unless this pass has read it. */
int	 attach_list_reread(struct source *, enum stream, const char *key, struct err *);
/* Have the lists of the files of all owners read again. */
int	 attach_lists_reread(struct store *, struct err *);

/* attach_owner.c */
struct attach_kind_of {
	enum stream	 stream;
	const char	*name, *path, *sql;
	enum attach_depth depth;
};
extern const struct attach_kind_of attach_kinds[ATTACH_KINDS];

int	 attach_is_step(int kind);
/* Add owners of a kind to a page of its reader. */
int	 attach_page(struct attach *, struct todo *, struct err *);
char	*attach_path(enum stream, const char *owner, int64_t step, int64_t id);
/* Compose member "attachments" of the owner's record anew, and report missing files;
   why is the reason of the last failure, or NULL.  In the caller's transaction. */
int	 attach_seal(struct attach *, enum stream, const char *owner,
	    const char *why, struct err *);

/* attach_file.c */
int	 file_todo(struct attach *, struct err *);	/* fill attach.todo */
int	 file_send(struct attach *, struct fetch *, struct err *);
int	 file_work(struct attach *, struct err *);

/* inline.c, inline_file.c, inline_report.c */
int	 inline_scan(struct attach *, struct err *);	/* a page: 1, 0, -1 */
int	 inline_todo(struct attach *, struct err *);
int	 inline_held(struct attach *, struct fetch *, struct err *);
int	 inline_report(struct source *, struct err *);
/* Decide by the first answer of a host whether its images are requested. */
void	 inline_answer(struct attach *, struct fetch *);

/* import_images.c: import images that a person saved from a browser in dir. */
int	 fill_run(struct attach *, const char *dir, const char *store,
	    struct err *);
