#ifndef ZEXTRACT_ATTACH_H
#define ZEXTRACT_ATTACH_H

#include <stdint.h>

#include "domain/blob/blob.h"
#include "domain/stream/stream.h"

#include "domain/api/zephyr.h"

/*
 * Files of cases, plans, cycles, executions and their steps (zephyr-api.md
 * 4), then images inside texts.  Nothing tells that an object has files, so
 * each one is asked: depth says which.  In this order: lists of files by
 * kind of owner, the files, the images.
 */
struct extract;
struct request;

enum attach_depth { ATTACH_NONE, ATTACH_CASES, ATTACH_ENTITIES, ATTACH_STEPS };

enum attach_kind { ATTACH_CASE, ATTACH_PLAN, ATTACH_CYCLE, ATTACH_RUN,
	ATTACH_CASE_STEP, ATTACH_RUN_STEP, ATTACH_KINDS };

/* Does Zephyr answer for a kind?  Asked by one question before others leave. */
enum attach_word { ATTACH_UNKNOWN, ATTACH_PROBED, ATTACH_WORKS, ATTACH_GONE };

enum attach_phase { ATTACH_LISTS, ATTACH_FILES, ATTACH_SCAN, ATTACH_IMAGES,
	ATTACH_TELL, ATTACH_DONE };

enum { ATTACH_PAGE = 64, ATTACH_TRIES = 3 };

struct attach_owner {
	int64_t	 num, step;
	char	*key, *hash;		/* hash: of its list row */
	int	 was_stored, listed;		/* listed: only its steps are missing */
};

/* The same refusal of so many owners while nobody knows whether a kind works
   is what the kind has to say. */
enum { ATTACH_STRIKES = 3 };

/* A file on its way; an image when url is set. */
struct fetch {
	struct fetch	*next;
	struct extract	*x;
	enum stream	 stream;
	char		*owner, *name;
	int64_t		 step, id;
	char		*url, *url_hash, *host;
	enum zephyr_how	 how;
	struct blob	 blob;
	int		 ok, tries;
	char		 type[128], why[256];
};

struct attach {
	enum attach_depth depth;
	int		 any;		/* some list was read, now or before */
	struct blob_store store;
	enum attach_phase phase;
	/* lists */
	int		 kind;		/* ATTACH_KINDS: all are read */
	enum attach_word word[ATTACH_KINDS];
	struct request	*later;		/* refused before one was answered */
	int		 strike, strikes;	/* the last status, how often */
	struct attach_owner row[ATTACH_PAGE], last;
	int		 i, n, whole, open;
	/* files and images */
	struct fetch	*todo, *flying, *work, **work_tail;
	struct fetch	*after;		/* the last one taken from the table */
	int		 nwork, nfly, file_whole;
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
/* depth: none|cases|entities|steps, store: db|dir:PATH */
int	 attach_open(struct extract *, const char *depth, const char *store,
	    struct err *);
void	 attach_close(struct extract *);
/* attach_ask.c: the next list to ask for; NULL: none now. */
int	 attach_next(struct extract *, struct request **, struct err *);
/* Start what may be fetched now. */
int	 attach_fetch(struct extract *, struct err *);
/* A slice of what is to be stored: 1 more at once, 0, -1. */
int	 attach_work(struct extract *, struct err *);
/* All that depth asks for is there; what records need of it. */
int	 attach_done(const struct extract *);
int	 attach_ready(const struct extract *);
/* Member "attachments" of the record under way. */
int	 attach_emit(struct extract *, const char *key, struct err *);

/* attach_list.c: the files of the ask's owner, NULL: none; its steps, who are
   to be asked */
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
int	 attach_page(struct extract *, struct err *);	/* of owners */
void	 attach_page_free(struct attach *);
char	*attach_path(enum stream, const char *owner, int64_t step, int64_t id);
/* The record's member anew, and what is missing told; in a transaction. */
int	 attach_seal(struct extract *, enum stream, const char *owner,
	    const char *why, struct err *);

/* attach_file.c */
int	 file_todo(struct extract *, struct err *);	/* fill .todo */
int	 file_send(struct extract *, struct fetch *, struct err *);
int	 file_work(struct extract *, struct err *);
void	 fetch_free(struct fetch *);

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
