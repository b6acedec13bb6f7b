#ifndef ZEXTRACT_NAMES_H
#define ZEXTRACT_NAMES_H

#include <stdint.h>

#include "base/buf.h"
#include "domain/store/store.h"

/* The reference lists in memory: the name beside an id. */
enum name_kind { NAME_ENVIRONMENT, NAME_PRIORITY, NAME_STATUS };

struct name {
	enum name_kind	 kind;
	int64_t		 id;
	char		*text;		/* {"id":1,"name":"High"} */
};

/* An id that no list holds. */
struct name_want {
	enum name_kind	 kind;
	int64_t		 id;
};

struct names {
	struct name	*v;
	size_t		 n;
	struct name_want *want;
	size_t		 nwant, asked;	/* of these: asked for so far */
	int		 open;		/* asked and not stored */
	int		 late;		/* names learnt after rows were stored */
	int64_t		 not_executed;	/* default status of executions */
};

int	 names_load(struct names *, struct store *, struct err *);
void	 names_free(struct names *);
/* {"id":..,"name":..} appended, name null when unknown, which notes a want; id
   0: null. */
void	 names_put(struct names *, enum name_kind, int64_t id, struct buf *);
/* Note that an id has no name: to be asked for, or known to have none. */
void	 names_want(struct names *, enum name_kind, int64_t id, int ask);
/* The name of an id that was asked for. */
void	 names_learn(struct names *, enum name_kind, int64_t id,
	    const char *name);

/* names_ask.c: ids that no list holds, each asked for once. */
struct extract;
struct reader;

/* Store new wants, in the transaction of the rows that have them. */
int	 names_report(struct extract *, struct err *);
/* Read the wants that earlier runs stored. */
int	 names_resume(struct extract *, struct err *);
/* Reads the names that are wanted. */
extern const struct reader name_reader;
/* True when no name is wanted any more. */
int	 names_done(const struct extract *);

#endif
