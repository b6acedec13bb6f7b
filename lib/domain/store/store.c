#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "domain/store/store.h"

int64_t
store_num(const char *key)
{
	size_t n = strlen(key);

	while (n > 0 && isdigit((unsigned char)key[n - 1]))
		n--;
	return strtoll(key + n, NULL, 10);
}

int
store_images(const char *s, size_t len)
{
	const char *end = s + len, *p = s;

	while ((p = memchr(p, '<', (size_t)(end - p))) != NULL)
		if (end - p >= 4 && strncasecmp(p, "<img", 4) == 0)
			return 1;
		else
			p++;
	return 0;
}

int
store_project(struct store *st, int64_t id, int64_t jira_id,
    const char *source, const char *line, size_t len, struct err *e)
{
	return db_exec_async(st->db, e, "INSERT INTO project"
	    " (key, id, jira_id, source, line) VALUES (?1, ?2, ?3, ?4, ?5)"
	    " ON CONFLICT (key) DO UPDATE SET id = excluded.id,"
	    " jira_id = excluded.jira_id, source = excluded.source,"
	    " line = excluded.line", "siist", st->project, id, jira_id, source,
	    line, len);
}

int
store_knows(struct db *db, const char *project, struct err *e)
{
	int64_t one;

	if (db_one(db, &one, 0, e, "SELECT 1 WHERE EXISTS (SELECT 1 FROM project"
	    " WHERE key = ?1) OR EXISTS (SELECT 1 FROM pass WHERE project = ?1"
	    " AND state <> 'open') OR EXISTS (SELECT 1 FROM target"
	    " WHERE project = ?1)", "s", project) == -1)
		return -1;
	return one ? 0 : err_set(e, ZX_CONFIG, "%s has no data of project %s",
	    db_where(db), project);
}

int
store_name(struct store *st, const struct store_name *n, struct err *e)
{
	return db_exec_async(st->db, e, "INSERT INTO lookup"
	    " (project, kind, id, scope, name, position, is_default, archived,"
	    " line, pass)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10)"
	    " ON CONFLICT (project, kind, id) DO UPDATE SET"
	    " scope = excluded.scope, name = excluded.name,"
	    " position = excluded.position, is_default = excluded.is_default,"
	    " archived = excluded.archived, line = excluded.line,"
	    " pass = excluded.pass", "ssissiiiti", st->project, n->kind, n->id,
	    n->scope, n->name, n->position, (int64_t)n->is_default,
	    (int64_t)n->archived, n->line, n->len, st->pass);
}

/* What is held of a row, from "SELECT head_hash, pass_seen ..."; closes q. */
static int
store_row_news(struct store *st, struct db_query *q, const char *head_hash, int *seen,
    struct err *e)
{
	int n = STORE_NEW;

	*seen = 0;
	if (db_row(q)) {
		n = strcmp(db_str(q, 0), head_hash) == 0 ? STORE_SAME :
		    STORE_CHANGED;
		*seen = db_int(q, 1) == st->pass;
	}
	return db_done(q, e) == -1 ? -1 : n;
}

static int
store_folder_put(struct store *st, const struct store_folder *f, struct err *e)
{
	return db_exec_async(st->db, e, "INSERT INTO folder (project, id, kind,"
	    " parent_id, idx, name, head, head_hash, pass_seen, pass_changed)"
	    " VALUES (?1, ?2, ?3, nullif(CAST(?4 AS BIGINT), 0), ?5, ?6, ?7, ?8, ?9, ?9)"
	    " ON CONFLICT (project, id) DO UPDATE SET kind = excluded.kind,"
	    " parent_id = excluded.parent_id, idx = excluded.idx,"
	    " name = excluded.name, head = excluded.head,"
	    " head_hash = excluded.head_hash, pass_seen = excluded.pass_seen,"
	    " pass_changed = excluded.pass_changed", "sisiistsi", st->project,
	    f->id, f->kind, f->parent_id, f->idx, f->name, f->head, f->len,
	    f->head_hash, st->pass);
}

int
store_folder(struct store *st, const struct store_folder *f, struct err *e)
{
	struct db_query q;
	int n, seen, rc = 0;

	db_query(&q, st->db, "SELECT head_hash, pass_seen FROM folder"
	    " WHERE project = ?1 AND id = ?2", "si", st->project, f->id);
	if ((n = store_row_news(st, &q, f->head_hash, &seen, e)) == -1)
		return -1;
	if (n != STORE_SAME)
		rc = store_folder_put(st, f, e);
	else if (!seen)
		rc = db_exec_async(st->db, e, "UPDATE folder SET pass_seen = ?3"
		    " WHERE project = ?1 AND id = ?2", "sii", st->project,
		    f->id, st->pass);
	return rc == -1 ? -1 : n;
}

/* The statements of a table whose rows have a key and nothing of their own. */
struct store_keyed {
	const char	*find, *put, *seen;
};

#define STORE_BY_KEY	" WHERE project = ?1 AND key = ?2"
#define STORE_KEYED(find, put, seen)					\
	{ find STORE_BY_KEY, put " (project, key, num,"			\
	    " id, folder_id, name, head, head_hash, pass_seen, pass_changed)" \
	    " VALUES (?1, ?2, ?3, ?4, nullif(CAST(?5 AS BIGINT), 0), ?6, ?7," \
	    " ?8, ?9, ?9) ON CONFLICT (project, key) DO UPDATE SET"	\
	    " id = excluded.id, folder_id = excluded.folder_id,"	\
	    " name = excluded.name, head = excluded.head,"		\
	    " head_hash = excluded.head_hash,"				\
	    " pass_seen = excluded.pass_seen,"				\
	    " pass_changed = excluded.pass_changed", seen STORE_BY_KEY }

static const struct store_keyed store_plans = STORE_KEYED(
    "SELECT head_hash, pass_seen FROM test_plan", "INSERT INTO test_plan",
    "UPDATE test_plan SET pass_seen = ?3");
static const struct store_keyed store_cycles = STORE_KEYED(
    "SELECT head_hash, pass_seen FROM test_cycle", "INSERT INTO test_cycle",
    "UPDATE test_cycle SET pass_seen = ?3");

static int
store_keyed_row(struct store *st, const struct store_keyed *k,
    const struct store_row *r, struct err *e)
{
	struct db_query q;
	int n, seen, rc = 0;

	db_query(&q, st->db, k->find, "ss", st->project, r->key);
	if ((n = store_row_news(st, &q, r->head_hash, &seen, e)) == -1)
		return -1;
	if (n != STORE_SAME)
		rc = db_exec_async(st->db, e, k->put, "ssiiistsi", st->project,
		    r->key, store_num(r->key), r->id, r->folder_id, r->name,
		    r->head, r->len, r->head_hash, st->pass);
	else if (!seen)
		rc = db_exec_async(st->db, e, k->seen, "ssi", st->project,
		    r->key, st->pass);
	return rc == -1 ? -1 : n;
}

int
store_plan(struct store *st, const struct store_row *r, struct err *e)
{
	return store_keyed_row(st, &store_plans, r, e);
}

int
store_cycle(struct store *st, const struct store_row *r, struct err *e)
{
	return store_keyed_row(st, &store_cycles, r, e);
}
