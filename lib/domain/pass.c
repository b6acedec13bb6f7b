#include "domain/pass.h"

struct opening {
	const char	*project;
	enum pass_want	 want;
	struct pass	*p;
};

static int
pass_find_last(struct db *db, struct opening *o, struct err *e)
{
	struct db_query q;

	*o->p = (struct pass){ 0 };
	db_query(&q, db, "SELECT n, opened_at, sealed_at FROM pass"
	    " WHERE project = ?1 ORDER BY n DESC LIMIT 1", "s", o->project);
	if (db_row(&q)) {
		o->p->n = db_int(&q, 0);
		o->p->opened_ms = db_int(&q, 1);
		o->p->resumed = db_null(&q, 2);
		o->p->sealed = !o->p->resumed && o->want == PASS_LAST;
	}
	return db_done(&q, e);
}

static int
pass_forget_scripts(struct db *db, const char *project, struct err *e)
{
	if (db_exec(db, e, "UPDATE test_case SET script_pass = NULL"
	    " WHERE project = ?1 AND state = 'listed'", "s",
	    project) == -1 || db_exec(db, e, "DELETE FROM test_script"
	    " WHERE project = ?1 AND whole = 0", "s", project) == -1)
		return -1;
	if (db_exec(db, e, "UPDATE version_list SET owner_hash = ''"
	    " WHERE project = ?1", "s", project) == -1 || db_exec(db, e,
	    "UPDATE attachment_list SET owner_hash = ''"
	    " WHERE project = ?1", "s", project) == -1 || db_exec(db, e,
	    "DELETE FROM checkpoint WHERE project = ?1 AND pass = 0"
	    " AND stage = 'extract' AND scope LIKE 'images:%'", "s",
	    project) == -1 || db_exec(db, e, "UPDATE inline_url"
	    " SET state = 'found' WHERE project = ?1"
	    " AND state = 'unavailable'", "s", project) == -1)
		return -1;
	if (db_exec(db, e, "UPDATE jira_name SET state = 'wanted'"
	    " WHERE project = ?1 AND stream IS NOT NULL", "s", project) == -1)
		return -1;
	return db_exec(db, e, "UPDATE test_execution SET script_pass = NULL,"
	    " results = NULL WHERE project = ?1 AND step_slots IS NOT NULL", "s",
	    project) == -1 ? -1 : 0;
}

/*
 * Have step results read again that lost the statuses that Zephyr sent inside
 * inline: earlier versions looked for them beside it and left them there, where
 * they stand before testData.  Only when a pass opens, so that the sealed pass
 * before can still be emitted.
 */
static int
pass_forget_unread_status(struct db *db, const char *project, struct err *e)
{
	return db_exec(db, e, "UPDATE test_execution SET script_pass = NULL,"
	    " results = NULL, step_slots = NULL WHERE project = ?1"
	    " AND step_slots IS NOT NULL AND results LIKE"
	    " '%\"status\":{%},\"testData\":%'"
	    " AND script_pass IS NOT NULL", "s", project) == -1 ? -1 : 0;
}

/*
 * The last pass that knew the time began to read then: what changed later, or
 * so shortly before that two clocks could disagree about it, is to be seen.
 */
static int
pass_since(struct db *db, struct opening *o, struct err *e)
{
	struct db_query q;
	int64_t ms;

	db_query(&q, db, "SELECT since FROM pass WHERE project = ?1"
	    " AND n < ?2 AND since IS NOT NULL ORDER BY n DESC LIMIT 1", "si",
	    o->project, o->p->n);
	if (db_row(&q) && time_parse(db_str(&q, 0), &ms) == 0)
		time_iso(ms - PASS_OVERLAP_MS, o->p->since);
	return db_done(&q, e);
}

static int
pass_open_tx(struct db *db, void *arg, struct err *e)
{
	struct opening *o = arg;

	if (pass_find_last(db, o, e) == -1)
		return -1;
	if (o->p->sealed)
		return 0;
	if (!o->p->resumed)
		o->p->n++;
	if (pass_since(db, o, e) == -1)
		return -1;
	if (o->p->resumed)
		return 0;
	if (o->want == PASS_DEEP && pass_forget_scripts(db, o->project, e) == -1)
		return -1;
	if (pass_forget_unread_status(db, o->project, e) == -1)
		return -1;
	if (db_exec(db, e, "INSERT INTO pass (project, n, opened_at, state)"
	    " VALUES (?1, ?2, {now}, 'open')", "si", o->project,
	    o->p->n) == -1)
		return -1;
	return db_one(db, &o->p->opened_ms, 0, e, "SELECT opened_at FROM pass"
	    " WHERE project = ?1 AND n = ?2", "si", o->project, o->p->n);
}

int
pass_open(struct db *db, const char *project, enum pass_want want,
    struct pass *p, struct err *e)
{
	struct opening o = { project, want, p };

	return db_tx(db, pass_open_tx, &o, e);
}

int
pass_clock(struct db *db, const char *project, int64_t n, int64_t ms,
    struct err *e)
{
	char iso[TIME_MAX];

	if (ms == 0)
		return 0;
	time_iso(ms, iso);
	return db_exec_async(db, e, "UPDATE pass SET since = ?3 WHERE project = ?1"
	    " AND n = ?2 AND since IS NULL", "sis", project, n, iso);
}

int
pass_seal(struct db *db, const char *project, int64_t n, const char *state,
    struct err *e)
{
	return db_exec(db, e, "UPDATE pass SET sealed_at = {now}, state = ?3"
	    " WHERE project = ?1 AND n = ?2", "sis", project, n, state) == -1 ?
	    -1 : 0;
}
