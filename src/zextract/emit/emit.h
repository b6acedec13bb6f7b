#ifndef ZEXTRACT_EMIT_H
#define ZEXTRACT_EMIT_H

#include <stdint.h>

#include "base/time.h"
#include "domain/stream/stream.h"

#include "read/match.h"
#include "record.h"

/*
 * The stream on stdout, written from the database in load order: a cursor of
 * its own, a page at a time, without blocking and with no statement open
 * while it writes.  A stream begins when all that its records need is there.
 */
struct extract;

enum { EMIT_AHEAD = 128 * 1024 };

struct emit {
	struct stream_out out;
	int		 opened;	/* META and SCHEMA are written */
	int		 stream;	/* STREAM_COUNT: all are */
	/* the last row written: its place in load order */
	int64_t		 at[4], id;
	char		*key;
	char		 time[TIME_MAX];
	struct match	 match;
	struct record	 record;
};

/* Write what may be written now, a page at most: 1 something, 0 nothing now,
   -1. */
int	 emit_step(struct extract *, struct err *);
int	 emit_done(const struct extract *);
/* Stopped before the end: an END for each stream that has none. */
void	 emit_stop(struct extract *);
/* To the first row of the first stream; of the next one that is written. */
void	 emit_rewind(struct extract *);
void	 emit_onward(struct extract *);
void	 emit_free(struct emit *);

/* One page of a stream into the writer: how many rows, 0 at the end, -1. */
int	 emit_page(struct extract *, struct err *);
int	 emit_folders(struct extract *, struct err *);
int	 emit_cases(struct extract *, struct err *);
int	 emit_plans(struct extract *, struct err *);
int	 emit_cycles(struct extract *, struct err *);
int	 emit_executions(struct extract *, struct err *);

/* Add member "versions" of the case under way, oldest first.  emit_version.c */
int	 version_emit(struct extract *, const char *case_key, struct err *);

/* Write the record under way, or ask the program of --select about it. */
void	 emit_record(struct extract *);
/* {"id":..,"name":..,"path":..}, null when id is 0. */
void	 emit_folder(struct emit *, int64_t id, const char *name,
	    const char *path);
/* Put member "attachments" of the owner key. */
int	 emit_files(struct extract *, const char *key, struct err *);
/* emit_names.c */
/* Put names that were not known when the head was stored. */
void	 emit_names(struct extract *);
/* The same in the text of step results. */
void	 emit_names_results(struct extract *, struct buf *);
/* emit_select.c: ask the program of --select about a page of records: 1, -1. */
int	 emit_select(struct extract *, struct err *);

/* stream_schema.c: the JSON schema of a stream. */
const char *shape_text(enum stream);

#endif
