#ifndef DOMAIN_STREAM_H
#define DOMAIN_STREAM_H

#include <stdint.h>

#include "io/json/json.h"
#include "io/ndjson.h"

/*
 * The stream between the programs: ztoq-stream(5).  Five streams, in load
 * order; a record's place in the pipe says nothing that the record does not.
 */
enum stream {
	STREAM_FOLDERS, STREAM_CASES, STREAM_PLANS, STREAM_CYCLES,
	STREAM_EXECUTIONS, STREAM_COUNT
};

const char	*stream_name(enum stream);	/* "test_cases" */
const char	*stream_key(enum stream);	/* key property: "key" or "id" */
int		 stream_find(const char *name);	/* -1: none such */

enum stream_status { STREAM_COMPLETE, STREAM_PARTIAL, STREAM_UNPROVEN };

/* What one side of a pipe has counted of one stream. */
struct stream_count {
	int64_t			 records, rejected;
	uint64_t		 sum;		/* record hashes' heads, mod 2^64 */
	int			 ended;		/* END was seen or written */
	enum stream_status	 status;
};

/* Writing. */
struct stream_out {
	struct ndjson_out	 nd;
	int			 singer;	/* Singer types only, no z */
	int			 target;	/* META said so: keys are "key" */
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

void	 stream_meta(struct stream_out *, const struct stream_meta *);
void	 stream_schema(struct stream_out *, enum stream, const char *schema);
/*
 * One record: rec is its canonical text, hash its sha256 (NULL: computed
 * here); changes a canonical JSON array or NULL; time_extracted NULL is now;
 * seq counts from 1 in each stream by itself.
 */
void	 stream_record(struct stream_out *, enum stream, const char *rec,
	    size_t len, const char *hash, const char *changes,
	    const char *time_extracted);
void	 stream_state(struct stream_out *, const char *value);
void	 stream_end(struct stream_out *, enum stream, enum stream_status);

/* Reading. */
enum stream_type {
	MSG_META, MSG_SCHEMA, MSG_RECORD, MSG_STATE, MSG_END, MSG_REJECT,
	MSG_OTHER,		/* a type that we do not know: passed through */
	MSG_BAD			/* no JSON, or no such shape: .why tells, and
				   stream_in's nd.line */
};

struct stream_msg {
	enum stream_type type;
	enum stream	 stream;	/* RECORD, END, SCHEMA, REJECT */
	struct json	 doc;		/* the whole line */
	struct json	 rec;		/* RECORD, REJECT: the record */
	const char	*line;		/* as read, without LF; borrowed */
	size_t		 len;
	const char	*recline;	/* RECORD: canonical text of the record */
	size_t		 reclen;
	char		 hash[65];	/* of recline */
	const char	*changes;	/* z.changes as text, NULL: none */
	char		 why[200];
};

struct stream_in {
	struct ndjson_in	 nd;
	int			 unsealed;	/* --unsealed: END is not asked for */
	int			 meta;		/* META was seen */
	char			 side[16];
	struct json		 meta_doc;
	struct stream_count	 c[STREAM_COUNT];	/* as they came */
	struct stream_count	 told[STREAM_COUNT];	/* as END says */
	int			 bad;		/* lines that were set aside */
	struct stream_msg	 msg;
	struct buf		 canon, changes;
};

void	 stream_in_open(struct stream_in *, int fd, const char *name);
/*
 * 1: msg is filled, valid until the next call; 0: end of input; 2: dry, poll
 * (see ndjson_next); -1: error.  RECORDs are counted as they pass; blank lines
 * are passed over.
 */
int	 stream_next(struct stream_in *, struct stream_msg **, struct err *);
/* A record was set aside by us: END downstream counts it as rejected. */
void	 stream_set_aside(struct stream_in *, enum stream);
/*
 * At end of input: does the END of each of the five streams agree with what
 * was counted?  0 and *status (the worst END) or -1 with ZX_DATA (no META, a
 * missing or disagreeing END, a torn line).  Unsealed: STREAM_UNPROVEN.
 */
int	 stream_sealed(struct stream_in *, enum stream_status *status,
	    struct err *);
/* Did this stream's END come, and does it agree with what was counted? */
int	 stream_ended(const struct stream_in *, enum stream);
void	 stream_in_free(struct stream_in *);

/*
 * The side door: -r FILE.  Opened lazily, appended, one line a reject.
 * {"type":"REJECT","stream","rule","reason","hash","line","record"|"text"}
 */
struct reject {
	const char	*path;		/* NULL: told on stderr only */
	int		 fd;
	int64_t		 n;
};

int	 reject_put(struct reject *, const char *stream, const char *rule,
	    const char *reason, const char *hash, int64_t line,
	    const char *rec, size_t len, int rec_is_json, struct err *);
void	 reject_close(struct reject *);

#endif
