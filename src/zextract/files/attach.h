#ifndef ZEXTRACT_ATTACH_H
#define ZEXTRACT_ATTACH_H

#include <stdint.h>

#include "domain/blob/blob.h"
#include "domain/stream/stream.h"

#include "domain/api/zephyr.h"
#include "files/fetch.h"
#include "reader.h"

/*
 * Files of cases, plans, cycles, executions and their steps (zephyr-api.md
 * 4), then images inside texts.  No record tells that an object has files, so a
 * list is requested for each object; depth says of which kinds.  The lists are
 * read first, kind after kind, then the files, then the images.
 */
struct extract;
struct request;

enum attach_depth { ATTACH_NONE, ATTACH_CASES, ATTACH_ENTITIES, ATTACH_STEPS };

enum attach_kind { ATTACH_CASE, ATTACH_PLAN, ATTACH_CYCLE, ATTACH_RUN,
	ATTACH_CASE_STEP, ATTACH_RUN_STEP, ATTACH_KINDS };

/* Does Zephyr answer for a kind?  One request finds out before others are sent. */
enum attach_word { ATTACH_UNKNOWN, ATTACH_PROBED, ATTACH_WORKS, ATTACH_GONE };

enum { ATTACH_TRIES = 3 };

/* If this many owners of one kind fail with the same status before any succeeds,
   treat the kind as unavailable. */
enum { ATTACH_STRIKES = 3 };

struct attach {
	enum attach_depth depth;
	int		 any;		/* some list was read, now or before */
	struct blob_store store;
	/* lists */
	enum attach_word word[ATTACH_KINDS];
	struct request	*later;		/* refused before one was answered */
	int		 strike[ATTACH_KINDS], strikes[ATTACH_KINDS];	/* the last
					   status, and how often it came */
	/* files and images */
	struct fetch	*todo, *flying, *work, **work_tail;
	struct fetch	*after;		/* the last one taken from the table */
	int		 nwork, nfly, file_whole;
	int		 scan_whole;
	char		*scanned;	/* images: the last owner looked at */
	int		 scan;		/* and its stream */
	int64_t		 scan_since;
	char		*host;		/* whose images are asked for */
	enum attach_word host_word;
	int		 host_here;	/* it wants the token */
	int64_t		 files, bytes, missing, images;
};

/* attach.c */
enum attach_depth attach_depth(const char *word);
/* Prepare to read files; depth: none|cases|entities|steps, store: db|dir:PATH. */
int	 attach_open(struct extract *, const char *depth, const char *store,
	    struct err *);
void	 attach_close(struct extract *);
/* attach_ask.c: read lists of files, one kind of owner after the other. */
extern const struct reader file_readers[ATTACH_KINDS];
/* Start what may be fetched now: files or images, by the phase. */
int	 attach_fetch(struct extract *, struct err *);
/* True when all files, or images, are fetched; begin with the others. */
int	 attach_is_fetched(const struct extract *);
void	 attach_fetch_again(struct extract *);
/* True when all texts were searched for images. */
int	 attach_is_scanned(const struct extract *);
/* Report what is missing, and log what was fetched. */
int	 attach_report(struct extract *, struct err *);
/* Store a slice of what was fetched: 1 when there is more to do at once, 0, -1. */
int	 attach_work(struct extract *, struct err *);
/* True when all files that records show are there. */
int	 attach_ready(const struct extract *);

/* attach_list.c */
/* Store the list of an owner's files (NULL: none), and which of its steps are to
   be asked for files. */
int	 attach_list_put(struct request *, const struct json *, struct err *);
int	 attach_list_steps(struct extract *, enum stream, const char *key,
	    struct err *);

/* attach_owner.c */
struct attach_kind_of {
	enum stream	 stream;
	const char	*name, *path, *sql;
	enum attach_depth depth;
};
extern const struct attach_kind_of attach_kinds[ATTACH_KINDS];

int	 attach_is_step(int kind);
/* Add owners of a kind to a page of its reader. */
int	 attach_page(struct extract *, struct todo *, struct err *);
char	*attach_path(enum stream, const char *owner, int64_t step, int64_t id);
/* Make member "attachments" of the owner's record anew, and report missing files;
   in a transaction. */
int	 attach_seal(struct extract *, enum stream, const char *owner,
	    const char *why, struct err *);

/* attach_file.c */
int	 file_todo(struct extract *, struct err *);	/* fill .todo */
int	 file_send(struct extract *, struct fetch *, struct err *);
int	 file_work(struct extract *, struct err *);

/* inline.c, inline_file.c, inline_report.c */
int	 inline_scan(struct extract *, struct err *);	/* a page: 1, 0, -1 */
int	 inline_todo(struct extract *, struct err *);
int	 inline_held(struct extract *, struct fetch *, struct err *);
int	 inline_report(struct extract *, struct err *);
/* What a first answer means for the host. */
void	 inline_answer(struct extract *, struct fetch *);

/* import_images.c: files that a person saved by hand */
int	 fill_run(struct extract *, const char *dir, const char *store,
	    struct err *);

#endif
