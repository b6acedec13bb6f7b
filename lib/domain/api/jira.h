#pragma once

#include "domain/api/zephyr.h"

/*
 * Open a client of the Jira dialect on the transport of a Zephyr client, within its
 * limit of requests.  Like that client it can send nothing but GET.  The caller waits,
 * stops, counts, syncs the budget and closes for the Zephyr client only; url, user and
 * token are not NULL.  Return NULL if the URL is wrong.
 */
struct zephyr *jira_client_open(struct zephyr *, const char *url, const char *user,
	    const char *token, int in_flight, struct err *);
/* Describe in e why the run ends when path is answered with this status; return -1. */
int	 jira_refused(const char *path, int status, const struct buf *body,
	    struct err *);
