#pragma once

#include "jira/jira.h"

/* Report the ids without a name; log their number at the end. */
int	 jira_report(struct jira *, struct err *);
void	 jira_log_end(const struct jira *);
