#ifndef DOMAIN_JIRA_H
#define DOMAIN_JIRA_H

#include "domain/api/zephyr.h"

/*
 * The Jira dialect.  A client of Jira sends nothing but GET, as zephyr.h says; it
 * shares the transport of a Zephyr client and its limit of requests.  Waiting,
 * stopping, counting, the shared budget and closing are called for the Zephyr
 * client alone.  url, user and token are not NULL.  NULL: e says what is wrong.
 */
struct zephyr *jira_client_open(struct zephyr *, const char *url, const char *user,
	    const char *token, int in_flight, struct err *);
/* Describe in e what status means for the run when it answers path; return -1. */
int	 jira_refused(const char *path, int status, const struct buf *body,
	    struct err *);

#endif
