#ifndef DOMAIN_FINDING_H
#define DOMAIN_FINDING_H

#include <stdint.h>

#include "domain/stream/stream.h"
#include "io/db/db.h"
#include "io/json/json.h"

/*
 * What is to be told about an object: findings of rules (table issue), values
 * that the target holds otherwise (loss), records set aside (reject) and
 * mended ones (override).  All in the caller's transaction.
 */
struct finding {
	struct db	*db;
	const char	*project, *run;
	/* Did earlier runs leave rows?  0 saves a DELETE a record. */
	int64_t		 issues, losses, rejects, overrides;
};

/* Look what is there; project and run are borrowed. */
int	 finding_open(struct finding *, struct db *, const char *project,
	    const char *run, struct err *);

/* Forget what was said of a record before, so that only news remains. */
int	 finding_clear_issues(struct finding *, const char *side, enum stream,
	    const char *key, struct err *);
int	 finding_clear_losses(struct finding *, enum stream, const char *key,
	    struct err *);
int	 finding_clear_rejects(struct finding *, const char *stage, enum stream,
	    const char *key, struct err *);

/* Its rejects at zload, once all its effects stand, in every target. */
int	 finding_clear_loaded(struct finding *, enum stream, const char *key,
	    struct err *);

/* What one rule said of it. */
int	 finding_forget(struct finding *, const char *side, enum stream,
	    const char *key, const char *rule, struct err *);
int	 finding_issue(struct finding *, const char *side, enum stream,
	    const char *key, const char *rule, const char *level,
	    const char *what, struct err *);
/* The same of what is no record of a stream, or was accepted. */
struct issue {
	const char	*side, *stream, *key, *rule, *level, *what;
	const char	*accepted, *owner;	/* NULL unless it was accepted */
};
int	 finding_put(struct finding *, const struct issue *, struct err *);
/*
 * Put an issue for each row of select, which gives key and what; the project is
 * its ?1 and arg its ?2.  An issue that is there stays as it is.  key and what
 * of the issue are not used.  The number of new ones, or -1.
 */
int64_t	 finding_put_rows(struct finding *, const struct issue *,
	    const char *select, const struct db_val *arg, struct err *);
/* Remove the issues of a side, those of a stream, key and rule unless NULL. */
int	 finding_remove(struct finding *, const char *side, const char *stream,
	    const char *key, const char *rule, struct err *);
/* Remove those of a rule for which there is a row: from is what follows FROM,
   with the project as ?1 and arg as ?2. */
int	 finding_remove_if(struct finding *, const struct issue *,
	    const char *from, const struct db_val *arg, struct err *);
/* The array z.changes of a record: a row a change. */
int	 finding_losses(struct finding *, enum stream, const char *key,
	    const struct json *changes, struct err *);
/* accepted and owner: NULL unless the reject was accepted. */
int	 finding_reject(struct finding *, const char *stage, enum stream,
	    const char *key, const char *rule, const char *reason,
	    const char *source_hash, const char *accepted, const char *owner,
	    struct err *);
/* Was this record already set aside for the same reason with this source?
   1, 0, -1. */
int	 finding_known(struct finding *, const char *stage, enum stream,
	    const char *key, const char *rule, const char *reason,
	    const char *source_hash, struct err *);

/* A record mended by hand; 1 and *rec (free it), 0 none, -1. */
int	 finding_override(struct finding *, enum stream, const char *key,
	    const char *source_hash, struct json *rec, struct err *);
int	 finding_override_put(struct finding *, enum stream, const char *key,
	    const char *source_hash, const char *rec, size_t len, struct err *);

#endif
