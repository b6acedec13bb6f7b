#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "domain/store/store_impl.h"

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
	return one ? 0 : err_set(e, ZX_CONFIG, "%s has no data of project %s; run `ztoq "
	    "migrate` first, or choose another database with ZTOQ_DB or --db", db_where(db),
	    project);
}

int
store_count(struct db *db, const char *project, enum stream s, int64_t pass, int64_t *n,
    struct err *e)
{
#define COUNT(table)	"SELECT count(*) FROM " table " WHERE project = ?1 AND pass_seen >= ?2"
	static const char *const sql[STREAM_COUNT] = {
		[STREAM_FOLDERS] = COUNT("folder"), [STREAM_CASES] = COUNT("test_case"),
		[STREAM_PLANS] = COUNT("test_plan"), [STREAM_CYCLES] = COUNT("test_cycle"),
		[STREAM_EXECUTIONS] = COUNT("test_execution")
	};

	return db_one(db, n, 0, e, sql[s], "si", project, pass);
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

int
store_name_asked(struct store *st, const char *kind, int64_t id, const char *name,
    const char *line, size_t len, struct err *e)
{
	return db_exec_async(st->db, e, "INSERT INTO lookup (project, kind, id, scope,"
	    " name, line, pass) VALUES (?1, ?2, ?3, 'asked', ?4, ?5, 0)"
	    " ON CONFLICT (project, kind, id) DO UPDATE SET"
	    " name = excluded.name, line = excluded.line", "ssist", st->project, kind,
	    id, name, line, len);
}

int
store_held(struct store *st, struct db_query *q, const char *head_hash, const char *row_hash,
    struct store_held *h, struct err *e)
{
	*h = (struct store_held){ 0 };
	if (db_row(q)) {
		h->found = 1;
		h->seen = db_int(q, 1) == st->pass;
		h->same_row = row_hash == NULL || strcmp(db_str(q, 2), row_hash) == 0;
		h->same = h->same_row && strcmp(db_str(q, 0), head_hash) == 0;
	}
	return db_done(q, e);
}

int
store_news(const struct store_held *h, int rc)
{
	return rc == -1 ? -1 : h->same ? STORE_SAME : h->found ? STORE_CHANGED : STORE_NEW;
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
	struct store_held h;

	db_query(&q, st->db, "SELECT head_hash, pass_seen FROM folder"
	    " WHERE project = ?1 AND id = ?2", "si", st->project, f->id);
	if (store_held(st, &q, f->head_hash, NULL, &h, e) == -1)
		return -1;
	return store_news(&h, !h.same ? store_folder_put(st, f, e) : h.seen ? 0 :
	    db_exec_async(st->db, e, "UPDATE folder SET pass_seen = ?3"
	    " WHERE project = ?1 AND id = ?2", "sii", st->project, f->id, st->pass));
}

int
store_folders_unplace(struct store *st, struct err *e)
{
	return db_exec_async(st->db, e, "UPDATE folder SET depth = NULL"
	    " WHERE project = ?1", "s", st->project);
}

int
store_folder_place(struct store *st, int64_t id, int64_t depth, int64_t position,
    const char *path, struct err *e)
{
	return db_exec_async(st->db, e, "UPDATE folder SET depth = ?3, position = ?4,"
	    " path = ?5, orphan = CASE WHEN CAST(?3 AS BIGINT) = 0"
	    " AND parent_id IS NOT NULL THEN 1 ELSE 0 END"
	    " WHERE project = ?1 AND id = ?2", "siiis", st->project, id, depth,
	    position, path);
}

/* The statements of a table that has no columns but those of struct store_row. */
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
	struct store_held h;

	db_query(&q, st->db, k->find, "ss", st->project, r->key);
	if (store_held(st, &q, r->head_hash, NULL, &h, e) == -1)
		return -1;
	return store_news(&h, !h.same ? db_exec_async(st->db, e, k->put, "ssiiistsi",
	    st->project, r->key, store_num(r->key), r->id, r->folder_id, r->name, r->head,
	    r->len, r->head_hash, st->pass) : h.seen ? 0 :
	    db_exec_async(st->db, e, k->seen, "ssi", st->project, r->key, st->pass));
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
