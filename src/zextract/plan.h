#pragma once

#include "domain/job.h"

struct jira;
struct selection;
struct source;

/* What --plan counts, and with which options. */
struct plan {
	const struct job *job;
	struct source	*src;
	const struct selection *selection;
	struct jira	*jira;
	const char	*depth;		/* --attachments */
	int		 versions, deep;
};
