#pragma once

#include "accept.h"
#include "domain/api/qtest_marker.h"
#include "io/db/db.h"

/*
 * The differences that a reconciliation finds: printed, counted by kind of object,
 * and stored in table issue.
 */
enum { MODULE, CASE, STEP, RELEASE, CYCLE, SUITE, RUN, LOG, STEP_LOG, FILES, LINKS, SOURCE,
	KINDS };
extern const char *const object_kinds[KINDS];	/* "module", ... */

enum { KEY_MAX = QTEST_MARKER_KEY };

struct tally {
	int64_t	 compared, equal, different, missing, duplicate, unexpected;
};

struct difference {
	char		*stream, *key, *what, *text;
	const struct accepted *by;	/* NULL: not accepted */
	char		*deleted;	/* key of an effect whose object was deleted in qTest, or
					   NULL */
	const char	*kind;		/* of that effect */
};

struct differences {
	struct db	*db;
	const char	*project, *run;
	char		*target;	/* qTest host/project id */
	int		 json;		/* --format json */
	struct accept	*accept;
	struct tally	 tally[KINDS];
	int64_t		 count, accepted, deleted;
	struct difference held[256];	/* not in table issue yet */
	int		 nheld;
	struct err	 fail;		/* code 0: none; the first counts */
};

/* Return room for another difference; those that are held may be stored first. */
struct difference *differences_add(struct differences *);
/* Add to the last difference that the object of an effect was deleted in qTest: zload
   creates it again when it is asked to. */
void	 differences_deleted(struct differences *, const char *kind, const char *ekey);
/* Count an object of a kind as compared, and as different or equal. */
void	 differences_tally(struct differences *, int kind, int differs);
/* Store the differences that are held.  Not to be called in a transaction. */
void	 differences_flush(struct differences *);
/* Store and print the numbers, and log what is accepted but differs no more. */
void	 differences_summary(struct differences *, const char *target, int64_t pass);
/* Keep e as the failure of the comparison unless there is one; return -1. */
int	 differences_fail(struct differences *, const struct err *);
/* End a query as db_done does; a failure is kept. */
void	 differences_query_end(struct differences *, struct db_query *);
/* The same for a query of one number: return it, 0 if there is no row. */
int64_t	 differences_query_int(struct differences *, struct db_query *);
