#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/api/qtest_marker.h"
#include "content.h"
#include "inventory.h"
#include "kinds.h"

static const char schema[] =
    "PRAGMA journal_mode = OFF;"
    "PRAGMA synchronous = OFF;"
    "CREATE TABLE kind (n INTEGER PRIMARY KEY, name TEXT, rank INTEGER);"
    "CREATE TABLE object (kind INTEGER, id INTEGER, ekey TEXT, pid TEXT, name TEXT,"
    " modified TEXT, written TEXT, chosen INTEGER NOT NULL DEFAULT 0,"
    " listed INTEGER NOT NULL DEFAULT 0, reason TEXT, sent TEXT, doubt INTEGER NOT NULL DEFAULT 0,"
    " path TEXT, item INTEGER, owner_kind INTEGER, owner INTEGER,"
    " edited INTEGER NOT NULL DEFAULT 0, twin_of INTEGER, PRIMARY KEY (kind, id));"
    "CREATE INDEX object_doubt ON object (kind) WHERE doubt = 1;"
    "CREATE TABLE edge (kind INTEGER, id INTEGER, to_kind INTEGER, to_id INTEGER,"
    " inside INTEGER, PRIMARY KEY (kind, id, to_kind, to_id));"
    "CREATE INDEX edge_to ON edge (to_kind, to_id);"
    "CREATE TABLE line (kind INTEGER, ekey TEXT, id INTEGER, modified TEXT,"
    " n INTEGER, PRIMARY KEY (kind, ekey));"
    "CREATE TABLE top (kind INTEGER, id INTEGER, top_kind INTEGER, top_id INTEGER,"
    " done INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (kind, id));"
    "CREATE INDEX top_of ON top (top_kind, top_id)";

int
inventory_open(struct inventory *v, struct err *e)
{
	int i, rc = db_open_private(&v->db, e);

	if (rc == 0)
		rc = db_script(v->db, schema, e);
	for (i = 1; i < OBJECT_KINDS && rc == 0; i++)
		rc = db_exec(v->db, e, "INSERT INTO kind VALUES (?1, ?2, ?3)", "isi", (int64_t)i,
		    rollback_kind(i)->name, (int64_t)rollback_kind(i)->rank) == -1 ? -1 : 0;
	return rc;
}

void
inventory_close(struct inventory *v)
{
	db_close(v->db);
	v->db = NULL;
}

int
inventory_edge(struct inventory *v, int kind, int64_t id, int to_kind, int64_t to_id,
    int inside, struct err *e)
{
	return db_exec(v->db, e, "INSERT INTO edge VALUES (?1, ?2, ?3, ?4, ?5)"
	    " ON CONFLICT DO NOTHING", "iiiii", (int64_t)kind, id, (int64_t)to_kind, to_id,
	    (int64_t)inside) == -1 ? -1 : 0;
}

int
inventory_add(struct inventory *v, const struct inventory_effect *f, struct err *e)
{
	/* until it is found, an object gets an id that no object of qTest has, and so does a
	   link, which has none */
	int64_t id = f->id != 0 && f->kind != KIND_LINK ? f->id : -++v->added - (INT64_C(1) << 50);

	v->chosen[f->kind] += f->chosen;
	return db_exec(v->db, e, "INSERT INTO object (kind, id, ekey, pid, written, chosen,"
	    " reason, sent, doubt, owner_kind, owner, path, item, name)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, NULLIF(?13, 0),"
	    " CASE WHEN ?1 IN (SELECT n FROM kind WHERE rank = 1) THEN ?8 ->> 'name' END)"
	    " ON CONFLICT DO NOTHING", "iisssissiiisi", (int64_t)f->kind, id, f->ekey, f->pid,
	    f->modified, (int64_t)f->chosen, f->reason, f->sent, (int64_t)(f->id == 0),
	    (int64_t)f->owner_kind, f->owner, f->path,
	    f->kind == KIND_LINK ? f->id : (int64_t)0) == -1 ? -1 : 0;
}

/* Add the edges to the chosen fields of which the object has a value.  0, -1. */
static int
inventory_put_fields(struct inventory *v, int kind, int64_t id, const struct json *item,
    struct err *e)
{
	struct json list = json_member(item, "properties"), one;
	const char *s;
	int i, rc = 0;

	for (i = 0; i < json_len(&list, "") && rc != -1; i++) {
		one = json_at(&list, i);
		s = json_str(&one, "field_value");
		if (s != NULL && *s != '\0' && strcmp(s, "[]") != 0)
			rc = db_exec(v->db, e, "INSERT INTO edge SELECT ?1, ?2, kind, id, 0"
			    " FROM object WHERE kind = ?3 AND id = ?4 AND chosen = 1"
			    " ON CONFLICT DO NOTHING",
			    "iiii", (int64_t)kind, id, (int64_t)KIND_FIELD,
			    json_int(&one, "field_id", 0)) == -1 ? -1 : 0;
		json_free(&one);
	}
	json_free(&list);
	return rc;
}

/* Add the edges to the cases that the steps of a case call.  0, -1. */
static int
inventory_put_calls(struct inventory *v, int64_t id, const struct json *item, struct err *e)
{
	struct json list = json_member(item, "test_steps"), one;
	int64_t called;
	int i, rc = 0;

	for (i = 0; i < json_len(&list, "") && rc == 0; i++) {
		one = json_at(&list, i);
		called = json_int(&one, "called_test_case_id", 0);
		if (called != 0 && called != id)
			rc = inventory_edge(v, KIND_CASE, id, KIND_CASE, called, 0, e);
		json_free(&one);
	}
	json_free(&list);
	return rc;
}

static int
inventory_put_edges(struct inventory *v, int kind, int64_t id, const struct json *item,
    int pkind, int64_t parent, struct err *e)
{
	int inside = rollback_kind_covers(pkind) ? 1 : pkind == KIND_SUITE ? 2 : 0;
	int64_t to;

	if (pkind != 0 && inventory_edge(v, kind, id, pkind, parent, inside, e) == -1)
		return -1;
	to = json_int(item, "target_release_id", 0);
	if (to > 0 && inventory_edge(v, kind, id, KIND_RELEASE, to, 0, e) == -1)
		return -1;
	to = json_int(item, "test_case.id", json_int(item, "testCaseId", 0));
	if (kind == KIND_RUN && to > 0 && inventory_edge(v, kind, id, KIND_CASE, to, 0, e) == -1)
		return -1;
	if (kind == KIND_CASE && inventory_put_calls(v, id, item, e) == -1)
		return -1;
	return v->chosen[KIND_FIELD] > 0 && kind != KIND_LOG ?
	    inventory_put_fields(v, kind, id, item, e) : 0;
}

/* Find the unconfirmed create that made an object which the ledger does not know, and give
   the create its id.  0, -1. */
static int
inventory_put_doubt(struct inventory *v, int kind, int64_t id, const struct json *item,
    struct err *e)
{
	struct db_query q;
	int64_t was = 0;

	db_query(&q, v->db, "SELECT id, sent, ekey FROM object WHERE kind = ?1"
	    " AND doubt = 1", "i",
	    (int64_t)kind);
	while (was == 0 && db_row(&q))
		if (kind == KIND_FIELD ? content_is_field(db_str(&q, 2), item) :
		    content_same(kind, db_str(&q, 1), item))
			was = db_int(&q, 0);
	if (db_done(&q, e) == -1)
		return -1;
	return was != 0 && (db_exec(v->db, e, "UPDATE object SET id = ?1, doubt = 0"
	    " WHERE kind = ?2 AND id = ?3", "iii", id, (int64_t)kind, was) == -1 ||
	    db_exec(v->db, e, "UPDATE edge SET to_id = ?1 WHERE to_kind = ?2 AND to_id = ?3",
	    "iii", id, (int64_t)kind, was) == -1) ? -1 : 0;
}

/* Mark a chosen object that was edited in qTest, which stays unless edits are overwritten.
   0, -1. */
static int
inventory_check_edit(struct inventory *v, int kind, int64_t id, const struct json *item,
    struct err *e)
{
	const char *now = json_str(item, "last_modified_date");
	char *ekey = NULL, *written = NULL;
	struct db_query q;
	int edited = 0;

	db_query(&q, v->db, "SELECT ekey, written FROM object WHERE kind = ?1 AND id = ?2"
	    " AND chosen = 1 AND reason IS NULL AND twin_of IS NULL", "ii", (int64_t)kind, id);
	if (db_row(&q)) {
		ekey = mem_dup(db_str(&q, 0));
		written = mem_dup(db_str(&q, 1));
	}
	if (db_done(&q, e) == -1)
		edited = -1;
	else if (ekey != NULL)
		edited = content_edited(v->ledger, kind, ekey, written, item, e);
	if (edited == 1 && db_exec(v->db, e, "UPDATE object SET edited = 1,"
	    " reason = CASE WHEN ?4 = 0 THEN 'edited in qTest since it was loaded'"
	    " || COALESCE(' (' || ?3 || ')', '') END WHERE kind = ?1 AND id = ?2", "iisi",
	    (int64_t)kind, id, now, (int64_t)v->overwrite) == -1)
		edited = -1;
	free(ekey);
	free(written);
	return edited == -1 ? -1 : 0;
}

int
inventory_put(struct inventory *v, int kind, const struct json *item, int pkind,
    int64_t parent, struct err *e)
{
	int64_t id = json_int(item, "id", 0), known;
	const char *name = kind == KIND_FIELD ? json_str(item, "label") : qtest_name(item);

	if (db_one(v->db, &known, 0, e, "SELECT 1 + listed FROM object WHERE kind = ?1"
	    " AND id = ?2", "ii", (int64_t)kind, id) == -1)
		return -1;
	if (known == 2)
		return 0;
	if (known == 0 && inventory_put_doubt(v, kind, id, item, e) == -1)
		return -1;
	if (db_exec(v->db, e, "INSERT INTO object (kind, id, pid, name, modified, listed, reason)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, 1, 'not created by zload')"
	    " ON CONFLICT (kind, id) DO UPDATE SET listed = 1, name = excluded.name,"
	    " pid = COALESCE(excluded.pid, pid), modified = excluded.modified", "iisss",
	    (int64_t)kind, id, json_str(item, "pid"), name,
	    json_str(item, "last_modified_date")) == -1)
		return -1;
	if (inventory_put_edges(v, kind, id, item, pkind, parent, e) == -1)
		return -1;
	return inventory_check_edit(v, kind, id, item, e);
}

int
inventory_set_twin(struct inventory *v, int kind, int64_t id, const char *ekey,
    int64_t twin_of, int chosen, const char *reason, int64_t parent, struct err *e)
{
	return db_exec(v->db, e, "UPDATE object SET ekey = ?3, twin_of = ?4, chosen = ?5,"
	    " reason = ?6, owner_kind = ?7, owner = ?8 WHERE kind = ?1 AND id = ?2", "iisiisii",
	    (int64_t)kind, id, ekey, twin_of, (int64_t)chosen, reason,
	    (int64_t)(kind == KIND_LOG ? KIND_RUN : 0), parent) == -1 ? -1 : 0;
}

/* A twin stays if its effect has no object in qTest.  Logs of other runs were not read. */
static const char last[] =
    "UPDATE object SET reason = 'the object of the ledger is not in qTest'"
    " WHERE twin_of IS NOT NULL AND reason IS NULL"
    " AND kind <> (SELECT n FROM kind WHERE name = 'log')"
    " AND NOT EXISTS (SELECT 1 FROM object w WHERE w.kind = object.kind"
    " AND w.id = object.twin_of AND w.listed = 1)";

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
    " AND o.kind NOT IN (SELECT n FROM kind WHERE rank = 1)"
    " AND NOT EXISTS (" GOING_PARENT("o", "e", "p", "1") ")"
    " AND NOT EXISTS (" GOING_PARENT("o", "e", "p", "2")
    " AND EXISTS (" GOING_PARENT("p", "f", "g", "1") "))"
    " UNION SELECT e.kind, e.id, t.tk, t.ti FROM t JOIN edge e"
    " ON e.to_kind = t.kind AND e.to_id = t.id"
    " WHERE e.inside = 1 OR (e.inside = 2 AND t.kind <> t.tk))"
    " SELECT kind, id, tk, ti FROM t WHERE 1 ON CONFLICT DO NOTHING";

/* Keep the logs whose run stays.  A file or link stays and goes with its object if
   that is selected. */
static const char owned[] =
    "UPDATE object SET reason = 'qTest deletes a log only with its run'"
    " WHERE kind = (SELECT n FROM kind WHERE name = 'log') AND reason IS NULL"
    " AND EXISTS (SELECT 1 FROM object r WHERE r.kind = object.owner_kind"
    " AND r.id = object.owner AND r.reason IS NOT NULL);"
    "UPDATE object SET (chosen, listed, reason) = (SELECT 1, r.listed,"
    " CASE WHEN r.reason IS NOT NULL"
    " THEN 'part of ' || " INVENTORY_NAME("r", "k") " || ', which stays' END"
    " FROM object r JOIN kind k ON k.n = r.kind WHERE r.kind = object.owner_kind"
    " AND r.id = object.owner)"
    " WHERE kind IN (SELECT n FROM kind WHERE rank = 1) AND EXISTS (SELECT 1"
    " FROM object r WHERE r.kind = object.owner_kind AND r.id = object.owner"
    " AND r.chosen = 1)";

static const char owned_tops[] =
    "INSERT INTO top (kind, id, top_kind, top_id) SELECT o.kind, o.id, t.top_kind, t.top_id"
    " FROM object o JOIN top t ON t.kind = o.owner_kind AND t.id = o.owner"
    " WHERE o.kind IN (SELECT n FROM kind WHERE rank = 1) AND o.reason IS NULL"
    " ON CONFLICT DO NOTHING;"
    "INSERT INTO top (kind, id, top_kind, top_id) SELECT o.kind, o.id, o.kind, o.id"
    " FROM object o WHERE o.kind IN (SELECT n FROM kind WHERE rank = 1)"
    " AND o.listed = 1 AND o.reason IS NULL ON CONFLICT DO NOTHING";

/* A selected file or link whose object is not selected goes alone; its deletion tells if qTest
   has it. */
static const char alone[] =
    "UPDATE object SET listed = 1 WHERE kind IN (SELECT n FROM kind WHERE rank = 1)"
    " AND chosen = 1 AND reason IS NULL AND NOT EXISTS (SELECT 1 FROM object r"
    " WHERE r.kind = object.owner_kind AND r.id = object.owner AND r.chosen = 1)";

/* Decide on the objects that have no reason to stay.  0, -1. */
static int
inventory_decide_rest(struct inventory *v, struct err *e)
{
	return db_script(v->db, stay, e) == -1 || db_script(v->db, owned, e) == -1 ||
	    db_script(v->db, tops, e) == -1 ? -1 : db_script(v->db, owned_tops, e);
}

int
inventory_decide(struct inventory *v, struct err *e)
{
	return db_script(v->db, last, e) == -1 || db_script(v->db, alone, e) == -1 ? -1 :
	    inventory_decide_rest(v, e);
}

int
inventory_done(struct inventory *v, int kind, int64_t id, int is_gone, struct err *e)
{
	return db_exec(v->db, e, "UPDATE top SET done = ?3 WHERE kind = ?1 AND id = ?2", "iii",
	    (int64_t)kind, id, (int64_t)(is_gone ? 1 : 2)) == -1 ? -1 : 0;
}

#define ENDED(done) " WHERE (kind, id) IN (SELECT t.kind, t.id FROM top t JOIN top g" \
	" ON g.kind = t.top_kind AND g.id = t.top_id WHERE g.done = " done ")"

int
inventory_decide_again(struct inventory *v, struct err *e)
{
	static const char ended[] =
	    "UPDATE object SET listed = 0" ENDED("1") ";"
	    "UPDATE object SET reason = 'qTest refused its deletion'" ENDED("2") ";"
	    "DELETE FROM edge WHERE (kind, id) IN"
	    " (SELECT kind, id FROM object WHERE listed = 0);"
	    "DELETE FROM top;"
	    "DROP TABLE stay";

	return db_script(v->db, ended, e) == -1 ? -1 : inventory_decide_rest(v, e);
}
