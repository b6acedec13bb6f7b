#pragma once

#include "io/db/db.h"

/* The versioned schema: lib/domain/schema/NNNN_name.sql, embedded in the programs. */

/* Return the newest version that this program knows. */
int	 schema_latest(void);
/* Set *n to the version of a database, 0 if it is empty: 0, or -1 with ZX_CONFIG if it
   belongs to another program. */
int	 schema_version(struct db *, int *n, struct err *);
/* Apply the missing migrations, each in one transaction with its row in schema_version;
   several processes may do so at once.  *from and *to are the versions. */
int	 schema_migrate(struct db *, int *from, int *to, struct err *);
/* Make the schema in an empty database, or check its version: -1 with ZX_CONFIG if it is
   newer than this program, or older and to be migrated with `zdb migrate`. */
int	 schema_ready(struct db *, struct err *);
/* Check that schema_ready can succeed, and change nothing. */
int	 schema_check(struct db *, struct err *);
