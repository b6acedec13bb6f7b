#pragma once

#include <stdint.h>

#include "base/err.h"

#include "server/mock.h"

/*
 * Faults, one a line.  Each request plays the first line that matches it and is
 * due.  '#' starts a comment.
 *
 *	match METHOD PATH [nth N] [times N] [every N] [p PERCENT] do ACTION
 *
 * METHOD is a name or *, PATH a glob (* also matches slashes) of the path without
 * the query.  nth N begins at the Nth request that matches (the first is 1); times
 * N limits the number of plays (to 1 by default with nth, else there is no limit);
 * every N plays each Nth of those requests; p plays by chance, from --seed.
 *
 *	status N [retry-after S] [body FILE | html]	answer so, do not act
 *	status-after N [retry-after S] [body FILE | html]	act, answer so
 *	html200				answer 200 and an HTML page, do not act
 *	delay MS			act, answer MS later
 *	reset-before			reset the connection, do not act
 *	reset-after			act, then reset the connection
 *	late MS				close the connection, act MS later
 *	truncate N			act, send N bytes of the body, then close
 *	endless				answer a 200 that never ends
 *	expire-token			answer 401 and void every OAuth token
 *	redirect URL			answer 307 to URL (the path replaces a trailing *)
 *	shift insert|remove		add or remove a Zephyr row, then act
 *	lie-total N			add N to "total" in the answer
 *	deepen N			add a member nested N levels to every object
 *					of the answer
 *	stale-search			stop the search index for 60 s
 *	kill PID			act, then kill -9 PID
 */
enum play { PLAY_NONE, PLAY_STATUS, PLAY_HTML200, PLAY_DELAY, PLAY_BEFORE,
	PLAY_AFTER, PLAY_LATE, PLAY_TRUNCATE, PLAY_ENDLESS, PLAY_EXPIRE,
	PLAY_REDIRECT, PLAY_SHIFT, PLAY_LIE, PLAY_STALE, PLAY_KILL,
	PLAY_CUT, PLAY_DEEPEN, PLAY_STATUS_AFTER };

struct fault {
	char		 method[8];
	char		*path;
	int64_t		 nth, times, every, percent;
	int64_t		 met, played;		/* requests that matched, and plays */
	enum play	 play;
	const char	*name;			/* of the action, a literal */
	int64_t		 n;			/* its number */
	int64_t		 retry_after;		/* -1: no such header */
	char		*text;			/* URL, body text, direction */
};

/* Read the faults of a file (NULL: none); return NULL and fill err if it cannot be
   read or a line is not understood. */
struct scenario *scenario_open(const char *file, int64_t seed, struct err *);
void	 scenario_free(struct scenario *);
/* Return the fault to play for this request, or NULL, and count the match. */
const struct fault *scenario_match(struct scenario *, const struct request *);
/* Add one line; return -1 and fill err if it is not understood. */
int	 scenario_add(struct scenario *, const char *line, struct err *);
void	 scenario_clear(struct scenario *);
/* Print a line of JSON for each fault with the counts met and played. */
void	 scenario_print(const struct scenario *, struct buf *);
