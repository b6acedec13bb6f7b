#pragma once

#include <stdint.h>

#include "base/buf.h"
#include "domain/store/store.h"

/* Holds the reference lists in memory: the names of ids. */
enum name_kind { NAME_ENVIRONMENT, NAME_PRIORITY, NAME_STATUS };

struct name {
	enum name_kind	 kind;
	int64_t		 id;
	char		*text;		/* {"id":1,"name":"High"} */
};

/* An id that no list contains. */
struct name_want {
	enum name_kind	 kind;
	int64_t		 id;
};

struct names {
	struct name	*v;
	size_t		 n;
	struct name_want *want;
	size_t		 nwant, asked;	/* the first of these have been requested */
	int		 open;		/* requested and not stored */
	int		 late;		/* names read after rows were stored */
	int64_t		 not_executed;	/* default status of executions */
};

int	 names_load(struct names *, struct store *, struct err *);
void	 names_free(struct names *);
/* Append {"id":..,"name":..}, or null if id is 0.  If the name is unknown it is
   null, and is wanted from now on. */
void	 names_put(struct names *, enum name_kind, int64_t id, struct buf *);
/* Note that an id has no name; ask: it is to be requested. */
void	 names_want(struct names *, enum name_kind, int64_t id, int ask);
/* Set the name of an id that was requested. */
void	 names_learn(struct names *, enum name_kind, int64_t id,
	    const char *name);
