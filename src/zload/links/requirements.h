#pragma once

#include <stdint.h>

struct err;
struct qtest;

/* The requirements of a qTest project that stand for Jira issues. */
struct requirements;

/* Read the requirements and wait for the answers; call this before the loop over work.  0 and
   *out, which the caller closes, or -1. */
int	 requirements_read(struct qtest *, struct requirements **out, struct err *);
/* Return the id of the requirement of a Jira issue, 0 if the table is NULL or lacks the issue. */
int64_t	 requirements_find(const struct requirements *, const char *issue);
void	 requirements_close(struct requirements *);
