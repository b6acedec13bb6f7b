#ifndef FUZZ_ROOM_H
#define FUZZ_ROOM_H

#include "fuzz.h"
#include "extract.h"
#include "request.h"

/*
 * A zextract without a network: its questions are answered by the input.  The
 * database is in memory; what an input stored is rolled back.  It knows the
 * cases X-T1 (its script is steps), X-T2 (a text), X-T3 (not told which) and
 * execution 7 of X-T1.
 */
struct extract *room_open(void);	/* in a transaction */
void	 room_close(struct extract *);
/* Answer with status and body; 1: taken, 0: refused as it may be.  Frees a. */
int	 room_answer(struct request *, int status, const uint8_t *, size_t);
/* What was put off for later by an answer, or NULL. */
struct request *room_more(struct extract *);
/*
 * An input is pages with 0x1e between them; one that begins with '!' is a
 * 404, '?' a 500, '~' a 422.  The next one: 0 when there is none.
 */
struct pages {
	const uint8_t	*p, *end;
	const uint8_t	*body;
	size_t		 len;
	int		 status;
};
int	 pages_next(struct pages *);
/* Every text of a query's first column is canonical; NULL passes. */
void	 room_canonical(struct extract *, const char *sql);

#endif
