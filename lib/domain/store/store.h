#ifndef DOMAIN_STORE_H
#define DOMAIN_STORE_H

#include <stdint.h>

#include "domain/stream/stream.h"
#include "io/db/db.h"
#include "io/json/json.h"

/*
 * The canonical source (0002_source.sql) of one project, as one pass writes
 * it.  Everything here belongs into the caller's transaction.  Texts are
 * canonical already; hashes are sha256 in hex.
 */
struct store {
	struct db	*db;
	const char	*project;	/* its key */
	int64_t		 pass;
};

/* What a list row is to what is held. */
enum store_news { STORE_SAME, STORE_CHANGED, STORE_NEW };

/* The number at the end of a key ("X-T12": 12), 0 when there is none. */
int64_t	 store_num(const char *key);

/* ZX_CONFIG: nothing was ever read of such a project, nor made for it. */
int	 store_knows(struct db *, const char *project, struct err *);
int	 store_project(struct store *, int64_t id, int64_t jira_id,
	    const char *source, const char *line, size_t len, struct err *);

/* A row of a reference list; kind is "priority", "status", "environment". */
struct store_name {
	const char	*kind, *scope, *name;
	int64_t		 id, position;
	int		 is_default, archived;
	const char	*line;
	size_t		 len;
};

int	 store_name(struct store *, const struct store_name *, struct err *);

/* A row of a big list.  folder_id 0: none.  row_hash is of the row as the
   list has it, head_hash of head, in which ids have their names. */
struct store_row {
	const char	*key, *name;
	int64_t		 id, folder_id;
	const char	*head;
	size_t		 len;
	char		 head_hash[65], row_hash[65];
};

struct store_folder {
	int64_t		 id, parent_id, idx;	/* parent 0: none */
	const char	*kind, *name, *head;
	size_t		 len;
	char		 head_hash[65];
};

struct store_execution {
	struct store_row row;		/* key may be NULL, no name, no folder */
	const char	*case_key;	/* "": not told */
	int64_t		 case_version, case_id, cycle_id, environment_id;
	int64_t		 status_id, end_ms;
	int		 wanted;	/* has step results to be read */
};

/* Each returns an enum store_news, or -1. */
int	 store_folder(struct store *, const struct store_folder *,
	    struct err *);
int	 store_plan(struct store *, const struct store_row *, struct err *);
int	 store_cycle(struct store *, const struct store_row *, struct err *);
int	 store_case(struct store *, const struct store_row *,
	    const char *route, struct err *);
int	 store_execution(struct store *, const struct store_execution *,
	    struct err *);

/* What hangs on a row: its customFields (one row a value, empty ones are left
   out), its links (one row each), and the ids of Jira that it holds.  The text
   is the canonical one of row.  Nothing to do when news is STORE_SAME. */
int	 store_children(struct store *, enum stream, const char *key,
	    const struct json *row, const char *text, size_t,
	    enum store_news, struct err *);

/* The last of these, for store_children. */
int	 store_jira(struct store *, enum stream, const char *key,
	    const struct json *row, struct err *);

/* 1 when an image may stand in a text; inline.c looks closer. */
int	 store_images(const char *, size_t);

/* Scripts of cases; STORE_STEPS steps at a time at most.  A part is what has
   been read of a script of many pages: the array so far. */
enum { STORE_STEPS = 8 };

struct store_step {
	int64_t		 n, id;		/* id 0: none */
	const char	*called, *description, *data, *expected;
};

int	 store_steps_clear(struct store *, const char *case_key, struct err *);
int	 store_steps(struct store *, const char *case_key,
	    const struct store_step *, int n, struct err *);
int	 store_script_part(struct store *, const char *case_key,
	    const char *text, size_t, struct err *);
int	 store_script(struct store *, const char *case_key, const char *kind,
	    const char *text, size_t, int64_t calls, struct err *);

/*
 * Store the step results of an execution, a canonical array, and slots, a line
 * a result with the step that it belongs to.  Of a list of many pages _part
 * stores what has been read so far.  unread says why there is nothing, NULL
 * when they were read.
 */
int	 store_results_part(struct store *, int64_t id, const char *text,
	    size_t, const char *slots, struct err *);
int	 store_results(struct store *, int64_t id, const char *text, size_t,
	    const char *slots, const char *unread, struct err *);

/*
 * Once the lists are whole: cases that executions refer to and the list did
 * not have.  Unknown ones become stubs; those that an earlier pass has read
 * stay as they were, state gone.  project_ref is {"id":...,"key":...}.
 */
int	 store_stubs(struct store *, const char *project_ref, struct err *);
/* Rows that this pass has not seen are gone; how many cases, or -1. */
int64_t	 store_gone(struct store *, struct err *);

/* Sweeps over one list: mark what a sweep sees. */
int	 store_sweep_mark(struct store *, const char *scope, int n,
	    const char *key, struct err *);
int	 store_sweep_count(struct store *, const char *scope, int n,
	    int64_t *, struct err *);
/* 1 when sweeps n - 1 and n saw the same keys, 0, -1 */
int	 store_sweep_same(struct store *, const char *scope, int n,
	    struct err *);
/* Forget the sweeps up to n. */
int	 store_sweep_drop(struct store *, const char *scope, int n,
	    struct err *);

#endif
