#pragma once

#include "io/db/db.h"

/* What was read and is not in qTest: files and losses. */
struct left {
	int64_t		 files, losses;
	int		 unread;	/* files of some objects were not read */
};
int	 left_read(struct db *, const char *project, struct left *, struct err *);
/* Return "N files, M losses" without what is 0; the caller frees it. */
char	*left_words(const struct left *);
