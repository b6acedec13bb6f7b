#ifndef ZEXTRACT_VERSION_H
#define ZEXTRACT_VERSION_H

#include "extract.h"

/*
 * Old versions of test cases, with --versions: a list a case, and a request
 * for each version but the one that the case itself shows (zephyr-api.md 3.6).
 * After the scripts, of cases that are new or changed.
 */
int	 version_next(struct extract *, struct request **, struct err *);
int	 version_done(const struct extract *);	/* or not asked for */
/* Member "versions" of the case under way, oldest first.  emit_version.c */
int	 version_emit(struct extract *, const char *case_key, struct err *);

#endif
