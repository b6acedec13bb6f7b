#include "decision.h"
#include "inventory.h"

/* What an object that stays needs stays, too. */
static const char stay[] =
    "CREATE TABLE stay AS WITH RECURSIVE s (kind, id) AS ("
    "SELECT kind, id FROM object WHERE reason IS NOT NULL AND listed = 1"
    " UNION SELECT e.to_kind, e.to_id FROM s JOIN edge e ON e.kind = s.kind AND e.id = s.id)"
    " SELECT kind, id FROM s;"
    "CREATE UNIQUE INDEX stay_id ON stay (kind, id);"
    "UPDATE object SET reason = (SELECT 'needed by ' || " INVENTORY_NAME("u", "k")
    " || CASE WHEN u.ekey IS NULL THEN ', which zload did not create' ELSE '' END"
    " FROM edge e JOIN stay s ON s.kind = e.kind AND s.id = e.id"
    " JOIN object u ON u.kind = e.kind AND u.id = e.id JOIN kind k ON k.n = u.kind"
    " WHERE e.to_kind = object.kind AND e.to_id = object.id ORDER BY e.kind, e.id LIMIT 1)"
    " WHERE reason IS NULL"
    " AND EXISTS (SELECT 1 FROM stay s WHERE s.kind = object.kind AND s.id = object.id)";

/* The parent p of an edge e that lies inside it (depth 1, 2), if the parent goes. */
#define GOING_PARENT(o, e, p, depth) "SELECT 1 FROM edge " e " JOIN object " p \
	" ON " p ".kind = " e ".to_kind AND " p ".id = " e ".to_id" \
	" WHERE " e ".kind = " o ".kind AND " e ".id = " o ".id" \
	" AND " e ".inside = " depth " AND " p ".reason IS NULL AND " p ".listed = 1"

static const char tops[] =
    "INSERT INTO top (kind, id, top_kind, top_id) WITH RECURSIVE t (kind, id, tk, ti) AS ("
    "SELECT o.kind, o.id, o.kind, o.id FROM object o WHERE o.reason IS NULL AND o.listed = 1"
    " AND o.kind <> (SELECT n FROM kind WHERE name = 'blob')"
    " AND NOT EXISTS (" GOING_PARENT("o", "e", "p", "1") ")"
    " AND NOT EXISTS (" GOING_PARENT("o", "e", "p", "2")
    " AND EXISTS (" GOING_PARENT("p", "f", "g", "1") "))"
    " UNION SELECT e.kind, e.id, t.tk, t.ti FROM t JOIN edge e"
    " ON e.to_kind = t.kind AND e.to_id = t.id"
    " WHERE e.inside = 1 OR (e.inside = 2 AND t.kind <> t.tk))"
    " SELECT kind, id, tk, ti FROM t WHERE 1 ON CONFLICT DO NOTHING";

/* Keep the logs whose run stays.  A file is selected, stays and goes with its object. */
static const char owned[] =
    "UPDATE object SET reason = 'qTest deletes a log only with its run'"
    " WHERE kind = (SELECT n FROM kind WHERE name = 'log') AND reason IS NULL"
    " AND EXISTS (SELECT 1 FROM object r WHERE r.kind = object.owner_kind"
    " AND r.id = object.owner AND r.reason IS NOT NULL);"
    "UPDATE object SET (chosen, listed, reason) = (SELECT r.chosen, r.listed,"
    " CASE WHEN r.reason IS NOT NULL"
    " THEN 'part of ' || " INVENTORY_NAME("r", "k") " || ', which stays' END"
    " FROM object r JOIN kind k ON k.n = r.kind WHERE r.kind = object.owner_kind"
    " AND r.id = object.owner)"
    " WHERE kind = (SELECT n FROM kind WHERE name = 'blob') AND EXISTS (SELECT 1"
    " FROM object r WHERE r.kind = object.owner_kind AND r.id = object.owner)";

static const char owned_tops[] =
    "INSERT INTO top (kind, id, top_kind, top_id) SELECT o.kind, o.id, t.top_kind, t.top_id"
    " FROM object o JOIN top t ON t.kind = o.owner_kind AND t.id = o.owner"
    " WHERE o.kind = (SELECT n FROM kind WHERE name = 'blob') AND o.reason IS NULL"
    " ON CONFLICT DO NOTHING";

/* Decide on the objects that have no reason to stay.  0, -1. */
static int
decision_run(struct inventory *v, struct err *e)
{
	return db_script(v->db, stay, e) == -1 || db_script(v->db, owned, e) == -1 ||
	    db_script(v->db, tops, e) == -1 ? -1 : db_script(v->db, owned_tops, e);
}

int
decision_make(struct inventory *v, struct err *e)
{
	return decision_run(v, e);
}

int
decision_end(struct inventory *v, int kind, int64_t id, int is_gone, struct err *e)
{
	return db_exec(v->db, e, "UPDATE top SET done = ?3 WHERE kind = ?1 AND id = ?2", "iii",
	    (int64_t)kind, id, (int64_t)(is_gone ? 1 : 2)) == -1 ? -1 : 0;
}

#define ENDED(done) " WHERE (kind, id) IN (SELECT t.kind, t.id FROM top t JOIN top g" \
	" ON g.kind = t.top_kind AND g.id = t.top_id WHERE g.done = " done ")"

int
decision_repeat(struct inventory *v, struct err *e)
{
	static const char ended[] =
	    "UPDATE object SET listed = 0" ENDED("1") ";"
	    "UPDATE object SET reason = 'qTest refused its deletion'" ENDED("2") ";"
	    "DELETE FROM edge WHERE (kind, id) IN"
	    " (SELECT kind, id FROM object WHERE listed = 0);"
	    "DELETE FROM top;"
	    "DROP TABLE stay";

	return db_script(v->db, ended, e) == -1 ? -1 : decision_run(v, e);
}
