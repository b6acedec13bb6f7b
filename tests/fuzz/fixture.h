#pragma once

#include "fuzz.h"
#include "run.h"

/*
 * A zextract without a network, whose requests are answered from the input.  The
 * database is in memory, and the rows that an input stored are rolled back.  It
 * contains the cases X-T1 (with steps), X-T2 (with a text), X-T3 (of an unknown kind)
 * and execution 7 of X-T1.
 */
struct extract *fixture_open(void);	/* in a transaction */
void	 fixture_close(struct extract *);
/* Answer a with status and body; return 1 if it was stored, 0 if it was refused.
   Frees a. */
int	 fixture_answer(struct request *, int status, const uint8_t *, size_t);
/* Return a request that an answer postponed, or NULL. */
struct request *fixture_next_request(struct extract *);
/*
 * An input: pages separated by 0x1e; one that begins with '!' is a 404, with '?' a
 * 500, with '~' a 422.  pages_next sets the next page, or returns 0 at the end.
 */
struct pages {
	const uint8_t	*p, *end;
	const uint8_t	*body;
	size_t		 len;
	int		 status;
};
int	 pages_next(struct pages *);
/* Abort unless every text in the first column of a query is canonical or NULL. */
void	 fixture_check_canonical(struct extract *, const char *sql);
