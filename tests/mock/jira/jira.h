#ifndef MOCK_JIRA_JIRA_H
#define MOCK_JIRA_JIRA_H

#include "server/mock.h"

/*
 * The Jira side of the source: REST v3, what zextract asks of it.  Issues
 * 10000 to 10999, components 14300 to 14399, versions 10000 to 10019 and the
 * accounts that Zephyr's rows name are there, but for those of --jira-hide.
 * Names are functions of seed and id.  A wrong token makes a stranger of who
 * asks, not a 401, wherever Jira lets strangers in.
 */

/* 1: these are the user's credentials; says so in a header when not. */
int	 jira_auth(struct mock *, struct request *, struct reply *);
/* {"errorMessages":[...],"errors":{}} */
void	 jira_error(struct reply *, int status, const char *fmt, ...)
    __attribute__((format(printf, 3, 4)));
int	 jira_hidden(const struct mock *, const char *id);

/* jira_search.c */
void	 jira_search(struct mock *, struct request *, struct reply *);

#endif
