#include <string.h>

#include "domain/finding.h"

enum { FIELD_MAX = 200 };	/* bytes of a name inside a key */

/* Selects a row of the project if there is one; a count would read the whole index. */
#define ANY(table) "SELECT 1 FROM " table " WHERE project = ?1 LIMIT 1"

int
finding_open(struct finding *f, struct db *db, const char *project,
    const char *run, struct err *e)
{
	memset(f, 0, sizeof(*f));
	f->db = db;
	f->project = project;
	f->run = run;
	if (db_one(db, &f->issues, 0, e, ANY("issue"), "s", project) == -1 ||
	    db_one(db, &f->losses, 0, e, ANY("loss"), "s", project) == -1 ||
	    db_one(db, &f->rejects, 0, e, ANY("reject"), "s", project) == -1 ||
	    db_one(db, &f->overrides, 0, e, ANY("override"), "s", project) == -1)
		return -1;
	return 0;
}

int
finding_clear_losses(struct finding *f, enum stream stream, const char *key,
    struct err *e)
{
	if (f->losses == 0)
		return 0;
	return db_exec_async(f->db, e, "DELETE FROM loss WHERE project = ?1"
	    " AND stream = ?2 AND key = ?3",
	    "sss", f->project, stream_name(stream), key);
}

int
finding_clear_rejects(struct finding *f, const char *stage, enum stream stream,
    const char *key, struct err *e)
{
	if (f->rejects == 0)
		return 0;
	return db_exec_async(f->db, e, "DELETE FROM reject WHERE project = ?1"
	    " AND stream = ?2 AND key = ?3 AND stage = ?4",
	    "ssss", f->project, stream_name(stream), key, stage);
}

int
finding_clear_loaded(struct finding *f, enum stream stream, const char *key,
    struct err *e)
{
	if (f->rejects == 0)
		return 0;
	return db_exec_async(f->db, e, "DELETE FROM reject WHERE project = ?1"
	    " AND stream = ?2 AND key = ?3 AND stage = 'zload'"
	    " AND NOT EXISTS (SELECT 1 FROM ledger WHERE project = ?1"
	    " AND stream = ?2 AND skey = ?3 AND state NOT IN ('done', 'gone'))",
	    "sss", f->project, stream_name(stream), key);
}

int
finding_forget(struct finding *f, const char *side, enum stream stream,
    const char *key, const char *rule, struct err *e)
{
	return f->issues == 0 ? 0 :
	    finding_remove(f, side, stream_name(stream), key, rule, e);
}

int
finding_issue(struct finding *f, const char *side, enum stream stream,
    const char *key, const char *rule, const char *level, const char *what,
    struct err *e)
{
	return finding_put(f, &(struct issue){ .side = side, .stream = stream_name(stream),
	    .key = key, .rule = rule, .level = level, .what = what }, e);
}

int
finding_put(struct finding *f, const struct issue *i, struct err *e)
{
	return db_exec_async(f->db, e,
	    "INSERT INTO issue (project, side, stream, key, rule, level, what, run, at,"
	    " accepted, owner) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, {now}, ?9, ?10)"
	    " ON CONFLICT (project, side, stream, key, rule) DO UPDATE SET"
	    " level = excluded.level, what = excluded.what, run = excluded.run,"
	    " at = excluded.at, accepted = excluded.accepted, owner = excluded.owner",
	    "ssssssssss", f->project, i->side, i->stream, i->key, i->rule, i->level,
	    i->what, f->run, i->accepted, i->owner);
}

/*
 * Execute sql with the project (?1), arg (?2), and the side, stream, rule, level of i and
 * the run (?3 to ?7), or the first n of these.  Returns the number of rows, or -1.
 */
static int64_t
finding_exec(struct finding *f, const struct issue *i, const struct db_val *arg, int n,
    const char *sql, struct err *e)
{
	struct db_val v[] = { { .type = 's', .s = f->project }, *arg,
		{ .type = 's', .s = i->side }, { .type = 's', .s = i->stream },
		{ .type = 's', .s = i->rule }, { .type = 's', .s = i->level },
		{ .type = 's', .s = f->run } };

	return db_exec_vals(f->db, e, sql, v, n);
}

int64_t
finding_put_rows(struct finding *f, const struct issue *i, const char *select,
    const struct db_val *arg, struct err *e)
{
	struct buf sql = { 0 };
	int64_t n;

	buf_printf(&sql, "INSERT INTO issue (project, side, stream, rule, level, run,"
	    " at, key, what) SELECT CAST(?1 AS TEXT), CAST(?3 AS TEXT),"
	    " CAST(?4 AS TEXT), CAST(?5 AS TEXT), CAST(?6 AS TEXT),"
	    " CAST(?7 AS TEXT), {now}, o.key, o.what FROM (%s) o WHERE 1 = 1"
	    " ON CONFLICT (project, side, stream, key, rule) DO NOTHING", select);
	n = finding_exec(f, i, arg, 7, buf_str(&sql), e);
	buf_free(&sql);
	return n;
}

int
finding_remove(struct finding *f, const char *side, const char *stream, const char *key,
    const char *rule, struct err *e)
{
	const char *const name[] = { "stream", "key", "rule" };
	const char *const value[] = { stream, key, rule };
	const char *given[3] = { NULL };
	struct buf sql = { 0 };
	int i, n = 0, rc;

	buf_puts(&sql, "DELETE FROM issue WHERE project = ?1 AND side = ?2");
	for (i = 0; i < 3; i++)
		if (value[i] != NULL) {
			given[n++] = value[i];
			buf_printf(&sql, " AND %s = ?%d", name[i], 2 + n);
		}
	rc = db_exec_async(f->db, e, buf_str(&sql), "sssss" + (3 - n), f->project, side,
	    given[0], given[1], given[2]);
	buf_free(&sql);
	return rc;
}

int
finding_remove_if(struct finding *f, const struct issue *i, const char *from,
    const struct db_val *arg, struct err *e)
{
	struct buf sql = { 0 };
	int64_t rc;

	buf_printf(&sql, "DELETE FROM issue WHERE project = ?1 AND side = ?3"
	    " AND stream = ?4 AND rule = ?5 AND EXISTS (SELECT 1 FROM %s)", from);
	rc = finding_exec(f, i, arg, 5, buf_str(&sql), e);
	buf_free(&sql);
	return rc == -1 ? -1 : 0;
}

static int
finding_loss_put(struct finding *f, enum stream stream, const char *key,
    const struct json *change, struct err *e)
{
	const char *field = json_str(change, "field"), *what = json_str(change, "change"),
	    *code = json_str(change, "code"), *reason = json_str(change, "reason");
	size_t len;

	if (field == NULL || what == NULL)
		return err_set(e, ZX_CONFIG, "%s %s: a change without field or change",
		    stream_name(stream), key);
	for (len = strlen(field); len > FIELD_MAX || (field[len] & 0xc0) == 0x80; len--)
		continue;
	return db_exec_async(f->db, e,
	    "INSERT INTO loss (project, stream, key, field, change, code, reason,"
	    " at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, {now})"
	    " ON CONFLICT (project, stream, key, field, change) DO UPDATE SET"
	    " code = excluded.code, reason = excluded.reason, at = excluded.at",
	    "ssstsss", f->project, stream_name(stream), key, field, len, what,
	    code == NULL ? "" : code, reason == NULL ? "" : reason);
}

int
finding_losses(struct finding *f, enum stream stream, const char *key,
    const struct json *changes, struct err *e)
{
	struct json c;
	int i, rc = 0;

	for (i = 0; rc == 0 && i < json_len(changes, ""); i++) {
		c = json_at(changes, i);
		rc = finding_loss_put(f, stream, key, &c, e);
		json_free(&c);
	}
	return rc;
}

int
finding_reject(struct finding *f, const char *stage, enum stream stream,
    const char *key, const char *rule, const char *reason,
    const char *source_hash, const char *accepted, const char *owner,
    struct err *e)
{
	return db_exec_async(f->db, e,
	    "INSERT INTO reject (project, stream, key, stage, rule, reason,"
	    " source_hash, accepted, owner, run, at)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, {now})"
	    " ON CONFLICT (project, stream, key, stage, rule) DO UPDATE SET"
	    " reason = excluded.reason, source_hash = excluded.source_hash,"
	    " accepted = excluded.accepted, owner = excluded.owner,"
	    " run = excluded.run, at = excluded.at",
	    "ssssssssss", f->project, stream_name(stream), key, stage, rule, reason,
	    source_hash, accepted, owner, f->run);
}

int
finding_known(struct finding *f, const char *stage, enum stream stream,
    const char *key, const char *rule, const char *reason,
    const char *source_hash, struct err *e)
{
	int64_t n;

	if (f->rejects == 0)
		return 0;
	if (db_one(f->db, &n, 0, e, "SELECT count(*) FROM reject WHERE project = ?1"
	    " AND stream = ?2 AND key = ?3 AND stage = ?4 AND rule = ?5"
	    " AND reason = ?6 AND source_hash = ?7",
	    "sssssss", f->project, stream_name(stream), key, stage, rule, reason,
	    source_hash) == -1)
		return -1;
	return n > 0;
}

int
finding_override(struct finding *f, enum stream stream, const char *key,
    const char *source_hash, struct json *rec, struct err *e)
{
	struct db_query q;
	int rc = 0;

	if (f->overrides == 0)
		return 0;
	db_query(&q, f->db, "SELECT record FROM override WHERE project = ?1"
	    " AND stream = ?2 AND key = ?3 AND source_hash = ?4",
	    "ssss", f->project, stream_name(stream), key, source_hash);
	if (db_row(&q))
		rc = json_parse(rec, db_str(&q, 0), db_len(&q, 0), NULL, e) == -1 ? -1 : 1;
	if (db_done(&q, rc == -1 ? NULL : e) == -1)
		return -1;
	return rc;
}

int
finding_override_put(struct finding *f, enum stream stream, const char *key,
    const char *source_hash, const char *rec, size_t len, struct err *e)
{
	f->overrides++;
	return db_exec_async(f->db, e,
	    "INSERT INTO override (project, stream, key, source_hash, record, at)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, {now})"
	    " ON CONFLICT (project, stream, key, source_hash) DO UPDATE SET"
	    " record = excluded.record, at = excluded.at",
	    "sssst", f->project, stream_name(stream), key, source_hash, rec, len);
}
