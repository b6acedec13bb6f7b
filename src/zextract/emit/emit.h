#pragma once

#include <stdint.h>

#include "base/time.h"
#include "domain/stream/stream.h"

#include "read/match.h"
#include "record.h"

/*
 * Writes the stream on stdout.  Records are read from the database in load order and
 * written a page at a time, without blocking.  No statement is open while a page is
 * written.  A stream begins when everything that its records need is read.
 */
struct attach;
struct jira;
struct lists;
struct names;
struct selection;
struct source;

enum { EMIT_AHEAD = 128 * 1024 };

struct emit {
	struct source	*src;
	const struct lists *lists;
	struct names	*names;
	struct selection *selection;
	const struct attach *attach;
	struct jira	*jira;
	const char	*run;		/* id of the run, for META */
	int		 with_versions;	/* --versions */
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
/* Write what may be written now, a page at most; ready: all is read that the next
   records need.  Return 1 when something was written, 0 when nothing can be
   written now, or -1. */
int	 emit_step(struct emit *, int ready, struct err *);
/* End each stream that has no END yet, when a run stops before it is whole: as
   unproven when something stays unread. */
void	 emit_stop(struct emit *, int unread);

/* emit.c */
/* True when all streams are written and the reader has taken them. */
int	 emit_done(const struct emit *);
/* Set the position to the first row of the first stream that is written; to the
   first row of the next one. */
void	 emit_rewind(struct emit *);
void	 emit_onward(struct emit *);
void	 emit_free(struct emit *);

/* Write one page of the current stream.  Return the number of its rows, 0 at the
   end of the stream, or -1. */
int	 emit_page(struct emit *, struct err *);
int	 emit_folders(struct emit *, struct err *);
int	 emit_cases(struct emit *, struct err *);
int	 emit_plans(struct emit *, struct err *);
int	 emit_cycles(struct emit *, struct err *);
int	 emit_executions(struct emit *, struct err *);

/* emit_version.c: add member "versions" to the record of a case, oldest first. */
int	 version_emit(struct emit *, const char *case_key, struct err *);

/* Write each row of a query by row, which gets arg, and end the query.  Return the
   number of rows, or -1. */
int	 emit_rows(struct emit *, struct db_query *,
	    int (*row)(struct emit *, struct db_query *, const void *arg, struct err *),
	    const void *arg, struct err *);
/* Set the key of the last row written to a copy of key. */
void	 emit_key_set(struct emit *, const char *key);
/* Write the record under way, or ask the program of --select about it. */
void	 emit_record(struct emit *);
/* Put member "folder": {"id":..,"name":..,"path":..}, or null when id is 0. */
void	 emit_folder(struct emit *, int64_t id, const char *name,
	    const char *path);
/* Put member "attachments" of the owner key. */
int	 emit_files(struct emit *, const char *key, struct err *);
/* emit_names.c */
/* Put the names into the record that were unknown when its head was stored. */
void	 emit_names(struct emit *);
/* Put such names into the text of step results. */
void	 emit_names_results(struct emit *, struct buf *);
/* emit_select.c: ask the program of --select about a page of records, and keep the
   keys that it selects.  Return 1 or -1. */
int	 emit_select(struct emit *, struct err *);

/* stream_schema.c: return the JSON schema of a stream. */
const char *shape_text(enum stream);
