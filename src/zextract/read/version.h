#pragma once

#include "reader.h"

/*
 * Reads old versions of test cases, with --versions: a list for each case that is new
 * or changed, then each version except the one that the case itself shows
 * (zephyr-api.md 3.6).
 */
extern const struct reader version_list_reader, version_reader;

/* Have the list of a case's versions read again unless this pass has read it. */
int	 version_list_reread(struct source *, const char *key, struct err *);
/* Have the lists of the versions of all cases read again. */
int	 version_lists_reread(struct store *, struct err *);
