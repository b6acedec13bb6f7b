#ifndef ZEXTRACT_NAMES_H
#define ZEXTRACT_NAMES_H

#include <stdint.h>

#include "base/buf.h"
#include "domain/store.h"

/* The reference lists in memory: the name beside an id. */
enum name_kind { NAME_ENVIRONMENT, NAME_PRIORITY, NAME_STATUS };

struct name {
	enum name_kind	 kind;
	int64_t		 id;
	char		*text;		/* {"id":1,"name":"High"} */
};

struct names {
	struct name	*v;
	size_t		 n;
	int64_t		 not_executed;	/* default status of executions */
};

int	 names_load(struct names *, struct store *, struct err *);
void	 names_free(struct names *);
/* {"id":..,"name":..} appended, name null when unknown; id 0: null. */
void	 names_put(const struct names *, enum name_kind, int64_t id,
	    struct buf *);

#endif
