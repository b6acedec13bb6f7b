#pragma once

#include <stdint.h>

#include "domain/stream/stream.h"
#include "io/db/db.h"
#include "io/json/json.h"

/*
 * The canonical source of one project (0002_source.sql), as one pass writes it.  Each
 * table is written by one file of this directory.  All functions that write run in the
 * caller's transaction and, unless something else is said, return 0 or -1.  Texts are
 * canonical JSON that the caller made; hashes are sha256 in hex.
 */
struct store {
	struct db	*db;
	const char	*project;	/* its key */
	int64_t		 pass;
};

/* How a row of a list compares with the stored one. */
enum store_news { STORE_SAME, STORE_CHANGED, STORE_NEW };

/* Return the number at the end of a key ("X-T12": 12), 0 if there is none. */
int64_t	 store_num(const char *key);

/* Fail with ZX_CONFIG if the database holds nothing of the project, neither records nor
   effects. */
int	 store_knows(struct db *, const char *project, struct err *);
/* Count the records of a stream that pass, or a later one, has seen. */
int	 store_count(struct db *, const char *project, enum stream, int64_t pass,
	    int64_t *n, struct err *);
/* Store the project's row: source is the base URL, line the row as the API sent it. */
int	 store_project(struct store *, int64_t id, int64_t jira_id,
	    const char *source, const char *line, size_t len, struct err *);

/* A row of a reference list; kind is "priority", "status", "environment". */
struct store_name {
	const char	*kind, *scope, *name;
	int64_t		 id, position;
	int		 is_default, archived;
	const char	*line;		/* the row */
	size_t		 len;
};

int	 store_name(struct store *, const struct store_name *, struct err *);
/* Store the name of an id that no list contains and that Zephyr was asked for. */
int	 store_name_asked(struct store *, const char *kind, int64_t id,
	    const char *name, const char *line, size_t, struct err *);

/* A row of a large list.  row_hash is of the row as the list holds it, head_hash of
   head, in which ids are replaced by names. */
struct store_row {
	const char	*key, *name;
	int64_t		 id, folder_id;	/* folder_id 0: none */
	const char	*head;
	size_t		 len;
	char		 head_hash[65], row_hash[65];
};

struct store_folder {
	int64_t		 id, parent_id, idx;	/* parent_id 0: none */
	const char	*kind, *name, *head;
	size_t		 len;
	char		 head_hash[65];
};

/* Store a row, which this pass has now seen: an enum store_news, or -1. */
int	 store_folder(struct store *, const struct store_folder *,
	    struct err *);
int	 store_plan(struct store *, const struct store_row *, struct err *);
int	 store_cycle(struct store *, const struct store_row *, struct err *);
/* Forget where the folders stand in their trees. */
int	 store_folders_unplace(struct store *, struct err *);
/* Set the place of a folder: depth 0 is a root, position counts its siblings from 0. */
int	 store_folder_place(struct store *, int64_t id, int64_t depth,
	    int64_t position, const char *path, struct err *);

/* Record that reading number n of a list (scope) has seen a key. */
int	 store_sweep_mark(struct store *, const char *scope, int n,
	    const char *key, struct err *);
/* Count the keys that reading number n has seen. */
int	 store_sweep_count(struct store *, const char *scope, int n,
	    int64_t *, struct err *);
/* Return 1 if readings n - 1 and n saw the same keys, 0, or -1. */
int	 store_sweep_same(struct store *, const char *scope, int n,
	    struct err *);
/*
 * Have the rows of a table that reading number n did not see count as not seen by this
 * pass: key is the column (or expression) of the marked keys, seen the column of the
 * pass, which an SQL condition, " AND ..." or "".
 */
int	 store_sweep_unsee(struct store *, const char *table, const char *key,
	    const char *seen, const char *which, const char *scope, int n,
	    struct err *);
/* Forget the readings up to number n. */
int	 store_sweep_drop(struct store *, const char *scope, int n,
	    struct err *);
