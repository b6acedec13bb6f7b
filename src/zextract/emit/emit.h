#ifndef ZEXTRACT_EMIT_H
#define ZEXTRACT_EMIT_H

#include <stdint.h>

#include "base/time.h"
#include "domain/stream/stream.h"

#include "read/match.h"
#include "record.h"

/*
 * The stream on stdout.  Records are written from the database in load order, a
 * page at a time, without blocking.  No statement is open while a page is
 * written.  A stream begins when all that its records need is read.
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

/* emit_stream.c */
/* Write what may be written now, a page at most.  Return 1 when something was
   written, 0 when nothing can be written now, or -1. */
int	 emit_step(struct extract *, struct err *);
/* End each stream that has no END yet, when a run stops before it is whole. */
void	 emit_stop(struct extract *);

/* emit.c */
/* True when all streams are written and the reader has taken them. */
int	 emit_done(const struct extract *);
/* Go to the first row of the first stream; of the next stream. */
void	 emit_rewind(struct extract *);
void	 emit_onward(struct extract *);
void	 emit_free(struct emit *);

/* Write one page of the current stream.  Return the number of its rows, 0 at the
   end of the stream, or -1. */
int	 emit_page(struct extract *, struct err *);
int	 emit_folders(struct extract *, struct err *);
int	 emit_cases(struct extract *, struct err *);
int	 emit_plans(struct extract *, struct err *);
int	 emit_cycles(struct extract *, struct err *);
int	 emit_executions(struct extract *, struct err *);

/* emit_version.c: add member "versions" to the record of a case, oldest first. */
int	 version_emit(struct extract *, const char *case_key, struct err *);

/* Write the record under way, or ask the program of --select about it. */
void	 emit_record(struct extract *);
/* Put member "folder": {"id":..,"name":..,"path":..}, or null when id is 0. */
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

/* stream_schema.c: return the JSON schema of a stream. */
const char *shape_text(enum stream);

#endif
