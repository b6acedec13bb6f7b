#pragma once

#include "jira/jira.h"

/* Send requests to Jira while there is room. */
int	 jira_fill(struct jira *, struct err *);
