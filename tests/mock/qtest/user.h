#pragma once

#include <stdint.h>

/* A user of the site; status 3 is inactive.  One login is not an e-mail address. */
struct quser {
	int64_t		 id;
	const char	*login, *email, *first, *last;
	int		 status;
};

const struct quser *quser_find(int64_t id);
const struct quser *quser_at(int i);		/* NULL at the end */
