#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "content.h"
#include "domain/fields.h"
#include "kinds.h"
#include "twin.h"

int
twin_open(struct inventory *v, struct qtest *q, struct err *e)
{
	const struct rollback_kind *k;
	const struct field *f;
	struct fields *fields;
	int i, rc = 0;

	if (v->twins == TWINS_NONE)
		return 0;
	fields_open(&fields, q);
	for (i = 1; i < OBJECT_KINDS && rc == 0; i++) {
		k = rollback_kind(i);
		if (k->marker != MARKER_FIELD)
			continue;
		if ((rc = fields_load(fields, k->artifact, e)) == 0 &&
		    (f = fields_find(fields, k->artifact, qtest_marker_label)) != NULL)
			v->key_field[i] = f->id;
	}
	fields_close(fields);
	return rc;
}

/* Find the effect of a marker, if the object with this id is no object of the ledger, or has
   the twin key there.  1 and *own, which the caller frees; 0, -1. */
static int
twin_find(struct inventory *v, int kind, int64_t id, const char *ekey, const char *key,
    struct effect *own, struct err *e)
{
	const char *name = rollback_kind(kind)->name;
	int64_t is_known;
	char *found = NULL;
	int rc;

	if (db_one(v->db, &is_known, 0, e, "SELECT 1 FROM object WHERE kind = ?1 AND id = ?2"
	    " AND ekey <> ?3", "iis", (int64_t)kind, id, key) == -1 ||
	    (rc = ledger_key(v->ledger, name, id, &found, e)) == -1)
		return -1;
	if (rc == 1 && strcmp(found, key) != 0)
		is_known = 1;
	free(found);
	return is_known ? 0 : ledger_find(v->ledger, name, ekey, own, e);
}

/* Set *reason to why a twin of the effect own must stay, NULL if it may go.  0, -1. */
static int
twin_reason(struct inventory *v, int kind, const struct effect *own, const struct json *item,
    int chosen, const char **reason, struct err *e)
{
	const char *created = json_str(item, "created_date");
	int edited = !chosen || v->overwrite ? 0 : content_edited(v->ledger, kind, own->ekey,
	    created != NULL ? created : "", item, e);

	*reason = !chosen ? "not selected" :
	    own->id == 0 || own->state == STATE_ROLLED_BACK ?
	    "the ledger has no other object with its marker" :
	    edited == 1 ? "edited in qTest since it was created" : NULL;
	return edited == -1 ? -1 : 0;
}

int
twin_put(struct inventory *v, int kind, const struct json *item, int64_t parent,
    struct err *e)
{
	enum marker_place place = rollback_kind(kind)->marker;
	int64_t id = json_int(item, "id", 0), chosen = v->twins == TWINS_ALL;
	const char *reason;
	struct qtest_marker m;
	struct effect own = { 0 };
	char *key;
	int rc;

	if (v->twins == TWINS_NONE || !qtest_marker_read(place, v->key_field[kind], item, &m) ||
	    (qtest_marker_member(place, v->key_field[kind]) != NULL &&
	    strcmp(m.project, v->ledger->project) != 0))
		return 0;
	key = mem_fmt("%s (twin %lld)", m.key, (long long)id);
	rc = twin_find(v, kind, id, m.key, key, &own, e);
	if (rc == 1 && !chosen)
		rc = db_one(v->db, &chosen, 0, e, "SELECT 1 FROM line WHERE kind = ?1"
		    " AND ekey = ?2", "is", (int64_t)kind, key) == -1 ? -1 : 1;
	if (rc == 1 && (twin_reason(v, kind, &own, item, (int)chosen, &reason, e) == -1 ||
	    inventory_set_twin(v, kind, id, key, own.id, (int)chosen, reason, parent, e) == -1))
		rc = -1;
	effect_free(&own);
	free(key);
	return rc == -1 ? -1 : 0;
}

int
twin_record(struct inventory *v, struct err *e)
{
	struct db_query q;
	int rc = 0;

	db_query(&q, v->db, "SELECT kind, ekey, id, pid FROM object WHERE twin_of IS NOT NULL"
	    " AND chosen = 1 AND reason IS NULL", "");
	while (rc == 0 && db_row(&q))
		rc = ledger_add_twin(v->ledger, rollback_kind((int)db_int(&q, 0))->name,
		    db_str(&q, 1), db_int(&q, 2), db_str(&q, 3), e);
	return db_done(&q, rc == 0 ? e : NULL) == -1 ? -1 : rc;
}
