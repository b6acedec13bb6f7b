#include "io/rows.h"
#include "tables.h"

/* The catalog of the database is read, so that a new table needs no change here. */
static const char *const catalog[] = {
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
tables_read(struct db *db, const char *column, struct json *tables, struct err *e)
{
	struct db_query q;

	db_query(&q, db, catalog[db_kind(db)], "si", column ? column : "",
	    (int64_t)(column != NULL));
	return rows_read(&q, "name", tables, e);
}
