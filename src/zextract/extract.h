#ifndef ZEXTRACT_EXTRACT_H
#define ZEXTRACT_EXTRACT_H

#include <stdint.h>

#include "domain/checkpoint.h"
#include "domain/claim.h"
#include "domain/finding.h"
#include "domain/job.h"
#include "domain/pass.h"
#include "domain/store/store.h"
#include "domain/stream/stream.h"

#include "files/attach.h"
#include "select/selection.h"
#include "emit/emit.h"
#include "jira/jira.h"
#include "list/list.h"
#include "list/names.h"
#include "read/unread.h"
#include "domain/api/zephyr.h"

/*
 * One run of zextract.  Questions are asked, their answers held, and all that
 * are held are stored in one transaction with the cursors that they move; so
 * after any end at most what was in flight is asked again.
 */
struct extract;
struct request;

/* How an answer is dealt with.  take runs in the transaction and may be
   called again: it reads the answer and leaves what follows in the ask. */
struct request_ops {
	int	 (*store)(struct request *, struct err *);
	void	 (*committed)(struct request *);	/* after the commit */
};

struct request {
	const struct request_ops *type;
	struct extract	*x;
	struct request	*next;
	char		*path;
	int		 give;			/* enum zephyr_give */
	/* what it is about */
	struct list	*list;
	char		*key;			/* of the case, the owner */
	char		*hash;			/* of the owner's list row */
	int		 kind;			/* enum attach_kind */
	int64_t		 id;			/* of the execution */
	int64_t		 start, size;		/* page of steps */
	int		 is_text, tried_other_route, was_stored, tries;
	int		 knows, rows;		/* since.c */
	/* what was answered */
	int		 status;
	int64_t		 date_ms;		/* by the server's clock, or 0 */
	struct buf	 body;
	/* what follows */
	struct list_state after;
	struct request	*more;			/* to be asked next */
	struct err	 why;			/* it stays unread */
	int		 unread_reported;			/* ... and nobody accepted it */
	int		 refused, unread_late;		/* of files: see attach_list.c */
};

/* Rows whose script is to be read, a page at a time. */
enum { TODO_PAGE = 64 };

struct todo_row {
	int64_t	 num, id;
	char	*key;
	int	 is_text, was_stored, partial;
};

struct todo {
	struct todo_row	 row[TODO_PAGE];
	int		 i, n;
	struct todo_row	 last;
	int		 whole;		/* nothing more to be found */
	int		 open;		/* asked and not stored */
	int64_t		 done;
};

struct extract {
	struct job	*job;
	struct db	*db;
	struct zephyr	*z;
	struct claim	 claim;
	struct pass	 pass;
	struct store	 st;
	struct checkpoint_of at;	/* of this pass */
	struct finding	 finding;
	struct names	 names;
	struct selection	 selection;
	struct list	 lists[LIST_COUNT];
	struct opt_list	 accept, accept_unread;
	struct unread	 unread;
	char		*ref;		/* {"id":..,"key":..} of the project */
	struct todo	 scripts, results;
	int		 with_versions;
	struct todo	 version_lists, versions, stubs;
	struct request	*ready, **ready_tail;	/* to be asked before others */
	struct request	*asked;			/* on their way */
	struct request	*held, **held_tail;	/* answered, not stored */
	int		 nready, nheld, project_asked;
	int64_t		 held_ms;	/* since when */
	int		 named, stubbed, levelled, sealed;
	int		 lists_only;	/* --plan: nothing else is read */
	struct emit	 emit;
	struct attach	*attach;
	struct jira	*jira;
	int64_t		 last_logged_ms;
};

/* loop.c */
int	 extract_run(struct extract *, struct err *);
/* Read all lists and the names of ids that they lack, and write nothing. */
int	 extract_lists(struct extract *, struct err *);
/* phase.c: once the reference lists are whole, take the names from them */
int	 extract_names(struct extract *, struct err *);
/* phase.c: take the next steps that what is stored allows: names, stubs,
   call levels, the seal */
int	 extract_advance(struct extract *, struct err *);
/* A new ask; path is taken. */
struct request *request_new(struct extract *, const struct request_ops *, char *path);
void	 request_free(struct request *);
/* On its way at once, by this client. */
void	 request_send(struct zephyr *, struct request *);
/* To be asked before anything else. */
void	 request_push(struct extract *, struct request *);

/* project.c: the one question that everything else waits for */
int	 project_open(struct extract *, struct err *);	/* is it known? */
struct request *project_next(struct extract *);
/* 0 when the answer body to path says that Zephyr is enabled; ZX_CONFIG. */
int	 project_is_enabled(const char *path, const char *key, struct buf *body,
	    struct err *);

/* script.c, result.c: what is to be asked next, NULL: nothing now */
int	 script_next(struct extract *, struct request **, struct err *);
int	 result_next(struct extract *, struct request **, struct err *);
/* todo.c */
struct todo_row *todo_row(struct todo *);	/* one of the page, or NULL */
void	 todo_clear(struct todo *);

/* call_depth.c: callees before callers; in the caller's transaction */
int	 call_depth_assign(struct store *, struct err *);

/* gone_report.c: what is no more; in the transaction that seals */
int	 report_gone(struct extract *, struct err *);

/* plan_totals.c: --check: one request for the project, one for Jira when it is set */
int	 plan_check(struct extract *, struct err *);
/* What --plan was asked about, beside the streams. */
struct plan_ask {
	const char	*depth;		/* --attachments */
	int		 versions, deep;
};

/* plan_totals.c: print what a first pass would ask, on stdout */
int	 plan_print(struct extract *, const struct plan_ask *, struct err *);
/*
 * plan_next.c: copy what the shared database knows of a project into a private
 * one in which the lists of the next pass can be read.
 */
int	 plan_next_copy(struct db *from, struct db *to, const char *project,
	    struct err *);
/* Once the pass is open there: keep which rows were known, and which are to be
   read whatever the lists say. */
int	 plan_next_mark(struct db *, struct err *);
/* Print what the lists found new, changed or gone, on stdout. */
int	 plan_next_print(struct extract *, const struct plan_ask *,
	    struct err *);

/* executions.c: give executions whose case is known by its id alone its key; in
   the transaction in which all lists are whole. */
int	 executions_join(struct extract *, struct err *);
/* folders.c: report folders of plans that hold no plan, at any depth; in the
   transaction that seals the pass. */
int	 folders_report_empty(struct extract *, struct err *);

#endif
