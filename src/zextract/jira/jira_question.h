#pragma once

#include "jira/jira.h"
#include "reader.h"

/* Make a request for the names of ids, a line each, whose answer reader stores; ids is freed with
   the request. */
struct request *jira_question(struct jira *, const struct reader *, int kind, char *ids);
