#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/mem.h"
#include "domain/ledger/target.h"
#include "io/hash.h"

void
target_free(struct target *t)
{
	int i;

	for (i = 0; i < TARGET_TEXTS; i++)
		free(t->text[i]);
	memset(t, 0, sizeof(*t));
}

static char *
target_text_take(const struct json *v)
{
	struct buf b = { 0 };

	json_dump(v, &b);
	return buf_take(&b, NULL);
}

/* Set body and hash from body and parent of an effect. */
static void
target_read_body(struct target *t, const struct json *effect)
{
	struct json pair = json_object(), parent = json_member(effect, "parent");

	json_set(&pair, "body", json_member(effect, "body"));
	json_set(&pair, "parent", parent.set ? parent : json_null());
	t->body = target_text_take(&pair);
	hash_text(t->body, strlen(t->body), t->hash);
	json_free(&pair);
}

static int
target_is_effect(const struct json *e)
{
	const char *kind = json_str(e, "kind"), *key = json_str(e, "key");
	enum json_type lane = json_type(e, "lane"), needs = json_type(e, "needs");

	return kind != NULL && *kind != '\0' && key != NULL && *key != '\0' &&
	    json_type(e, "body") == JSON_OBJ &&
	    (lane == JSON_NONE || lane == JSON_NULL || lane == JSON_STR) &&
	    (needs == JSON_NONE || needs == JSON_ARR);
}

int
target_read(struct target *t, const struct json *effect, enum stream stream,
    const char *skey, int64_t seq, int n, struct err *e)
{
	struct json needs;

	memset(t, 0, sizeof(*t));
	if (!target_is_effect(effect))
		return err_set(e, ZX_DATA, "%s %s: effect %d lacks kind, key, body or needs",
		    stream_name(stream), skey, n);
	t->kind = mem_dup(json_str(effect, "kind"));
	t->type = effect_kind_parse(t->kind);
	t->ekey = mem_dup(json_str(effect, "key"));
	t->skey = mem_dup(skey);
	t->lane = mem_dup(json_str(effect, "lane"));
	t->grade = mem_dup("exact");
	t->stream = stream;
	t->ord = seq * TARGET_EFFECTS + (n < TARGET_EFFECTS ? n : TARGET_EFFECTS - 1);
	needs = json_member(effect, "needs");
	t->needs = needs.set ? target_text_take(&needs) : mem_dup("[]");
	json_free(&needs);
	target_read_body(t, effect);
	return 0;
}

/* The place of a row's stream in the order in which streams are loaded. */
#define PLACE(t) "CASE " t ".stream WHEN 'folders' THEN 0 WHEN 'test_cases' THEN 1" \
	" WHEN 'test_plans' THEN 2 WHEN 'test_cycles' THEN 3 ELSE 4 END"

int
target_put(struct db *db, const char *project, const char *map,
    const struct target *t, struct err *e)
{
	return db_exec_async(db, e,
	    "INSERT INTO target (project, map, kind, ekey, stream, skey, ord,"
	    " lane, needs, body, hash, source_hash, changes, grade, reason, pass)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16)"
	    " ON CONFLICT (project, map, kind, ekey) DO UPDATE SET"
	    " stream = excluded.stream, skey = excluded.skey, ord = excluded.ord,"
	    " lane = excluded.lane, needs = excluded.needs, body = excluded.body,"
	    " hash = excluded.hash, source_hash = excluded.source_hash,"
	    " changes = excluded.changes, grade = excluded.grade,"
	    " reason = excluded.reason,"
	    " pass = CASE WHEN excluded.pass < target.pass THEN target.pass"
	    " ELSE excluded.pass END"
	    " WHERE (target.hash <> excluded.hash OR target.pass < excluded.pass"
	    " OR target.pass IS NULL OR target.skey <> excluded.skey"
	    " OR target.changes IS DISTINCT FROM excluded.changes)"
	    " AND ((target.skey = excluded.skey AND target.stream = excluded.stream)"
	    " OR target.pass IS NULL OR excluded.pass > target.pass"
	    " OR (excluded.pass = target.pass"
	    " AND (" PLACE("excluded") ", excluded.ord) < (" PLACE("target") ", target.ord)))",
	    "ssssssissssssssi", project, map, t->kind, t->ekey,
	    stream_name(t->stream), t->skey, t->ord, t->lane, t->needs, t->body,
	    t->hash, t->source_hash, t->changes, t->grade, t->reason, t->pass);
}

/* Return 1 if target_put would change nothing, 0, -1; *own is set to 1 if the stored row
   belongs to this record. */
static int
target_is_stored(struct db *db, const char *project, const char *map,
    const struct target *t, int *own, struct err *e)
{
	struct db_query q;
	int alike = 0, earlier = 0;

	db_query(&q, db, "SELECT stream, skey, hash, pass,"
	    " CASE WHEN pass > ?5 OR (pass = ?5 AND (" PLACE("target")
	    ", ord) <= (?6, ?7)) THEN 1 ELSE 0 END FROM target"
	    " WHERE project = ?1 AND map = ?2 AND kind = ?3 AND ekey = ?4",
	    "ssssiii", project, map, t->kind, t->ekey, t->pass,
	    (int64_t)t->stream, t->ord);
	*own = 0;
	if (db_row(&q)) {
		*own = strcmp(db_str(&q, 0), stream_name(t->stream)) == 0 &&
		    strcmp(db_str(&q, 1), t->skey) == 0;
		alike = db_int(&q, 3) >= t->pass &&
		    strcmp(db_str(&q, 2), t->hash) == 0;
		earlier = db_int(&q, 4) != 0;
	}
	return db_done(&q, e) == -1 ? -1 : *own ? alike : earlier;
}

/* The row is looked up first, since a put would lock it until the transaction ends, and
   another process may be about to put the same row. */
int
target_own(struct db *db, const char *project, const char *map,
    const struct target *t, struct err *e)
{
	int own, rc = target_is_stored(db, project, map, t, &own, e);

	if (rc == 0)
		rc = target_put(db, project, map, t, e) == -1 ? -1 :
		    target_is_stored(db, project, map, t, &own, e);
	return rc == -1 ? -1 : own;
}

int
target_whole(struct db *db, const char *project, const char *map, enum stream s,
    int64_t *pass, struct err *e)
{
	char *scope = mem_fmt("end:%s:%%", stream_name(s));
	int rc = db_one(db, pass, 0, e, "SELECT max(pass) FROM checkpoint"
	    " WHERE stage IN ('ztransform', 'zload') AND project = ?1"
	    " AND scope LIKE ?2 AND cursor = ?3 AND state = 'done'", "sss",
	    project, scope, map);

	free(scope);
	return rc;
}

#define TARGET_COLUMNS \
	"kind, ekey, skey, lane, needs, body, source_hash, changes, grade," \
	" reason, hash, stream, ord, pass"

static void
target_row_read(struct db_query *q, struct target *t)
{
	int i, s = stream_find(db_str(q, 11));

	memset(t, 0, sizeof(*t));
	for (i = 0; i < TARGET_TEXTS; i++)
		t->text[i] = mem_dup(db_str(q, i));
	t->type = effect_kind_parse(t->kind);
	memcpy(t->hash, db_str(q, 10), db_len(q, 10) < 64 ? db_len(q, 10) : 64);
	t->stream = s == -1 ? STREAM_FOLDERS : (enum stream)s;
	t->ord = db_int(q, 12);
	t->pass = db_int(q, 13);
}

int
target_get(struct db *db, const char *project, const char *map,
    const char *kind, const char *ekey, struct target *out, struct err *e)
{
	struct db_query q;
	int found = 0;

	db_query(&q, db, "SELECT " TARGET_COLUMNS " FROM target"
	    " WHERE project = ?1 AND map = ?2 AND kind = ?3 AND ekey = ?4",
	    "ssss", project, map, kind, ekey);
	if (db_row(&q)) {
		target_row_read(&q, out);
		found = 1;
	}
	if (db_done(&q, e) == 0)
		return found;
	if (found)
		target_free(out);
	return -1;
}

int
target_page(struct db *db, const char *project, const char *map,
    enum stream stream, int64_t ord, const char *ekey, int n,
    struct target *out, struct err *e)
{
	struct db_query q;
	int i = 0;

	db_query(&q, db, "SELECT " TARGET_COLUMNS " FROM target"
	    " WHERE project = ?1 AND map = ?2 AND stream = ?3"
	    " AND (ord, ekey) > (?4, ?5)"
	    " ORDER BY ord, ekey LIMIT ?6",
	    "sssisi", project, map, stream_name(stream), ord, ekey, (int64_t)n);
	while (i < n && db_row(&q))
		target_row_read(&q, &out[i++]);
	if (db_done(&q, e) == 0)
		return i;
	while (i > 0)
		target_free(&out[--i]);
	return -1;
}
