#include <stdio.h>
#include <string.h>

#include "reconcile/stage.h"
#include "reconcile/value.h"

/*
 * Each lookup names its index, since the planner has no statistics.  The file needs
 * neither journal nor sync: it is private, and its end is that of the program.
 */
static const char schema[] =
    "PRAGMA journal_mode = OFF;"
    "PRAGMA synchronous = OFF;"
    "CREATE TABLE found (n INTEGER PRIMARY KEY, kind INTEGER, id INTEGER, ekey TEXT,"
    " pkind INTEGER, parent INTEGER, ord INTEGER, seen INTEGER DEFAULT 0, eord INTEGER,"
    " files INTEGER, doc TEXT, used INTEGER DEFAULT 0);"
    "CREATE INDEX found_n ON found (kind, n);"
    "CREATE INDEX found_id ON found (kind, id);"
    "CREATE INDEX found_key ON found (kind, ekey, id);"
    "CREATE TABLE step (id INTEGER, case_id INTEGER, n INTEGER, files INTEGER);"
    "CREATE INDEX step_id ON step (id);"
    "CREATE INDEX step_place ON step (case_id, n);"
    "CREATE TABLE attached (kind INTEGER, owner INTEGER, n INTEGER, part INTEGER,"
    " id INTEGER, name TEXT, size INTEGER, seen INTEGER DEFAULT 0);"
    "CREATE INDEX attached_owner ON attached (kind, owner, n);"
    "CREATE TABLE file (kind INTEGER, owner INTEGER, n INTEGER, okey TEXT, stream TEXT,"
    " skey TEXT, name TEXT, sent TEXT, size INTEGER, sha256 TEXT, id INTEGER,"
    " known INTEGER, at INTEGER, differs INTEGER DEFAULT 0);"
    "CREATE INDEX file_owner ON file (kind, owner, n);"
    "CREATE INDEX file_id ON file (id);"
    "CREATE TABLE linked (kind INTEGER, owner INTEGER, pid TEXT, id INTEGER,"
    " seen INTEGER DEFAULT 0);"
    "CREATE INDEX linked_owner ON linked (kind, owner);"
    "CREATE TABLE expected_link (kind INTEGER, owner INTEGER, ekey TEXT, stream TEXT, skey TEXT,"
    " issue TEXT, requirement INTEGER, known INTEGER);"
    "CREATE INDEX link_owner ON expected_link (kind, owner);"
    "CREATE TABLE mapped (src TEXT PRIMARY KEY, dst TEXT)";

int
stage_open(struct stage *s, struct differences *to, struct err *e)
{
	s->to = to;
	return db_open_private(&s->db, e) == -1 ? -1 : db_script(s->db, schema, e);
}

int
stage_file(struct stage *s, const struct part *of, const struct json *file, struct err *e)
{
	return db_exec(s->db, e, "INSERT INTO attached (kind, owner, n, part, id, name, size)"
	    " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7 WHERE NOT EXISTS (SELECT 1 FROM attached"
	    " INDEXED BY attached_owner WHERE kind = ?1 AND owner = ?2 AND n = ?3 AND id = ?5)",
	    "iiiiisi", (int64_t)of->kind, of->owner, of->n, of->id, json_int(file, "id", 0),
	    value_text(file, "name"), json_int(file, "size", -1)) == -1 ? -1 : 0;
}

int
stage_file_seen(struct stage *s, int64_t row, struct err *e)
{
	return db_exec(s->db, e, "UPDATE attached SET seen = 1 WHERE rowid = ?1", "i",
	    row) == -1 ? -1 : 0;
}

/* Store the files in the member "attachments" of a part.  0, -1. */
static int
stage_part_files(struct stage *s, const struct part *of, const struct json *doc, struct err *e)
{
	struct json list = json_member(doc, "attachments"), one = { 0 };
	int i = 0, rc = 0;

	while (rc == 0 && json_each(&list, &i, &one))
		rc = stage_file(s, of, &one, e);
	json_free(&one);
	json_free(&list);
	return rc;
}

/* Store the files of an object, of its steps and of its step logs.  0, -1. */
static int
stage_files(struct stage *s, int kind, int64_t id, const struct json *doc, struct err *e)
{
	struct part of = { kind, id, 0, 0 };
	struct json *v;
	int n, rc = stage_part_files(s, &of, doc, e);

	n = value_list(doc, kind == CASE ? "test_steps" : "test_step_logs", &v);
	for (of.n = 1; of.n <= n && rc == 0; of.n++) {
		of.id = json_int(&v[of.n - 1], kind == CASE ? "id" : "test_step_log_id", 0);
		rc = stage_part_files(s, &of, &v[of.n - 1], e);
	}
	value_list_free(v, n);
	return rc;
}

int
stage_link(struct stage *s, int kind, int64_t id, const struct json *object, struct err *e)
{
	const char *key = json_str(object, "external_defect_id");

	return db_exec(s->db, e, "INSERT INTO linked (kind, owner, pid, id)"
	    " VALUES (?1, ?2, ?3, ?4)", "iisi", (int64_t)kind, id,
	    key != NULL ? key : value_text(object, "pid"), json_int(object, "id", 0)) == -1 ?
	    -1 : 0;
}

int64_t
stage_link_seen(struct stage *s, int kind, int64_t id, const char *issue, int64_t requirement,
    struct err *e)
{
	return db_exec(s->db, e, "UPDATE linked INDEXED BY linked_owner SET seen = 1"
	    " WHERE kind = ?1 AND owner = ?2 AND CASE WHEN ?1 = ?5 THEN pid = ?3"
	    " ELSE id = ?4 AND pid LIKE 'RQ-%' END", "iisii", (int64_t)kind, id, issue,
	    requirement, (int64_t)LOG);
}

/* Store the defects of a log that its reply shows.  0, -1. */
static int
stage_defects(struct stage *s, int64_t id, const struct json *doc, struct err *e)
{
	struct json list = json_member(doc, "defects"), one = { 0 };
	int i = 0, rc = 0;

	while (rc == 0 && json_each(&list, &i, &one))
		rc = stage_link(s, LOG, id, &one, e);
	json_free(&one);
	json_free(&list);
	return rc;
}

int
stage_put(struct stage *s, int kind, int64_t id, const char *ekey, int pkind, int64_t parent,
    int64_t ord, const struct json *doc, struct err *e)
{
	struct buf b = { 0 };
	int64_t files = json_type(doc, "attachments") == JSON_ARR;
	int64_t rc;

	json_dump(doc, &b);
	rc = db_exec(s->db, e, "INSERT INTO found (kind, id, ekey, pkind, parent, ord, files, doc)"
	    " SELECT ?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8 WHERE NOT EXISTS (SELECT 1 FROM found"
	    " INDEXED BY found_id WHERE kind = ?1 AND id = ?2)", "iisiiiit", (int64_t)kind, id,
	    ekey, (int64_t)pkind, parent, ord, files, buf_str(&b), b.len);
	if (rc > 0 && strstr(buf_str(&b), "\"attachments\":[{") != NULL)
		rc = stage_files(s, kind, id, doc, e) == -1 ? -1 : 1;
	if (rc > 0 && kind == LOG && strstr(buf_str(&b), "\"defects\":[{") != NULL)
		rc = stage_defects(s, id, doc, e);
	buf_free(&b);
	return rc == -1 ? -1 : 0;
}

int
stage_step(struct stage *s, const struct json *step, int64_t case_id, int64_t n, struct err *e)
{
	int64_t files = json_type(step, "attachments") == JSON_ARR;

	return db_exec(s->db, e, "INSERT INTO step (id, case_id, n, files)"
	    " VALUES (?1, ?2, ?3, ?4)", "iiii", json_int(step, "id", 0), case_id, n,
	    files) == -1 ? -1 : 0;
}

int64_t
stage_id(struct stage *s, int kind, const char *ekey)
{
	struct db_query q;

	db_query(&q, s->db, "SELECT min(id) FROM found INDEXED BY found_key"
	    " WHERE kind = ?1 AND ekey = ?2", "is", (int64_t)kind, ekey);
	return differences_query_int(s->to, &q);
}

int64_t
stage_step_log(struct stage *s, int64_t log, int64_t part)
{
	struct json doc = { 0 }, *v;
	struct db_query q;
	const char *text;
	int64_t at = 0;
	int i, n;

	db_query(&q, s->db, "SELECT doc FROM found INDEXED BY found_id WHERE kind = ?1 AND id = ?2",
	    "ii", (int64_t)LOG, log);
	if (db_row(&q) && (text = db_str(&q, 0)) != NULL)
		(void)json_parse(&doc, text, strlen(text), NULL, NULL);
	differences_query_end(s->to, &q);
	n = value_list(&doc, "test_step_logs", &v);
	for (i = 0; i < n && at == 0; i++)
		if (json_int(&v[i], "test_step_log_id", 0) == part)
			at = i + 1;
	value_list_free(v, n);
	json_free(&doc);
	return at;
}

void
stage_found_free(struct found *f)
{
	json_free(&f->doc);
	memset(f, 0, sizeof(*f));
}

int
stage_find(struct stage *s, int kind, const char *ekey, struct found *f, char *ids,
    size_t idslen)
{
	struct db_query q;
	struct err e = { 0 };
	size_t at = 0;
	int n = 0, rc = 0;

	memset(f, 0, sizeof(*f));
	ids[0] = '\0';
	db_query(&q, s->db, "SELECT n, id, pkind, parent, doc, used FROM found INDEXED BY found_key"
	    " WHERE kind = ?1 AND ekey = ?2 ORDER BY id, n", "is", (int64_t)kind, ekey);
	while (rc == 0 && db_row(&q)) {
		if (at + 24 < idslen)
			at += (size_t)snprintf(ids + at, idslen - at, "%s%lld", n > 0 ? ", " : "",
			    (long long)db_int(&q, 1));
		if (n++ > 0)
			continue;
		f->n = db_int(&q, 0);
		f->id = db_int(&q, 1);
		f->pkind = (int)db_int(&q, 2);
		f->parent = db_int(&q, 3);
		f->used = (int)db_int(&q, 5);
		rc = json_parse(&f->doc, db_str(&q, 4), db_len(&q, 4), NULL, &e);
	}
	differences_query_end(s->to, &q);
	if (rc == -1)
		differences_fail(s->to, &e);
	return n;
}

int
stage_use(struct stage *s, int kind, int64_t id, const char *ekey, struct err *e)
{
	return db_exec(s->db, e, "UPDATE found INDEXED BY found_id SET ekey = ?3, used = 1"
	    " WHERE kind = ?1 AND id = ?2 AND ekey IS NULL", "iis", (int64_t)kind, id,
	    ekey) == -1 ? -1 : 0;
}

int
stage_key(struct stage *s, int kind, int64_t id, char key[KEY_MAX])
{
	struct db_query q;
	int there;

	key[0] = '\0';
	db_query(&q, s->db, "SELECT ekey FROM found INDEXED BY found_id"
	    " WHERE kind = ?1 AND id = ?2", "ii", (int64_t)kind, id);
	if ((there = db_row(&q)) && !db_null(&q, 0))
		snprintf(key, KEY_MAX, "%s", db_str(&q, 0));
	differences_query_end(s->to, &q);
	return there;
}

int
stage_place(struct stage *s, int64_t step, char key[KEY_MAX], int64_t *n)
{
	struct db_query q;
	int there;

	key[0] = '\0';
	db_query(&q, s->db, "SELECT f.ekey, s.n FROM step s INDEXED BY step_id"
	    " CROSS JOIN found f INDEXED BY found_id ON f.kind = ?2"
	    " AND f.id = s.case_id WHERE s.id = ?1", "ii", step, (int64_t)CASE);
	if ((there = db_row(&q))) {
		snprintf(key, KEY_MAX, "%s", db_null(&q, 0) ? "" : db_str(&q, 0));
		*n = db_int(&q, 1);
	}
	differences_query_end(s->to, &q);
	return there;
}

void
stage_seen(struct stage *s, int kind, const char *ekey, int64_t n, const int64_t *eord)
{
	struct err e = { 0 };

	if (db_exec(s->db, &e, "UPDATE found INDEXED BY found_key SET seen = 1"
	    " WHERE kind = ?1 AND ekey = ?2", "is", (int64_t)kind, ekey) == -1 ||
	    (eord != NULL && db_exec(s->db, &e, "UPDATE found SET eord = ?2 WHERE n = ?1", "ii",
	    n, *eord) == -1))
		differences_fail(s->to, &e);
}

int
stage_mapped(struct stage *s, const char *src, const char *dst, char before[KEY_MAX])
{
	struct db_query q;
	struct err e = { 0 };

	before[0] = '\0';
	db_query(&q, s->db, "SELECT dst FROM mapped WHERE src = ?1", "s", src);
	if (db_row(&q))
		snprintf(before, KEY_MAX, "%s", db_str(&q, 0));
	differences_query_end(s->to, &q);
	if (before[0] != '\0')
		return strcmp(before, dst) == 0;
	if (db_exec(s->db, &e, "INSERT INTO mapped (src, dst) VALUES (?1, ?2)", "ss",
	    src, dst) == -1)
		differences_fail(s->to, &e);
	return 1;
}
