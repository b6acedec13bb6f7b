#pragma once

#include "io/db/db.h"
#include "io/json/json.h"

/* What the reports of one project are made from, and the two arrays of sentences that
   its verdict consists of: why its migration is incomplete, and other remarks. */
struct verdict {
	struct db	*db;
	const char	*project;
	struct json	 reasons, remarks;
};

/* Read the verdict; the caller frees both arrays. */
int	 verdict_read(struct verdict *, struct err *);
