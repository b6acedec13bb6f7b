#pragma once

#include "server/mock.h"

/*
 * The Jira side of the source: those calls of REST v3 that zextract makes.  Issues
 * 10000 to 10999, components 14300 to 14399, versions 10000 to 10019 and the
 * accounts that Zephyr's rows name exist, except those of --jira-hide.  A name
 * depends on the seed and the id alone.  Where Jira answers anonymous requests, a
 * wrong token gets the answer of an anonymous one instead of a 401.
 */

/* Return whether the request carries the user's credentials; a header of rp says
   that wrong ones were refused. */
int	 jira_auth(struct mock *, struct request *, struct reply *);
/* Return whether --jira-hide names this id. */
int	 jira_hidden(const struct mock *, const char *id);

/* search.c */
handler	 jira_search;
