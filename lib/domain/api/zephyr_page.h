#pragma once

#include "domain/api/zephyr.h"
#include "io/json/json.h"

/*
 * One page of a list of either kind.  Numbers that the server left out are -1; rows is
 * the array "values" of doc, empty if the page has no rows.
 */
struct zephyr_page {
	struct json	 doc, rows;
	int		 n;		/* number of rows */
	int64_t		 start, size, total;	/* offset: startAt ... */
	int		 last;		/* isLast: 1, 0, -1 */
	int64_t		 next;		/* keyset: nextStartAtId; 0: the last page */
	struct json_items items;	/* of zephyr_page_long, in place of rows */
	const struct buf *body;
	int		 repaired;	/* number of values, see json_parse */
};

/* Parse a page: 0, or -1 with ZX_PROTO if the body is no page of a list. */
int	 zephyr_page(struct zephyr_page *, const char *path,
	    const struct buf *body, struct err *);
/* Fail with ZX_PROTO if a page has no rows and says that it is not the last one. */
int	 zephyr_page_odd(const struct zephyr_page *, const char *path,
	    struct err *);
/* Return 1 if no page follows p; n: rows of the list up to its end, size: rows asked for. */
int	 zephyr_page_is_last(const struct zephyr_page *, int64_t n, int64_t size);
/* As zephyr_page, without parsing the rows; the caller keeps body until the page is
   freed. */
int	 zephyr_page_long(struct zephyr_page *, const char *path,
	    const struct buf *body, struct err *);
/* Parse row i, which the caller frees: 0, or -1 with ZX_PROTO if it is no object. */
int	 zephyr_row(struct zephyr_page *, const char *path, int i,
	    struct json *, struct err *);
void	 zephyr_page_free(struct zephyr_page *);
/* Parse an answer that is a JSON object: 0, or -1 with ZX_PROTO. */
int	 zephyr_object(struct json *, const char *path, const struct buf *body,
	    struct err *);
/* As zephyr_object, for an object or array of the API that who names in messages. */
int	 answer_json(struct json *, const char *who, const char *path,
	    const struct buf *body, enum json_type, struct err *);
/* Describe in e why the run ends when path is answered with this status; return -1.
   status 0: the answer is incomplete, for the reason in body. */
int	 zephyr_refused(const char *path, int status, const struct buf *body,
	    struct err *);
/* Describe in e, with this exit code, that the object of path cannot be read, why, and
   what to do; return -1. */
int	 zephyr_unread(const char *path, int code, const char *why,
	    struct err *e);
