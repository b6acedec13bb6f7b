#pragma once

#include "jira/jira.h"
#include "record.h"

/* Load the names; free them. */
int	 jira_load(struct jira *, struct err *);
void	 jira_names_free(struct jira *);
/* Put names beside the ids of a record and complete it; a failure is kept in
   jira.fail. */
void	 jira_put(struct jira *, struct record *);
