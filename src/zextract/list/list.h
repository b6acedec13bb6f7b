#ifndef ZEXTRACT_LIST_H
#define ZEXTRACT_LIST_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/opt.h"
#include "domain/stream/stream.h"
#include "io/json/json.h"

/*
 * Reading lists to their proven end (zephyr-api.md 2).  Keyset lists: one
 * sweep and one total to compare.  Offset lists of several pages: sweeps until
 * two agree, since their pages shift under the reader.
 */
struct extract;
struct reader;

enum list_id {
	LIST_PRIORITIES, LIST_STATUS_CASE, LIST_STATUS_PLAN,
	LIST_STATUS_CYCLE, LIST_STATUS_EXECUTION, LIST_ENVIRONMENTS,
	LIST_FOLDERS, LIST_CASES, LIST_PLANS, LIST_CYCLES, LIST_EXECUTIONS,
	LIST_COUNT,
	LIST_REFERENCES = LIST_FOLDERS	/* those before name ids */
};

enum { LIST_PAGE = 1000, LIST_SWEEPS = 5 };

struct list_kind {
	const char	*name;		/* for people and checkpoints */
	const char	*path;		/* "/testcases" */
	const char	*query;		/* further parameters, or "" */
	int		 keyset;	/* may have a .../nextgen form */
	int		 stream;	/* -1: none */
	/* Store one row; key gets what makes it unique in this list. */
	int		 (*row)(struct extract *, const struct json *,
			    struct buf *key, struct err *);
	/* NULL, or once the list is whole, in the same transaction. */
	int		 (*whole)(struct extract *, struct err *);
	/* Rows that this pass has seen; and those that the last sweep (?4 of
	   scope ?3) has not seen are not to count.  ?1 project, ?2 pass. */
	const char	*count_sql, *unsee_sql;
};

/* Where a list stands: kept in its checkpoint. */
struct list_state {
	char		 mode;		/* 'k' keyset, 'o' offset */
	char		 phase;		/* 's' sweep, 't' total; since.h: 'p' 'u' */
	int64_t		 at, size;	/* next cursor; page size */
	int		 sweep;		/* from 1 */
	int		 marks;		/* keys seen are kept, per sweep */
	int64_t		 n, total;	/* of the sweep before, -1: none */
	char		 word[12];	/* open done accepted mismatch */
};

struct list {
	const struct list_kind *kind;
	struct list_state st;
	int		 asked;
	int		 knows;		/* updatedAfter: 1, 0, -1 not asked yet */
	int		 skip;		/* nothing of this run needs it */
};

extern const struct list_kind priorities_list, status_case_list,
    status_plan_list, status_cycle_list, status_execution_list,
    environments_list, folders_list, cases_list, plans_list, cycles_list,
    executions_list;

/* Check that every --accept-total names a list; ZX_USAGE. */
int	 list_accept(const struct opt_list *, struct err *);
/* Go back to where the lists of this pass were left, and accept those that
   --accept-total names. */
int	 list_open(struct extract *, struct err *);
/* Reads the lists that the phase allows, one page of each at a time. */
extern const struct reader list_reader;
/* True when a list is proven or accepted. */
int	 list_done(const struct list *);
/* True when every list of from (inclusive) to to (exclusive) is done or skipped. */
int	 list_all(const struct extract *, int from, int to);
/* True when no list that the phase allows has pages left: each is done, or its
   total could not be proven. */
int	 list_is_exhausted(const struct extract *);
/* Return -1, with the figures in e, when the total of a list could not be proven. */
int	 list_proof(const struct extract *, struct err *);

#endif
