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

struct store_execution {
	struct store_row row;		/* key may be NULL; no name, no folder */
	const char	*case_key;	/* "": unknown */
	int64_t		 case_version, case_id, cycle_id, environment_id;
	int64_t		 status_id, end_ms;
	int		 wanted;	/* has step results to be read */
};

/* Store a row, which this pass has now seen: an enum store_news, or -1. */
int	 store_folder(struct store *, const struct store_folder *,
	    struct err *);
int	 store_plan(struct store *, const struct store_row *, struct err *);
int	 store_cycle(struct store *, const struct store_row *, struct err *);
/* route is the end of the URL that the script is read from, "" if it is unknown. */
int	 store_case(struct store *, const struct store_row *,
	    const char *route, struct err *);
int	 store_execution(struct store *, const struct store_execution *,
	    struct err *);

/* Forget where the folders stand in their trees. */
int	 store_folders_unplace(struct store *, struct err *);
/* Set the place of a folder: depth 0 is a root, position counts its siblings from 0. */
int	 store_folder_place(struct store *, int64_t id, int64_t depth,
	    int64_t position, const char *path, struct err *);

/*
 * Store the parts of a row: its customFields (one row for each value that is not
 * empty), its links (one row each) and the Jira ids that it contains.  text is the
 * canonical text of row.  Does nothing if news is STORE_SAME.
 */
int	 store_children(struct store *, enum stream, const char *key,
	    const struct json *row, const char *text, size_t,
	    enum store_news, struct err *);
/* Store the Jira ids alone, for store_children. */
int	 store_jira(struct store *, enum stream, const char *key,
	    const struct json *row, struct err *);

/* A step of a script. */
struct store_step {
	int64_t		 n, id;		/* id 0: none */
	const char	*called, *description, *data, *expected;
};
enum { STORE_STEPS = 8 };	/* at most in one call of store_steps */

int	 store_steps_clear(struct store *, const char *case_key, struct err *);
int	 store_steps(struct store *, const char *case_key,
	    const struct store_step *, int n, struct err *);
/* Store the first pages of a script of many pages, the array of steps so far. */
int	 store_script_part(struct store *, const char *case_key,
	    const char *text, size_t, struct err *);
/* Store a whole script; calls is the number of its steps that call another case. */
int	 store_script(struct store *, const char *case_key, const char *kind,
	    const char *text, size_t, int64_t calls, struct err *);
/* Have the script of a case read again unless this pass has read it. */
int	 store_case_reread(struct store *, const char *key, struct err *);
/* Have the scripts of all listed cases read again. */
int	 store_cases_reread(struct store *, struct err *);
/* Record that no text of a case contains an image. */
int	 store_case_no_images(struct store *, const char *key, struct err *);

/*
 * Store the step results of an execution, a canonical array, and slots, which names the
 * step of each result on a line.  Of a list of many pages, _part stores the pages read
 * so far.  unread is the reason why there are no results, NULL if they were read.
 */
int	 store_results_part(struct store *, int64_t id, const char *text,
	    size_t, const char *slots, struct err *);
int	 store_results(struct store *, int64_t id, const char *text, size_t,
	    const char *slots, const char *unread, struct err *);
/* Have the step results of an execution read again unless this pass has read them. */
int	 store_execution_reread(struct store *, int64_t id, struct err *);
/* Have the step results of all executions read again. */
int	 store_executions_reread(struct store *, struct err *);
/*
 * Have step results read again whose statuses Zephyr sent inside "inline", before
 * "testData": earlier versions looked for them beside it and left them there.
 */
int	 store_executions_reread_statuses(struct store *, struct err *);
/* Record that no text of an execution contains an image. */
int	 store_execution_no_images(struct store *, int64_t id, struct err *);
/* Set the case of executions whose row named it by id alone.  The caller has stored the
   whole list of cases. */
int	 store_executions_join(struct store *, struct err *);

/*
 * Insert stubs for cases that executions refer to and the list did not contain.  A case
 * that an earlier pass has read stays as it is, with state gone.  project_ref is
 * {"id":...,"key":...}.  The caller has stored both lists whole.
 */
int	 store_stubs(struct store *, const char *project_ref, struct err *);
/* Record that Zephyr was asked for a stub, and change nothing else. */
int	 store_stub_asked(struct store *, const char *key, struct err *);
/* Replace name and head of a stub by those in Zephyr's answer. */
int	 store_stub(struct store *, const char *key, const char *name,
	    const char *head, size_t, struct err *);
/* Set the state of cases that this pass has not seen to gone; return how many, or -1. */
int64_t	 store_gone(struct store *, struct err *);

/*
 * The depth of calls between cases (call_depth.c).  _keep: keep cases that are called
 * by a case of this pass and were read by an earlier one, state gone; return how many.
 * _reset: depth 0 for cases without calls, none yet for the others.
 * _set: give depth to the cases whose called cases all have less; return how many.
 * _cut: leave a call out of these rules.
 */
int64_t	 store_called_keep(struct store *, struct err *);
int	 store_depths_reset(struct store *, struct err *);
int64_t	 store_depth_set(struct store *, int64_t depth, struct err *);
int	 store_call_cut(struct store *, const char *caller, const char *called,
	    struct err *);

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
