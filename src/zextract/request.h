#pragma once

#include <sys/queue.h>

#include <stdint.h>

#include "base/buf.h"
#include "base/err.h"
#include "domain/api/zephyr_page.h"

/*
 * Holds requests and their answers.  A request is sent, its answer is held, and all
 * held answers are stored in one transaction with the cursors that they move.  So
 * however a run ends, only the requests in flight are sent again.
 */
struct jira;
struct list;
struct list_state;
struct reader;
struct reading;
struct source;

struct request {
	const struct reader *reader;	/* stores the answer */
	struct reading	*reading;
	struct source	*src;			/* of reading */
	TAILQ_ENTRY(request) link;
	char		*path;
	int		 accept;		/* enum zephyr_accept */
	/* the object that is requested */
	struct list	*list;
	struct jira	*jira;
	char		*key;		/* of the case, execution or owner */
	char		*hash;		/* of the owner's list row */
	int		 kind;		/* enum attach_kind, name_kind or jira_kind */
	int64_t		 id;		/* of the execution, version, step or name */
	int64_t		 start, size;	/* page of steps */
	int		 is_text, tried_other_route, was_stored, tries;
	int		 knows, rows;	/* since.c */
	/* the answer */
	int		 status;
	int64_t		 date_ms;	/* date by the server's clock, or 0 */
	struct buf	 body;
	/* the consequences of the answer */
	struct list_state *after;	/* state of the list once the answer is stored */
	struct request	*more;		/* to be sent next */
	struct err	 why;		/* why the object stays unread */
	int		 unread_reported;	/* the object stays unread and was not accepted */
	int		 refused, unread_late;	/* of files: see attach_ask.c */
};

TAILQ_HEAD(request_list, request);

/* The requests of a run, by their state. */
struct requests {
	struct request_list ready;	/* to be sent before others */
	struct request_list asked;	/* sent */
	struct request_list held;	/* answered, not stored */
	int		 nheld;
	int64_t		 held_ms;	/* time when the oldest one arrived */
};

void	 requests_init(struct requests *);
void	 requests_free(struct requests *);
/* Free all requests of a list. */
void	 requests_drop(struct request_list *);

/* Make a request whose answer the reader stores; path is freed with it. */
struct request *request_new(struct reading *, const struct reader *, char *path);
/* Free a request and the one that follows it; NULL is allowed. */
void	 request_free(struct request *);
/* Send a request by this client; its answer is held. */
void	 request_send(struct zephyr *, struct request *);
/*
 * Parse the answer as an object, or as a page of a list, and pass it to put.  Return
 * the result of put, or -1 if Zephyr refused the request or sent something else.
 */
int	 request_object(struct request *,
	    int (*put)(struct request *, const struct json *, struct err *), struct err *);
int	 request_page(struct request *,
	    int (*put)(struct request *, const struct zephyr_page *, struct err *),
	    struct err *);
/* Have a request sent before those of the readers. */
void	 request_push(struct requests *, struct request *);
/* Remove the first request of a list and return it, or NULL. */
struct request *request_pop(struct request_list *);
