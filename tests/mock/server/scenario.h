#ifndef MOCK_SERVER_SCENARIO_H
#define MOCK_SERVER_SCENARIO_H

#include <stdint.h>

#include "base/err.h"

#include "server/mock.h"

/*
 * Faults, one a line; the first line that fits a request is played, several
 * may be played one after the other over a run.  '#' starts a comment.
 *
 *	match METHOD PATH [nth N] [times N] [every N] [p PERCENT] do ACTION
 *
 * METHOD is a name or *, PATH a glob (* also crosses slashes) against the path
 * without query.  nth N: from the Nth request that fits (first is 1); times
 * N: at most N plays (default 1 with nth, else no end); every N: each Nth of
 * those; p: by chance, from --seed.
 *
 *	status N [retry-after S] [body FILE | html]	answered, not acted
 *	html200				200 and an HTML page, not acted
 *	delay MS			acted, the answer MS later
 *	reset-before			connection reset, not acted
 *	reset-after			acted, then reset without an answer
 *	late MS				closed at once, acted MS later
 *	truncate N			acted; N bytes of the body, then closed
 *	endless				a 200 that never ends
 *	expire-token			401; every OAuth token is void
 *	redirect URL			307 to URL (a trailing * takes the path)
 *	shift insert|remove		a Zephyr row comes or goes, then acted
 *	lie-total N			"total" in the answer is N more
 *	deepen N			every object of the answer gets a member
 *					nested N levels
 *	stale-search			the search index stops for 60 s
 *	kill PID			acted, then kill -9 PID
 */
enum play { PLAY_NONE, PLAY_STATUS, PLAY_HTML200, PLAY_DELAY, PLAY_BEFORE,
	PLAY_AFTER, PLAY_LATE, PLAY_TRUNCATE, PLAY_ENDLESS, PLAY_EXPIRE,
	PLAY_REDIRECT, PLAY_SHIFT, PLAY_LIE, PLAY_STALE, PLAY_KILL,
	PLAY_CUT, PLAY_DEEPEN };

struct fault {
	char		 method[8];
	char		*path;
	int64_t		 nth, times, every, percent;
	int64_t		 met, played;		/* filled while running */
	enum play	 play;
	const char	*name;			/* of the action, a literal */
	int64_t		 n;			/* its number */
	int64_t		 retry_after;		/* -1: no such header */
	char		*text;			/* URL, body text, direction */
};

/* NULL and e filled when the file cannot be read or understood. */
struct scenario *scenario_open(const char *file, int64_t seed, struct err *);
void	 scenario_free(struct scenario *);
/* The fault for this request, or NULL; counts the meeting. */
const struct fault *scenario_match(struct scenario *, const struct request *);
/* Add one line at run time; -1 and e when it is not understood. */
int	 scenario_add(struct scenario *, const char *line, struct err *);
void	 scenario_clear(struct scenario *);
/* One line of JSON a fault: how often met and played. */
void	 scenario_print(const struct scenario *, struct buf *);

#endif
