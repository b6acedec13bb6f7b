#include <stdlib.h>

#include "base/mem.h"
#include "domain/store/store_impl.h"
#include "domain/store/store_run.h"
#include "io/hash.h"

/* All that is written to the table of executions and to the sweeps. */

/* Insert or replace a row.  script_pass stays NULL until the results are read; an
   execution that never ran has none. */
static int
store_run_put(struct store *st, const struct store_execution *x, struct err *e)
{
	const struct store_row *r = &x->row;

	return db_exec_async(st->db, e, "INSERT INTO test_execution (project, id, key,"
	    " case_key, case_num, case_version, cycle_id, environment_id,"
	    " status_id, end_ms, head, head_hash, row_hash, results,"
	    " script_pass, pass_seen, pass_changed, case_id, images)"
	    " VALUES (?1, ?2, ?3, ?4, ?5, nullif(CAST(?6 AS BIGINT), 0), ?7, ?8,"
	    " nullif(CAST(?9 AS BIGINT), 0),"
	    " ?10, ?11, ?12, ?13, CASE WHEN CAST(?14 AS BIGINT) = 0 THEN '[]'"
	    " END, CASE WHEN CAST(?14 AS BIGINT) = 0"
	    " THEN CAST(?15 AS BIGINT) END, ?15, ?15,"
	    " nullif(CAST(?16 AS BIGINT), 0), ?17)"
	    " ON CONFLICT (project, id) DO UPDATE SET key = excluded.key,"
	    " case_key = excluded.case_key, case_num = excluded.case_num,"
	    " case_version = excluded.case_version,"
	    " case_id = excluded.case_id,"
	    " cycle_id = excluded.cycle_id,"
	    " environment_id = excluded.environment_id,"
	    " status_id = excluded.status_id, end_ms = excluded.end_ms,"
	    " head = excluded.head, head_hash = excluded.head_hash,"
	    " results = CASE WHEN test_execution.row_hash = excluded.row_hash"
	    " THEN test_execution.results ELSE excluded.results END,"
	    " step_slots = CASE WHEN test_execution.row_hash = excluded.row_hash"
	    " THEN test_execution.step_slots END,"
	    " results_unread = CASE WHEN test_execution.row_hash = excluded.row_hash"
	    " THEN test_execution.results_unread END,"
	    " script_pass = CASE WHEN test_execution.row_hash ="
	    " excluded.row_hash THEN test_execution.script_pass"
	    " ELSE excluded.script_pass END,"
	    " row_hash = excluded.row_hash, pass_seen = excluded.pass_seen,"
	    " pass_changed = excluded.pass_changed,"
	    " images = CASE WHEN test_execution.images = 1 THEN 1"
	    " ELSE excluded.images END", "sissiiiiiitssiiii",
	    st->project, r->id, r->key, x->case_key, store_num(x->case_key),
	    x->case_version, x->cycle_id, x->environment_id, x->status_id,
	    x->end_ms, r->head, r->len, r->head_hash, r->row_hash,
	    (int64_t)x->wanted, st->pass, x->case_id,
	    (int64_t)store_images(r->head, r->len));
}

int
store_execution(struct store *st, const struct store_execution *x,
    struct err *e)
{
	struct db_query q;
	struct store_held h;

	db_query(&q, st->db, "SELECT head_hash, pass_seen, row_hash"
	    " FROM test_execution WHERE project = ?1 AND id = ?2", "si",
	    st->project, x->row.id);
	if (store_held(st, &q, x->row.head_hash, x->row.row_hash, &h, e) == -1)
		return -1;
	return store_news(&h, !h.same ? store_run_put(st, x, e) : h.seen ? 0 :
	    db_exec_async(st->db, e, "UPDATE test_execution SET pass_seen = ?3"
	    " WHERE project = ?1 AND id = ?2", "sii", st->project, x->row.id, st->pass));
}

int
store_execution_reread(struct store *st, int64_t id, struct err *e)
{
	return db_exec_async(st->db, e, "UPDATE test_execution"
	    " SET script_pass = NULL, results = NULL WHERE project = ?1"
	    " AND id = ?2 AND pass_seen = ?3"
	    " AND step_slots IS NOT NULL AND script_pass < ?3", "sii", st->project, id,
	    st->pass);
}

int
store_executions_reread(struct store *st, struct err *e)
{
	return db_exec_async(st->db, e, "UPDATE test_execution SET script_pass = NULL,"
	    " results = NULL WHERE project = ?1 AND step_slots IS NOT NULL", "s",
	    st->project);
}

int
store_executions_reread_statuses(struct store *st, struct err *e)
{
	return db_exec_async(st->db, e, "UPDATE test_execution SET script_pass = NULL,"
	    " results = NULL, step_slots = NULL WHERE project = ?1"
	    " AND step_slots IS NOT NULL AND results LIKE"
	    " '%\"status\":{%},\"testData\":%'"
	    " AND script_pass IS NOT NULL", "s", st->project);
}

int
store_execution_no_images(struct store *st, int64_t id, struct err *e)
{
	return db_exec_async(st->db, e, "UPDATE test_execution SET images = 0"
	    " WHERE project = ?1 AND id = ?2", "si", st->project, id);
}

int
store_executions_join(struct store *st, struct err *e)
{
	return db_exec_async(st->db, e, "UPDATE test_execution SET case_key = (SELECT"
	    " c.key FROM test_case c WHERE c.project = ?1 AND c.pass_seen = ?2"
	    " AND c.id = test_execution.case_id), case_num = (SELECT c.num"
	    " FROM test_case c WHERE c.project = ?1 AND c.pass_seen = ?2"
	    " AND c.id = test_execution.case_id) WHERE project = ?1"
	    " AND pass_seen = ?2 AND case_num = 0 AND case_key = ''"
	    " AND case_id IN (SELECT c.id FROM test_case c WHERE c.project = ?1"
	    " AND c.pass_seen = ?2 AND c.id IS NOT NULL)", "si", st->project, st->pass);
}

int
store_results_part(struct store *st, int64_t id, const char *text, size_t len,
    const char *slots, struct err *e)
{
	return db_exec_async(st->db, e, "UPDATE test_execution SET results = ?3,"
	    " step_slots = ?4 WHERE project = ?1 AND id = ?2", "sits", st->project,
	    id, text, len, slots);
}

int
store_results(struct store *st, int64_t id, const char *text, size_t len,
    const char *slots, const char *unread, struct err *e)
{
	char hash[HASH_HEX];

	hash_text(text, len, hash);
	return db_exec_async(st->db, e, "UPDATE test_execution SET results = ?3,"
	    " step_slots = ?4, results_unread = ?8, script_pass = ?6, pass_changed = CASE WHEN"
	    " script_hash = ?5 THEN pass_changed ELSE ?6 END, script_hash = ?5,"
	    " images = CASE WHEN images = 1 THEN 1 ELSE ?7 END"
	    " WHERE project = ?1 AND id = ?2", "sitssiis", st->project, id, text,
	    len, slots, hash, st->pass, (int64_t)store_images(text, len), unread);
}

int
store_sweep_mark(struct store *st, const char *scope, int n, const char *key,
    struct err *e)
{
	return db_exec_async(st->db, e, "INSERT INTO sweep (project, scope, n, key)"
	    " VALUES (?1, ?2, ?3, ?4)"
	    " ON CONFLICT (project, scope, n, key) DO NOTHING", "ssis",
	    st->project, scope, (int64_t)n, key);
}

int
store_sweep_count(struct store *st, const char *scope, int n, int64_t *out,
    struct err *e)
{
	return db_one(st->db, out, 0, e, "SELECT count(*) FROM sweep"
	    " WHERE project = ?1 AND scope = ?2 AND n = ?3", "ssi",
	    st->project, scope, (int64_t)n);
}

int
store_sweep_same(struct store *st, const char *scope, int n, struct err *e)
{
	int64_t odd = 0;

	if (db_one(st->db, &odd, 0, e, "SELECT count(*) FROM (SELECT key"
	    " FROM sweep WHERE project = ?1 AND scope = ?2 AND n IN (?3, ?4)"
	    " GROUP BY key HAVING count(*) = 1) AS x", "ssii", st->project,
	    scope, (int64_t)n - 1, (int64_t)n) == -1)
		return -1;
	return odd == 0;
}

int
store_sweep_unsee(struct store *st, const char *table, const char *key, const char *seen,
    const char *which, const char *scope, int n, struct err *e)
{
	char *sql = mem_fmt("UPDATE %s SET %s = %s - 1 WHERE project = ?1 AND %s = ?2%s"
	    " AND %s NOT IN (SELECT key FROM sweep WHERE project = ?1 AND scope = ?3"
	    " AND n = ?4)", table, seen, seen, seen, which, key);
	int rc = db_exec_async(st->db, e, sql, "sisi", st->project, st->pass, scope,
	    (int64_t)n);

	free(sql);
	return rc;
}

int
store_sweep_drop(struct store *st, const char *scope, int n, struct err *e)
{
	return db_exec_async(st->db, e, "DELETE FROM sweep WHERE project = ?1"
	    " AND scope = ?2 AND n <= ?3", "ssi", st->project, scope,
	    (int64_t)n);
}
