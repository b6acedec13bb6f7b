#pragma once

#include "base/buf.h"
#include "io/json/json.h"

/*
 * Makes the text of a record: it begins with the stored head, gets members, and is
 * completed.
 */
struct record {
	struct buf	 text;		/* complete, except for the parts */
	struct json_parts parts;	/* members to be put in */
	struct buf	 val;		/* for a value that is made */
	struct buf	 spare;
};

/* Begin a record with the canonical text of an object. */
void	 record_head(struct record *, const char *, size_t);
/* Put a member; val is canonical and copied; name is borrowed until record_whole. */
void	 record_put(struct record *, const char *name, const char *val, size_t);
void	 record_puts(struct record *, const char *name, const char *val);
void	 record_put_int(struct record *, const char *name, int64_t);
/* Empty record.val and return it, for a value that is made in it. */
struct buf *record_val(struct record *);
/* Put a member with the value in record.val. */
void	 record_put_val(struct record *, const char *name);
/* Put all members into record.text. */
void	 record_whole(struct record *);
void	 record_free(struct record *);
