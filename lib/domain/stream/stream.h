#pragma once

#include <stdint.h>

#include "io/json/json.h"
#include "io/ndjson.h"

/*
 * The streams between the programs (ztoq-stream(5)), in the order in which they are
 * loaded.  The place of a record in the pipe has no meaning.
 */
enum stream {
	STREAM_FOLDERS, STREAM_CASES, STREAM_PLANS, STREAM_CYCLES,
	STREAM_EXECUTIONS, STREAM_COUNT
};

/* Return the name of a stream ("test_cases"), and of its key property ("key", "id"). */
const char	*stream_name(enum stream);
const char	*stream_key(enum stream);
/* Return the stream of a name, -1 if there is none or name is NULL. */
int		 stream_find(const char *name);

/* How complete a stream is, and the words for it in END. */
enum stream_status { STREAM_COMPLETE, STREAM_PARTIAL, STREAM_UNPROVEN };
extern const char *const stream_status_words[];

/* The records of one stream that a program has read or written. */
struct stream_count {
	int64_t			 records, rejected;
	uint64_t		 sum;		/* of the first 8 bytes of the hashes, mod 2^64 */
	int			 ended;		/* END was seen or written */
	enum stream_status	 status;
};

/* The streams that a program writes. */
struct stream_out {
	struct ndjson_out	 nd;
	int			 singer;	/* Singer types only, no z */
	int			 target;	/* META named the target side: all keys are "key" */
	struct stream_count	 c[STREAM_COUNT];
};

struct stream_meta {
	const char	*tool;		/* "zextract 0.1.0" */
	const char	*run, *project, *source;
	const char	*side;		/* "source" or "target" */
	int64_t		 pass;
	/* Target side only, else NULL: hash of the map, and as JSON arrays the
	   fields and the execution statuses that it uses. */
	const char	*map, *fields, *statuses;
};

/* The functions below append a line to the output, which ndjson_flush writes. */
void	 stream_meta(struct stream_out *, const struct stream_meta *);
/* schema is canonical JSON, as is the value of stream_state. */
void	 stream_schema(struct stream_out *, enum stream, const char *schema);
/*
 * rec is the canonical text of the record, changes a canonical JSON array or NULL,
 * time_extracted an ISO time, NULL for now.
 */
void	 stream_record(struct stream_out *, enum stream, const char *rec,
	    size_t len, const char *changes, const char *time_extracted);
void	 stream_state(struct stream_out *, const char *value);
/* Write END with the counts of the stream so far. */
void	 stream_end(struct stream_out *, enum stream, enum stream_status);

/* The type of a line that was read. */
enum stream_type {
	MSG_META, MSG_SCHEMA, MSG_RECORD, MSG_STATE, MSG_END, MSG_REJECT,
	MSG_OTHER,		/* an unknown type, to be passed on */
	MSG_BAD			/* malformed: .why says how, nd.line of stream_in
				   where */
};

struct stream_msg {
	enum stream_type type;
	enum stream	 stream;	/* RECORD, END, SCHEMA, REJECT */
	struct json	 doc;		/* the whole line */
	struct json	 rec;		/* RECORD, REJECT: the record */
	const char	*line;		/* as read, without LF */
	size_t		 len;
	const char	*recline;	/* RECORD: canonical text of the record */
	size_t		 reclen;
	char		 hash[65];	/* of recline */
	const char	*changes;	/* z.changes as text, NULL: none */
	char		 why[200];
};

struct stream_in {
	struct ndjson_in	 nd;
	int			 unsealed;	/* --unsealed: END may be missing */
	int			 meta;		/* META was seen */
	char			 side[16];
	struct json		 meta_doc;
	struct stream_count	 c[STREAM_COUNT];	/* as counted */
	struct stream_count	 announced[STREAM_COUNT];	/* as END says */
	int			 bad;		/* malformed lines */
	struct stream_msg	 msg;
	struct buf		 canon, changes;
};

/* Prepare to read from fd; name is for messages.  The caller closes fd. */
void	 stream_in_open(struct stream_in *, int fd, const char *name);
/*
 * Read the next line that is not blank, and count it if it is a RECORD.  1: *msg is
 * valid until the next call; 0: end of input; 2: no line has arrived yet, the caller
 * polls (see ndjson_next); -1.
 */
int	 stream_next(struct stream_in *, struct stream_msg **, struct err *);
/* Count a record as rejected that the caller sets aside. */
void	 stream_set_aside(struct stream_in *, enum stream);
/*
 * Compare, at the end of input, the END of each stream with the counts.  0 and
 * *status, the worst of all (STREAM_UNPROVEN if unsealed); -1 with ZX_DATA if META or an
 * END is missing, an END disagrees or the last line is torn.
 */
int	 stream_sealed(struct stream_in *, enum stream_status *status,
	    struct err *);
/* Mark e, which says that the input ended early, as a consequence when a driver
   started this stage: the previous stage reports the cause.  Return rc. */
int	 stream_cut_short(int rc, struct err *e);
/* Return 1 if the END of a stream was read and agrees with the counts. */
int	 stream_ended(const struct stream_in *, enum stream);
void	 stream_in_free(struct stream_in *);
