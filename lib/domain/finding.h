#pragma once

#include <stdint.h>

#include "domain/stream/stream.h"
#include "io/db/db.h"
#include "io/json/json.h"

/*
 * The records about an object: findings of rules (table issue), changes and losses
 * on the way to the target (loss), records set aside (reject) and their corrected forms
 * (override).  All functions run in the caller's transaction and, unless something else
 * is said, return 0 or -1.
 */
struct finding {
	struct db	*db;
	const char	*project, *run;
	/* 0 if earlier runs left no row, which saves a DELETE for each record */
	int64_t		 issues, losses, rejects, overrides;
};

/* Prepare to record findings; project and run are borrowed. */
int	 finding_open(struct finding *, struct db *, const char *project,
	    const char *run, struct err *);

/* Remove the losses or the rejects of earlier runs about a record. */
int	 finding_clear_losses(struct finding *, enum stream, const char *key,
	    struct err *);
int	 finding_clear_rejects(struct finding *, const char *stage, enum stream,
	    const char *key, struct err *);

/* Remove the rejects by zload of a record once all its effects stand, in every target. */
int	 finding_clear_loaded(struct finding *, enum stream, const char *key,
	    struct err *);

/* Remove the finding of one rule about a record, or of all rules if rule is NULL. */
int	 finding_forget(struct finding *, const char *side, enum stream,
	    const char *key, const char *rule, struct err *);
/* Record a finding of one rule about a record of a stream. */
int	 finding_issue(struct finding *, const char *side, enum stream,
	    const char *key, const char *rule, const char *level,
	    const char *what, struct err *);
/* As finding_issue, for objects that are no records of a stream, or accepted findings. */
struct issue {
	const char	*side, *stream, *key, *rule, *level, *what;
	const char	*accepted, *owner;	/* NULL unless it was accepted */
};
int	 finding_put(struct finding *, const struct issue *, struct err *);
/*
 * Record an issue for each row of select, which yields key and what; its ?1 is the
 * project, its ?2 arg.  A stored issue stays as it is.  key and what of the struct are
 * not used.  Return the number of new issues, or -1.
 */
int64_t	 finding_put_rows(struct finding *, const struct issue *,
	    const char *select, const struct db_val *arg, struct err *);
/* Remove the issues of a side, of one stream, key and rule unless these are NULL. */
int	 finding_remove(struct finding *, const char *side, const char *stream,
	    const char *key, const char *rule, struct err *);
/* Remove the issues of a rule for which a row exists: from follows FROM in a query
   whose ?1 is the project and ?2 is arg. */
int	 finding_remove_if(struct finding *, const struct issue *,
	    const char *from, const struct db_val *arg, struct err *);
/* Record the changes of a record, the array z.changes: one row for each. */
int	 finding_losses(struct finding *, enum stream, const char *key,
	    const struct json *changes, struct err *);
/* Record a reject; accepted (the reason) and owner are NULL unless it was accepted. */
int	 finding_reject(struct finding *, const char *stage, enum stream,
	    const char *key, const char *rule, const char *reason,
	    const char *source_hash, const char *accepted, const char *owner,
	    struct err *);
/* Return 1 if the record, with this source hash, was set aside before for the same
   reason, else 0, or -1. */
int	 finding_known(struct finding *, const char *stage, enum stream,
	    const char *key, const char *rule, const char *reason,
	    const char *source_hash, struct err *);

/* Find the corrected form of a record: 1 and *rec, which the caller frees; 0, -1. */
int	 finding_override(struct finding *, enum stream, const char *key,
	    const char *source_hash, struct json *rec, struct err *);
/* Store the corrected form of a record whose source has this hash. */
int	 finding_override_put(struct finding *, enum stream, const char *key,
	    const char *source_hash, const char *rec, size_t len, struct err *);
