#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "base/opt.h"
#include "domain/store/store.h"
#include "domain/stream/stream.h"
#include "io/json/json.h"

/*
 * Reads lists and proves that they are complete (zephyr-api.md 2).  A keyset list is
 * read once and compared with its total.  An offset list of several pages is swept
 * until two sweeps agree, since its pages shift while they are read.
 */
struct lists;
struct names;
struct reader;
struct source;

enum list_id {
	LIST_PRIORITIES, LIST_STATUS_CASE, LIST_STATUS_PLAN,
	LIST_STATUS_CYCLE, LIST_STATUS_EXECUTION, LIST_ENVIRONMENTS,
	LIST_FOLDERS, LIST_CASES, LIST_PLANS, LIST_CYCLES, LIST_EXECUTIONS,
	LIST_COUNT,
	LIST_REFERENCES = LIST_FOLDERS	/* the lists before this one have the names of ids */
};

/* Lists and streams of records have the same order. */
#define LIST_STREAM(list)	((list) - LIST_FOLDERS + STREAM_FOLDERS)
#define STREAM_LIST(stream)	((stream) - STREAM_FOLDERS + LIST_FOLDERS)

enum { LIST_PAGE = 1000, LIST_SWEEPS = 5 };

struct list_kind {
	const char	*name;		/* in messages and checkpoints */
	const char	*path;		/* "/testcases" */
	const char	*query;		/* further parameters, or "" */
	int		 keyset;	/* may have a .../nextgen form */
	int		 stream;	/* -1: none */
	/* Store a row, and put to key what makes it unique in this list. */
	int		 (*row)(struct lists *, const struct list_kind *,
			    const struct json *, struct buf *key, struct err *);
	/* Called once the list is whole, in the same transaction; NULL: nothing. */
	int		 (*whole)(struct store *, struct err *);
	/* SQL: the table, how a row's key is written, the column with the pass that
	   saw a row last, and the condition ("" or " AND ...") of the list's rows. */
	const char	*table, *key, *seen, *which;
	/* lookups.c */
	const char	*kind, *scope;
	/* keyed.c: names of links and of members that are texts */
	const char	*const *links, *const *texts;
	int		 (*store)(struct store *, const struct store_row *, struct err *);
};

/* How far a list is read; stored in its checkpoint. */
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
	int		 skip;		/* the run does not need it */
};

struct lists {
	struct source	*src;
	struct names	*names;
	struct opt_list	 accept_total;	/* --accept-total */
	/* Called for a row that changed though its list row did not: has its files
	   and old versions read again. */
	int		 (*reread_rest)(struct source *, enum stream, const char *key,
			    struct err *);
	struct list	 v[LIST_COUNT];
};

/* Reads the lists that the phase allows, one page of each at a time. */
extern const struct reader list_reader;
/* True when a list is proven or accepted. */
int	 list_done(const struct list *);
/* True when every list of from (inclusive) to to (exclusive) is done or skipped. */
int	 list_all(const struct lists *, int from, int to);
/* True when no list that the phase allows has pages left: each is done, or its
   total could not be proven. */
int	 list_is_exhausted(const struct lists *);
/* Return -1, with the figures in e, when the total of a list could not be proven. */
int	 list_proof(const struct lists *, struct err *);
