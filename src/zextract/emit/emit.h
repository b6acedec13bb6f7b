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

/* True when all streams are written and the reader has taken them. */
int	 emit_done(const struct emit *);
void	 emit_free(struct emit *);

/* Write each row of a query by row, and end the query.  Return the number of rows, or
   -1. */
int	 emit_rows(struct emit *, struct db_query *,
	    int (*row)(struct emit *, struct db_query *, struct err *), struct err *);
/* Set the key of the last row written to a copy of key. */
void	 emit_key_set(struct emit *, const char *key);
/* Write the record under way, or ask the program of --select about it. */
void	 emit_record(struct emit *);
/* Put member "folder": {"id":..,"name":..,"path":..}, or null when id is 0. */
void	 emit_folder(struct emit *, int64_t id, const char *name,
	    const char *path);
/* Put member "attachments" of the owner key, and, if its texts may have images, member
   "pictures" unless none of them is stored. */
int	 emit_files(struct emit *, const char *key, int may_have_images, struct err *);
/* Put the names into the record that were unknown when its head was stored. */
void	 emit_names(struct emit *);
/* Put such names into the text of step results. */
void	 emit_names_results(struct emit *, struct buf *);
