#include "domain/ledger/ledger.h"

/* What a request does to its row.  Nobody waits for these one by one. */

int
ledger_intent(struct ledger *l, const struct effect *f, const char *hash,
    enum effect_verb verb, const char *path, const char *sent, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET state = 'intent',"
	    " hash = ?4, verb = ?5, stood = CASE WHEN id IS NULL THEN NULL"
	    " ELSE COALESCE(stood, sent) END, sent = ?6, attempts = attempts + 1,"
	    " intent_at = {now}, run = ?7, path = ?8, error = NULL,"
	    " http_status = NULL"
	    " WHERE target = ?1 AND kind = ?2 AND ekey = ?3"
	    " AND project = ?9",
	    "sssssssss", l->target, f->kind, f->ekey, hash, effect_verb_name(verb),
	    sent, l->run, path, l->project);
}

int
ledger_touch(struct ledger *l, const char *kind, const char *ekey, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET intent_at = {now}"
	    " WHERE target = ?1 AND kind = ?2 AND ekey = ?3"
	    " AND project = ?4 AND state = 'intent'",
	    "ssss", l->target, kind, ekey, l->project);
}

int
ledger_undo(struct ledger *l, const char *kind, const char *ekey, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET state = 'pending',"
	    " hash = NULL"
	    " WHERE target = ?1 AND kind = ?2 AND ekey = ?3"
	    " AND project = ?4 AND state = 'intent'",
	    "ssss", l->target, kind, ekey, l->project);
}

int
ledger_done(struct ledger *l, const struct effect *f, int same, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET"
	    " state = CASE WHEN want = hash THEN 'done' ELSE 'pending' END,"
	    " id = ?4, pid = ?5, version_id = ?6, modified = ?7,"
	    " steps = CASE WHEN ?10 = 1 THEN steps ELSE ?8 END, stood = NULL,"
	    " error = NULL, done_at = {now}, run = ?9"
	    " WHERE target = ?1 AND kind = ?2 AND ekey = ?3"
	    " AND project = ?11",
	    "sssisisssis", l->target, f->kind, f->ekey, f->id, f->pid,
	    f->version_id, f->modified, f->steps, l->run, (int64_t)same, l->project);
}

int
ledger_keep(struct ledger *l, const char *kind, const char *ekey,
    const char *why, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET state = 'done',"
	    " verb = 'kept', error = ?4, done_at = {now}, run = ?5"
	    " WHERE target = ?1 AND kind = ?2 AND ekey = ?3"
	    " AND project = ?6",
	    "ssssss", l->target, kind, ekey, why, l->run, l->project);
}

int
ledger_fail(struct ledger *l, const char *kind, const char *ekey,
    enum effect_state state, const char *why, int http_status, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET state = ?4,"
	    " error = ?5, http_status = NULLIF(?8, 0), run = ?6, done_at = {now},"
	    " hash = CASE WHEN ?4 = 'failed' THEN NULL ELSE hash END"
	    " WHERE target = ?1 AND kind = ?2 AND ekey = ?3"
	    " AND project = ?7",
	    "sssssssi", l->target, kind, ekey, effect_state_name(state), why, l->run,
	    l->project, (int64_t)http_status);
}

int
ledger_steps(struct ledger *l, const char *ekey, const char *steps, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET steps = ?3"
	    " WHERE target = ?1 AND kind = 'approve' AND ekey = ?2"
	    " AND project = ?4", "ssss", l->target, ekey, steps, l->project);
}

int
ledger_last_log(struct ledger *l, const char *ekey, int64_t end_ms, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET last_log_ms = ?3"
	    " WHERE target = ?1 AND kind = 'run' AND ekey = ?2"
	    " AND project = ?4", "ssis", l->target, ekey, end_ms, l->project);
}

int
ledger_modified(struct ledger *l, const char *kind, const char *ekey,
    const char *modified, struct err *e)
{
	return db_exec_async(l->db, e, "UPDATE ledger SET modified = ?4"
	    " WHERE target = ?1 AND kind = ?2 AND ekey = ?3"
	    " AND project = ?5",
	    "sssss", l->target, kind, ekey, modified, l->project);
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
	    " CASE WHEN state = 'intent' THEN state ELSE 'pending' END"
	    " WHERE target = ?1 AND kind = ?2 AND ekey = ?3"
	    " AND project = ?4"
	    " AND state IN ('done', 'pending', 'intent')",
	    "ssss", l->target, kind, ekey, l->project);
}
