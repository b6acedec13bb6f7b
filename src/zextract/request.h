#ifndef ZEXTRACT_REQUEST_H
#define ZEXTRACT_REQUEST_H

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "domain/api/zephyr.h"

/*
 * Requests and their answers.  A request is sent, its answer is held, and all
 * answers that are held are stored in one transaction with the cursors that
 * they move.  So after any end at most what was in flight is asked again.
 */
struct extract;
struct list;
struct list_state;
struct reader;

struct request {
	const struct reader *reader;	/* stores the answer */
	struct extract	*x;
	struct request	*next;
	char		*path;
	int		 accept;		/* enum zephyr_accept */
	/* what the request is about */
	struct list	*list;
	char		*key;		/* of the case, execution or owner */
	char		*hash;		/* of the owner's list row */
	int		 kind;		/* enum attach_kind, name_kind or jira_kind */
	int64_t		 id;		/* of the execution, version, step or name */
	int64_t		 start, size;	/* page of steps */
	int		 is_text, tried_other_route, was_stored, tries;
	int		 knows, rows;	/* since.c */
	/* the answer */
	int		 status;
	int64_t		 date_ms;	/* by the server's clock, or 0 */
	struct buf	 body;
	/* what follows from the answer */
	struct list_state *after;	/* of the list, when that is stored */
	struct request	*more;		/* to be sent next */
	struct err	 why;		/* why the thing stays unread */
	int		 unread_reported;	/* it stays unread and was not accepted */
	int		 refused, unread_late;	/* of files: see attach_ask.c */
};

/* The requests of a run, by how far they are. */
struct requests {
	struct request	*ready, **ready_tail;	/* to be sent before others */
	struct request	*asked;			/* sent */
	struct request	*held, **held_tail;	/* answered, not stored */
	int		 nready, nheld;
	int64_t		 held_ms;	/* since when the oldest is held */
};

void	 requests_init(struct requests *);
void	 requests_free(struct requests *);

/* Make a request whose answer the reader stores; takes path. */
struct request *request_new(struct extract *, const struct reader *, char *path);
/* Free a request and the one that was to follow it; NULL is allowed. */
void	 request_free(struct request *);
/* Send a request by this client; its answer is held. */
void	 request_send(struct zephyr *, struct request *);
/* Put a request where it is sent before any other. */
void	 request_push(struct extract *, struct request *);
/* Take the first request that was put there, or return NULL. */
struct request *request_pop(struct extract *);

#endif
