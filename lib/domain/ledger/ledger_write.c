#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/ledger/ledger.h"

/* All that is written to table ledger.  Most statements are sent without waiting for
   each (db_exec_async). */

/* The row of an effect; KEY passes the parameters ?1 to ?4. */
#define ROW " WHERE target = ?1 AND kind = ?2 AND ekey = ?3 AND project = ?4"
#define KEY(l, kind, ekey) (l)->target, kind, ekey, (l)->project

/* Insert the row of an effect, or give it another payload; a row under way stays so. */
static int
ledger_write_desired(struct ledger *l, const struct effect *f, struct err *e)
{
	return db_exec(l->db, e, "INSERT INTO ledger (target, kind, ekey,"
	    " project, map, stream, skey, phase, ord, lane, needs, want, state,"
	    " created_at) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11,"
	    " ?12, 'pending', {now})"
	    " ON CONFLICT (target, kind, ekey, project) DO UPDATE SET"
	    " map = excluded.map, stream = excluded.stream, skey = excluded.skey,"
	    " phase = excluded.phase, ord = excluded.ord, lane = excluded.lane,"
	    " needs = excluded.needs, want = excluded.want, state = CASE"
	    " WHEN ledger.state = 'intent' THEN ledger.state"
	    " WHEN ledger.state IN ('done', 'gone', 'pending')"
	    " AND ledger.hash = excluded.want AND ledger.id IS NOT NULL THEN 'done'"
	    " WHEN ledger.state = 'done' AND ledger.want = excluded.want"
	    " THEN ledger.state ELSE 'pending' END,"
	    " id = CASE WHEN ledger.state = 'rolled_back' THEN NULL ELSE ledger.id END",
	    "sssssssiisss", KEY(l, f->kind, f->ekey), f->map, f->stream, f->skey,
	    f->phase, f->ord, f->lane, f->needs != NULL ? f->needs : "[]",
	    f->desired_hash) == -1 ? -1 : 0;
}

static int
ledger_write_is_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

int
ledger_set_desired(struct ledger *l, const struct effect *f, int *changed, struct err *e)
{
	struct effect old;
	int rc = ledger_find(l, f->kind, f->ekey, &old, e);

	*changed = rc == 0 || (rc == 1 &&
	    (!ledger_write_is_same(old.desired_hash, f->desired_hash) ||
	    !ledger_write_is_same(old.map, f->map) || old.ord != f->ord ||
	    !ledger_write_is_same(old.skey, f->skey) ||
	    !ledger_write_is_same(old.lane, f->lane) ||
	    !ledger_write_is_same(old.needs, f->needs) || old.state == STATE_GONE ||
	    old.state == STATE_ROLLED_BACK));
	/* texts link to the object that was deleted */
	if (rc == 1 && old.state == STATE_ROLLED_BACK && !l->relinks_reset) {
		l->relinks_reset = 1;
		rc = ledger_relink_again(l, 1, e);
	}
	effect_free(&old);
	return rc != -1 && *changed ? ledger_write_desired(l, f, e) : rc == -1 ? -1 : 0;
}

int
ledger_retry(struct ledger *l, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET state = 'pending'"
	    " WHERE target = ?1 AND state IN ('failed', 'skipped')"
	    " AND project = ?2", "ss", l->target, l->project);
}

int
ledger_unkeep(struct ledger *l, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET state = 'pending'"
	    " WHERE target = ?1 AND state = 'done' AND project = ?2"
	    " AND hash <> want", "ss", l->target, l->project);
}

int
ledger_intent(struct ledger *l, const struct effect *f, const char *hash,
    enum effect_verb verb, const char *path, const char *sent, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET state = 'intent',"
	    " origin = CASE WHEN id IS NOT NULL OR verb = 'recheck' THEN origin"
	    " WHEN ?6 = 'create' OR (?6 = 'same' AND state = 'intent'"
	    " AND origin = 'created') THEN 'created' ELSE 'adopted' END,"
	    " created_run = CASE WHEN id IS NULL AND ?6 = 'create' THEN ?8"
	    " ELSE created_run END,"
	    " conflict = CASE WHEN id IS NULL THEN ?10 ELSE conflict END,"
	    " hash = ?5, verb = ?6, stood = CASE WHEN id IS NULL THEN NULL"
	    " ELSE COALESCE(stood, sent) END, sent = ?7, attempts = attempts + 1,"
	    " intent_at = {now}, run = ?8, path = ?9, error = NULL,"
	    " http_status = NULL" ROW, "ssssssssss", KEY(l, f->kind, f->ekey), hash,
	    effect_verb_names[verb], sent, l->run, path, f->conflict);
}

int
ledger_touch(struct ledger *l, const char *kind, const char *ekey, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET intent_at = {now}" ROW
	    " AND state = 'intent'", "ssss", KEY(l, kind, ekey));
}

int
ledger_undo(struct ledger *l, const char *kind, const char *ekey, const char *hash, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET state = 'pending',"
	    " hash = ?5" ROW " AND state = 'intent'", "sssss", KEY(l, kind, ekey), hash);
}

int
ledger_done(struct ledger *l, const struct effect *f, int same, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET"
	    " state = CASE WHEN want = hash THEN 'done' ELSE 'pending' END,"
	    " id = ?5, pid = ?6, version_id = ?7, modified = ?8,"
	    " steps = CASE WHEN ?11 = 1 THEN steps ELSE ?9 END, stood = NULL,"
	    " error = NULL, deleted_at = NULL, done_at = {now}, run = ?10" ROW, "ssssisisssi",
	    KEY(l, f->kind, f->ekey), f->id, f->pid, f->version_id, f->modified,
	    f->steps, l->run, (int64_t)same);
}

int
ledger_keep(struct ledger *l, const char *kind, const char *ekey,
    const char *why, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET state = 'done',"
	    " verb = 'kept', error = ?5, done_at = {now}, run = ?6" ROW, "ssssss",
	    KEY(l, kind, ekey), why, l->run);
}

int
ledger_fail(struct ledger *l, const char *kind, const char *ekey,
    enum effect_state state, const char *why, int http_status, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET state = ?5,"
	    " error = ?6, http_status = NULLIF(?8, 0), run = ?7, done_at = {now},"
	    " hash = CASE WHEN ?5 = 'failed' THEN NULL ELSE hash END" ROW, "sssssssi",
	    KEY(l, kind, ekey), effect_state_names[state], why, l->run,
	    (int64_t)http_status);
}

int
ledger_steps(struct ledger *l, const char *ekey, const char *steps, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET steps = ?5" ROW, "sssss",
	    KEY(l, "approve", ekey), steps);
}

int
ledger_last_log(struct ledger *l, const char *ekey, int64_t end_ms, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET last_log_ms = ?5" ROW, "ssssi",
	    KEY(l, "run", ekey), end_ms);
}

int
ledger_modified(struct ledger *l, const char *kind, const char *ekey,
    const char *modified, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET modified = ?5" ROW, "sssss",
	    KEY(l, kind, ekey), modified);
}

int
ledger_forget_calls(struct ledger *l, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET steps = NULL"
	    " WHERE target = ?1 AND kind = 'approve'"
	    " AND steps{json} ->> 'calls' <> '{}'", "s", l->target);
}

int
ledger_again(struct ledger *l, const char *kind, const char *ekey, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET hash = NULL, state ="
	    " CASE WHEN state = 'intent' THEN state ELSE 'pending' END" ROW
	    " AND state IN ('done', 'pending', 'intent')", "ssss", KEY(l, kind, ekey));
}

#define RECHECK "UPDATE ledger SET verb = 'recheck', hash = NULL, state =" \
	" CASE WHEN state = 'intent' THEN state ELSE 'pending' END"

int
ledger_recheck(struct ledger *l, const char *kind, const char *ekey, struct err *e)
{
	return db_exec_async(l->db, e, RECHECK ROW " AND (kind <> 'approve' OR state = 'done')",
	    "ssss", KEY(l, kind, ekey));
}

int
ledger_recheck_steps(struct ledger *l, const char *skey, struct err *e)
{
	return db_exec_async(l->db, e, RECHECK " WHERE target = ?1 AND project = ?2"
	    " AND stream = 'test_cases' AND skey = ?3 AND kind = 'blob'"
	    " AND ekey LIKE '%/%/%/%' AND hash IS NOT NULL"
	    " AND state IN ('done', 'pending', 'intent') AND EXISTS (SELECT 1 FROM target f"
	    " JOIN target c ON c.project = f.project AND c.map = f.map AND c.kind = 'case'"
	    " AND c.ekey = ?3 WHERE f.project = ?2 AND f.map = ledger.map AND f.kind = 'blob'"
	    " AND f.ekey = ledger.ekey AND f.pass >= c.pass)", "sss", l->target, l->project,
	    skey);
}

int
ledger_relink_owner(struct ledger *l, const char *kind, const char *ekey, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET hash = ?5, state = 'pending'" ROW
	    " AND state = 'done'", "sssss", KEY(l, kind, ekey), LEDGER_RELINK);
}

int
ledger_relinked(struct ledger *l, const char *ekey, const char *hash, enum effect_verb verb,
    const char *waits, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET state = CASE WHEN want = ?5 THEN 'done'"
	    " ELSE 'pending' END, hash = ?5, verb = ?6, error = ?7, id = 0, deleted_at = NULL,"
	    " attempts = attempts + 1, run = ?8,"
	    " done_at = CASE WHEN ?6 = 'same' THEN COALESCE(done_at, {now}) ELSE {now} END"
	    ROW, "ssssssss", KEY(l, "relink", ekey), hash, effect_verb_names[verb], waits, l->run);
}

int
ledger_relink_text(struct ledger *l, const char *ekey, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET state = 'done', hash = want,"
	    " verb = 'text', error = NULL, id = 0, deleted_at = NULL, done_at = {now},"
	    " run = ?5" ROW, "sssss", KEY(l, "relink", ekey), l->run);
}

int
ledger_relink_again(struct ledger *l, int is_all, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET state = 'pending'"
	    " WHERE target = ?1 AND project = ?2 AND kind = 'relink' AND state = 'done'"
	    " AND (?3 = 1 OR (error IS NOT NULL AND EXISTS (SELECT 1 FROM target f"
	    " WHERE f.project = ?2 AND f.map = ledger.map AND f.kind = 'relink'"
	    " AND f.ekey = ledger.ekey)))", "ssi", l->target, l->project, (int64_t)is_all);
}

int
ledger_delete_intent(struct ledger *l, const char *kind, const char *ekey, int64_t id,
    struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET state = 'intent', verb = 'delete',"
	    " id = NULLIF(?5, 0), error = NULL, http_status = NULL, intent_at = {now},"
	    " run = ?6" ROW, "ssssis", KEY(l, kind, ekey), id, l->run);
}

int
ledger_delete_undo(struct ledger *l, const char *kind, const char *ekey, const char *why,
    int http_status, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET verb = 'same', error = ?5,"
	    " http_status = NULLIF(?6, 0),"
	    " state = CASE WHEN want = hash THEN 'done' ELSE 'pending' END" ROW
	    " AND state = 'intent'", "sssssi", KEY(l, kind, ekey), why, (int64_t)http_status);
}

/* As ledger_rolled_back, for one row. */
static int
ledger_write_rolled_back(struct ledger *l, const char *kind, const char *ekey, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET state = 'rolled_back',"
	    " verb = 'delete', hash = NULL, stood = NULL, steps = NULL, last_log_ms = NULL,"
	    " error = NULL, http_status = NULL, deleted_at = NULL, done_at = {now}, run = ?5"
	    ROW, "sssss", KEY(l, kind, ekey), l->run);
}

int
ledger_mark_deleted(struct ledger *l, const char *kind, const char *ekey, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET deleted_at = {now}" ROW
	    " AND id IS NOT NULL", "ssss", KEY(l, kind, ekey));
}

int
ledger_unmark_deleted(struct ledger *l, struct err *e)
{
	return db_exec(l->db, e, "UPDATE ledger SET deleted_at = NULL WHERE target = ?1"
	    " AND project = ?2 AND deleted_at IS NOT NULL AND id IS NOT NULL", "ss",
	    l->target, l->project) == -1 ? -1 : 0;
}

int
ledger_restore(struct ledger *l, const char *kind, const char *ekey, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET state = 'pending', hash = NULL,"
	    " stood = NULL, id = NULL, pid = NULL, version_id = NULL, steps = NULL,"
	    " last_log_ms = NULL, error = NULL, http_status = NULL,"
	    " deleted_at = COALESCE(deleted_at, {now})" ROW, "ssss", KEY(l, kind, ekey));
}

int
ledger_check(struct ledger *l, const char *kind, const char *ekey, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET state = 'pending', hash = NULL" ROW
	    " AND id IS NOT NULL AND state IN ('done', 'failed', 'skipped')", "ssss",
	    KEY(l, kind, ekey));
}

int
ledger_rolled_back(struct ledger *l, const char *kind, const char *ekey, struct err *e)
{
	char *key = mem_fmt("%s/%s", kind, ekey);
	int rc = ledger_write_rolled_back(l, kind, ekey, e);

	if (rc == 0)		/* the links in its texts */
		rc = ledger_write_rolled_back(l, "relink", key, e);
	free(key);
	return rc;
}

int
ledger_add_twin(struct ledger *l, const char *kind, const char *ekey, int64_t id,
    const char *pid, struct err *e)
{
	return db_exec_async(l->db, e, "INSERT INTO ledger (target, kind, ekey, project, stream,"
	    " skey, phase, ord, hash, want, id, pid, state, origin, run, created_at)"
	    " VALUES (?1, ?2, ?3, ?4, '', '', 0, 0, '', '', ?5, ?6, 'done', 'twin', ?7, {now})"
	    " ON CONFLICT DO NOTHING", "ssssiss", KEY(l, kind, ekey), id, pid, l->run);
}

int
ledger_links_text(struct ledger *l, const char *like, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET state = 'done', verb = 'text',"
	    " hash = want, path = NULL, error = NULL, http_status = NULL, done_at = {now},"
	    " run = ?4 WHERE target = ?1 AND state = 'pending' AND kind = 'link'"
	    " AND project = ?2 AND ekey LIKE ?3 AND id IS NULL", "ssss", l->target, l->project,
	    like, l->run);
}

int
ledger_links_untext(struct ledger *l, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET state = 'pending', hash = NULL"
	    " WHERE target = ?1 AND state = 'done' AND kind = 'link' AND project = ?2"
	    " AND verb = 'text'", "ss", l->target, l->project);
}
