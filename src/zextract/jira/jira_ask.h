#pragma once

#include "jira/jira.h"

/* Send requests to Jira while there is room. */
int	 jira_fill(struct jira *, struct err *);
/* Make a request for the names of ids, a line each; ids is freed with the request. */
struct request *jira_question(struct jira *, int kind, char *ids);
