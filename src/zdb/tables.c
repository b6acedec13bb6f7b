#include <stdlib.h>

#include "base/mem.h"
#include "zdb.h"

/* The database is asked for its tables: a list of ours would grow old. */
static const char *const ask[] = {
	[DB_SQLITE] = "SELECT DISTINCT m.name FROM sqlite_master m"
	    " JOIN pragma_table_info(m.name) c WHERE m.type = 'table' AND"
	    " m.name NOT LIKE 'sqlite%' AND (c.name = ?1 OR ?2 = 0) ORDER BY 1",
	[DB_PG] = "SELECT DISTINCT t.table_name FROM information_schema.tables t"
	    " JOIN information_schema.columns c USING (table_schema, table_name)"
	    " WHERE t.table_type = 'BASE TABLE' AND t.table_schema = ANY"
	    " (current_schemas(false)) AND (c.column_name = ?1 OR"
	    " CAST(?2 AS BIGINT) = 0) ORDER BY 1"
};

int
tables_read(struct db *db, const char *column, struct names *to,
    struct err *e)
{
	struct db_query q;

	db_query(&q, db, ask[db_kind(db)], "si", column ? column : "",
	    (int64_t)(column != NULL));
	while (db_row(&q)) {
		to->v = mem_grow(to->v, (size_t)to->n + 1, sizeof(char *));
		to->v[to->n++] = mem_dup(db_str(&q, 0));
	}
	return db_done(&q, e);
}

void
tables_names_free(struct names *to)
{
	while (to->n > 0)
		free(to->v[--to->n]);
	free(to->v);
	to->v = NULL;
}
