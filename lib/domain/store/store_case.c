#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/store/store_case.h"
#include "domain/store/store_impl.h"
#include "io/hash.h"
#include "io/json/json_out.h"

/* All that is written to the tables of test cases, their scripts and their steps. */

/* Insert or replace a row.  A changed row makes its script unread. */
static int
store_case_put(struct store *st, const struct store_row *r, const char *route,
    struct err *e)
{
	return db_exec_async(st->db, e, "INSERT INTO test_case (project, key, num, id,"
	    " folder_id, name, state, head, head_hash, row_hash, route,"
	    " pass_seen, pass_changed, images)"
	    " VALUES (?1, ?2, ?3, ?4, nullif(CAST(?5 AS BIGINT), 0), ?6, 'listed', ?7, ?8, ?9,"
	    " ?10, ?11, ?11, ?12)"
	    " ON CONFLICT (project, key) DO UPDATE SET id = excluded.id,"
	    " folder_id = excluded.folder_id, name = excluded.name,"
	    " state = 'listed', head = excluded.head,"
	    " head_hash = excluded.head_hash, route = excluded.route,"
	    " script_pass = CASE WHEN test_case.row_hash = excluded.row_hash"
	    " THEN test_case.script_pass END,"
	    " row_hash = excluded.row_hash, pass_seen = excluded.pass_seen,"
	    " pass_changed = excluded.pass_changed,"
	    " images = CASE WHEN test_case.images = 1 THEN 1"
	    " ELSE excluded.images END", "ssiiistsssii",
	    st->project, r->key, store_num(r->key), r->id, r->folder_id,
	    r->name, r->head, r->len, r->head_hash, r->row_hash, route,
	    st->pass, (int64_t)store_images(r->head, r->len));
}

/* Remove the first pages of a script, which may have changed since they were read. */
static int
store_case_part_drop(struct store *st, const char *key, struct err *e)
{
	return db_exec_async(st->db, e, "DELETE FROM test_script WHERE project = ?1"
	    " AND case_key = ?2 AND whole = 0", "ss", st->project, key);
}

int
store_case(struct store *st, const struct store_row *r, const char *route,
    struct err *e)
{
	struct db_query q;
	struct store_held h;

	/* a row that was no longer listed counts as changed */
	db_query(&q, st->db, "SELECT CASE WHEN state = 'listed' THEN head_hash ELSE '' END,"
	    " pass_seen, row_hash FROM test_case WHERE project = ?1 AND key = ?2", "ss",
	    st->project, r->key);
	if (store_held(st, &q, r->head_hash, r->row_hash, &h, e) == -1 ||
	    (h.found && !h.same_row && store_case_part_drop(st, r->key, e) == -1))
		return -1;
	return store_news(&h, !h.same ? store_case_put(st, r, route, e) : h.seen ? 0 :
	    db_exec_async(st->db, e, "UPDATE test_case SET pass_seen = ?3"
	    " WHERE project = ?1 AND key = ?2", "ssi", st->project, r->key, st->pass));
}

int
store_case_reread(struct store *st, const char *key, struct err *e)
{
	return db_exec_async(st->db, e, "UPDATE test_case SET script_pass = NULL"
	    " WHERE project = ?1 AND key = ?2 AND pass_seen = ?3"
	    " AND state = 'listed' AND script_pass < ?3", "ssi", st->project, key,
	    st->pass);
}

int
store_cases_reread(struct store *st, struct err *e)
{
	if (db_exec_async(st->db, e, "UPDATE test_case SET script_pass = NULL"
	    " WHERE project = ?1 AND state = 'listed'", "s", st->project) == -1)
		return -1;
	return db_exec_async(st->db, e, "DELETE FROM test_script"
	    " WHERE project = ?1 AND whole = 0", "s", st->project);
}

int
store_case_no_images(struct store *st, const char *key, struct err *e)
{
	return db_exec_async(st->db, e, "UPDATE test_case SET images = 0"
	    " WHERE project = ?1 AND key = ?2", "ss", st->project, key);
}

int
store_steps_clear(struct store *st, const char *key, struct err *e)
{
	return db_exec_async(st->db, e, "DELETE FROM test_step WHERE project = ?1"
	    " AND case_key = ?2", "ss", st->project, key);
}

int
store_steps(struct store *st, const char *key, const struct store_step *s,
    int n, struct err *e)
{
	static struct db_rows rows = { .shared = 2,
		.into = "INSERT INTO test_step (project, case_key, n, id,"
		    " called_key, description, test_data, expected)",
		.rest = " ON CONFLICT (project, case_key, n) DO UPDATE SET"
		    " id = excluded.id, called_key = excluded.called_key,"
		    " description = excluded.description,"
		    " test_data = excluded.test_data, expected = excluded.expected" };
	struct db_val v[2 + 6 * STORE_STEPS] = {
		{ .type = 's', .s = st->project }, { .type = 's', .s = key }
	}, *p = v + 2;
	int i;

	for (i = 0; i < n; i++, s++) {
		*p++ = (struct db_val){ .type = 'i', .i = s->n };
		*p++ = (struct db_val){ .type = s->id ? 'i' : 0, .i = s->id };
		*p++ = (struct db_val){ .type = 's', .s = s->called };
		*p++ = (struct db_val){ .type = 's', .s = s->description };
		*p++ = (struct db_val){ .type = 's', .s = s->data };
		*p++ = (struct db_val){ .type = 's', .s = s->expected };
	}
	return db_exec_rows(st->db, e, &rows, v, n);
}

static int
store_case_script_put(struct store *st, const char *key, const char *kind,
    const char *text, size_t len, const char *hash, struct err *e)
{
	return db_exec_async(st->db, e, "INSERT INTO test_script (project, case_key,"
	    " kind, script, hash, whole) VALUES (?1, ?2, ?3, ?4, ?5,"
	    " CASE WHEN CAST(?5 AS TEXT) IS NULL THEN 0 ELSE 1 END)"
	    " ON CONFLICT (project, case_key) DO UPDATE SET"
	    " kind = excluded.kind, script = excluded.script,"
	    " hash = coalesce(excluded.hash, test_script.hash),"
	    " whole = excluded.whole", "sssts", st->project,
	    key, kind, text, len, hash);
}

int
store_script_part(struct store *st, const char *key, const char *text,
    size_t len, struct err *e)
{
	return store_case_script_put(st, key, "steps", text, len, NULL, e);
}

int
store_script(struct store *st, const char *key, const char *kind,
    const char *text, size_t len, int64_t calls, struct err *e)
{
	char hash[HASH_HEX];

	hash_text(text, len, hash);
	if (db_exec_async(st->db, e, "UPDATE test_case SET script_pass = ?4,"
	    " calls = ?5, images = CASE WHEN images = 1 THEN 1 ELSE ?6 END,"
	    " pass_changed = CASE WHEN EXISTS (SELECT 1 FROM test_script"
	    " WHERE project = ?1 AND case_key = ?2 AND hash = ?3)"
	    " THEN pass_changed ELSE ?4 END"
	    " WHERE project = ?1 AND key = ?2", "sssiii", st->project, key,
	    hash, st->pass, calls, (int64_t)store_images(text, len)) == -1)
		return -1;
	return store_case_script_put(st, key, kind, text, len, hash, e);
}

static int
store_case_stub(struct store *st, const char *key, int64_t num, const char *project_ref,
    struct err *e)
{
	static const char script[] = "{\"type\":\"none\"}";
	struct buf head = { 0 };
	char head_hash[HASH_HEX], hash[HASH_HEX];
	int rc;

	json_out_open(&head, NULL, '{');
	json_out_null(&head, "id");
	json_out_str(&head, "key", key);
	json_out_str(&head, "name", key);
	json_out_raw(&head, "project", project_ref, strlen(project_ref));
	json_out_bool(&head, "stub", 1);
	json_out_close(&head, '}');
	hash_text(head.s, head.len, head_hash);
	hash_text(script, sizeof(script) - 1, hash);
	rc = db_exec_async(st->db, e, "INSERT INTO test_case (project, key, num, name,"
	    " state, head, head_hash, script_pass, pass_seen, pass_changed)"
	    " VALUES (?1, ?2, ?3, ?2, 'stub', ?4, ?5, ?6, ?6, ?6)"
	    " ON CONFLICT (project, key) DO UPDATE SET"
	    " pass_seen = excluded.pass_seen,"
	    " state = CASE WHEN test_case.state = 'stub' THEN 'stub'"
	    " ELSE 'gone' END", "ssitsi", st->project, key, num, head.s,
	    head.len, head_hash, st->pass);
	if (rc == 0)
		rc = db_exec_async(st->db, e, "INSERT INTO test_script (project,"
		    " case_key, kind, script, hash, whole)"
		    " VALUES (?1, ?2, 'none', ?3, ?4, 1)"
		    " ON CONFLICT (project, case_key) DO NOTHING", "ssss",
		    st->project, key, script, hash);
	buf_free(&head);
	return rc;
}

struct missing {
	char	*key;
	int64_t	 num;
};

enum { STUB_PAGE = 256 };

static int
store_case_missing_page(struct store *st, const char *key, int64_t num,
    struct missing *m, struct err *e)
{
	struct db_query q;
	int n = 0;

	db_query(&q, st->db, "SELECT e.case_num, e.case_key"
	    " FROM test_execution e WHERE e.project = ?1 AND e.pass_seen = ?2"
	    " AND e.case_key <> '' AND (e.case_num, e.case_key) > (?3, ?4)"
	    " AND NOT EXISTS (SELECT 1 FROM test_case c WHERE c.project = ?1"
	    " AND c.key = e.case_key AND c.pass_seen = ?2)"
	    " GROUP BY e.case_num, e.case_key"
	    " ORDER BY e.case_num, e.case_key LIMIT 256", "siis", st->project,
	    st->pass, num, key);
	while (n < STUB_PAGE && db_row(&q)) {
		m[n].num = db_int(&q, 0);
		m[n++].key = mem_dup(db_str(&q, 1));
	}
	if (db_done(&q, e) == -1) {
		while (n > 0)
			free(m[--n].key);
		return -1;
	}
	return n;
}

int
store_stubs(struct store *st, const char *project_ref, struct err *e)
{
	struct missing m[STUB_PAGE], last = { mem_dup(""), -1 };
	int i, n, rc = 0;

	while (rc == 0 && (n = store_case_missing_page(st, last.key, last.num, m, e)) > 0)
		for (i = 0; i < n; i++) {
			if (rc == 0)
				rc = store_case_stub(st, m[i].key, m[i].num, project_ref,
				    e);
			free(last.key);
			last = m[i];
		}
	free(last.key);
	return rc == 0 && n == -1 ? -1 : rc;
}

int
store_stub_asked(struct store *st, const char *key, struct err *e)
{
	return db_exec_async(st->db, e, "UPDATE test_case SET route = 'asked'"
	    " WHERE project = ?1 AND key = ?2 AND state = 'stub'", "ss", st->project, key);
}

int
store_stub(struct store *st, const char *key, const char *name, const char *head, size_t len,
    struct err *e)
{
	char hash[HASH_HEX];

	hash_text(head, len, hash);
	return db_exec_async(st->db, e, "UPDATE test_case SET name = ?3, head = ?4,"
	    " head_hash = ?5, route = 'asked', pass_changed = ?6"
	    " WHERE project = ?1 AND key = ?2 AND state = 'stub'", "ssstsi",
	    st->project, key, name, head, len, hash, st->pass);
}

int64_t
store_called_keep(struct store *st, struct err *e)
{
	return db_exec(st->db, e, "UPDATE test_case SET pass_seen = ?2,"
	    " state = 'gone' WHERE project = ?1 AND pass_seen < ?2"
	    " AND state <> 'stub' AND script_pass IS NOT NULL"
	    " AND key IN (SELECT s.called_key FROM test_step s"
	    " JOIN test_case c ON c.project = s.project"
	    " AND c.key = s.case_key WHERE s.project = ?1"
	    " AND s.called_key IS NOT NULL AND c.pass_seen = ?2)", "si",
	    st->project, st->pass);
}

int
store_depths_reset(struct store *st, struct err *e)
{
	if (db_exec(st->db, e, "UPDATE test_step SET cut = CASE WHEN"
	    " called_key = case_key THEN 1 ELSE 0 END WHERE project = ?1"
	    " AND called_key IS NOT NULL", "s", st->project) == -1 ||
	    db_exec(st->db, e, "UPDATE test_case SET level = 0"
	    " WHERE project = ?1 AND (level < 0 OR level > 0)", "s",
	    st->project) == -1 ||
	    db_exec(st->db, e, "UPDATE test_case SET level = -1"
	    " WHERE project = ?1 AND pass_seen = ?2 AND key IN"
	    " (SELECT case_key FROM test_step WHERE project = ?1"
	    " AND called_key IS NOT NULL)", "si", st->project, st->pass) == -1)
		return -1;
	return 0;
}

int64_t
store_depth_set(struct store *st, int64_t depth, struct err *e)
{
	return db_exec(st->db, e, "UPDATE test_case SET level = ?2"
	    " WHERE project = ?1 AND level = -1 AND NOT EXISTS"
	    " (SELECT 1 FROM test_step s JOIN test_case c"
	    " ON c.project = s.project AND c.key = s.called_key"
	    " WHERE s.project = ?1 AND s.case_key = test_case.key"
	    " AND s.cut = 0 AND c.level IN (-1, ?2))", "si", st->project, depth);
}

int
store_call_cut(struct store *st, const char *caller, const char *called, struct err *e)
{
	return db_exec_async(st->db, e, "UPDATE test_step SET cut = 1"
	    " WHERE project = ?1 AND case_key = ?2 AND called_key = ?3", "sss",
	    st->project, caller, called);
}

int64_t
store_gone(struct store *st, struct err *e)
{
	return db_exec(st->db, e, "UPDATE test_case SET state = 'gone'"
	    " WHERE project = ?1 AND pass_seen < ?2 AND state <> 'gone'", "si",
	    st->project, st->pass);
}
