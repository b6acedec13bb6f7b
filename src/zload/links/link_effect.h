#pragma once

#include <stddef.h>

struct err;
struct json;
struct task;

/*
 * Effects of kind link: each links one migrated object with one Jira issue (ztoq-stream(5)).
 * The key SOURCE/KEY/TYPE/KEY ends with the linked object; one request makes the links with
 * the same key before it.  A link is never written again.  Its issue stays in the text of the
 * object, so that a link that qTest refuses is not lost.
 */

/* Return the length of the part of a key that the links of one request share. */
size_t	 link_group(const char *ekey);
/* Fill .body of a task from its row with what is linked (qtest_link.h).  1 and *path of the request
   (the caller frees it), 0 when the task is blocked or has ended, -1. */
int	 link_prepare(struct task *, const struct json *row, char **path, struct err *);
/* True if the link of a task, which has ended, may have changed the version of a case. */
int	 link_may_change(const struct task *);
/* Record that the link of a task is not in qTest.  The caller has opened a transaction.  0,
   -1. */
int	 link_not_loaded(struct task *, struct err *);
