#ifndef DOMAIN_SCHEMA_H
#define DOMAIN_SCHEMA_H

#include "io/db/db.h"

/* The versioned schema: lib/domain/schema/NNNN_name.sql, embedded. */
int	 schema_latest(void);
/* The version of a database, 0 when it has no tables of ours. */
int	 schema_version(struct db *, int *, struct err *);
/* Apply what is missing, each migration in one transaction with its row in
   schema_version; safe when several do it at once.  *from, *to: versions. */
int	 schema_migrate(struct db *, int *from, int *to, struct err *);
/* Ready for use: makes it when empty, ZX_CONFIG when newer than we know or
   when an older one waits for `zdb migrate`. */
int	 schema_ready(struct db *, struct err *);
/* Check that schema_ready can succeed, and change nothing. */
int	 schema_check(struct db *, struct err *);

#endif
