#include "domain/checkpoint.h"
#include "domain/store/store.h"

#include "reread.h"

/* Have all details read again: scripts, results, versions, files and Jira's names. */
static int
reread_all(struct store *st, struct err *e)
{
	const struct checkpoint_of images = { st->db, "extract", st->project, 0 };

	if (store_cases_reread(st, e) == -1 || store_executions_reread(st, e) == -1 ||
	    checkpoint_drop_all(&images, "images:", e) == -1 ||
	    db_exec(st->db, e, "UPDATE version_list SET owner_hash = ''"
	    " WHERE project = ?1", "s", st->project) == -1 ||
	    db_exec(st->db, e, "UPDATE attachment_list SET owner_hash = ''"
	    " WHERE project = ?1", "s", st->project) == -1 ||
	    db_exec(st->db, e, "UPDATE inline_url SET state = 'found'"
	    " WHERE project = ?1 AND state = 'unavailable'", "s", st->project) == -1 ||
	    db_exec(st->db, e, "UPDATE jira_name SET state = 'wanted'"
	    " WHERE project = ?1 AND stream IS NOT NULL", "s", st->project) == -1)
		return -1;
	return 0;
}

int
reread(struct db *db, const char *project, enum pass_want want, struct err *e)
{
	struct store st = { .db = db, .project = project };

	if (want == PASS_DEEP && reread_all(&st, e) == -1)
		return -1;
	return store_executions_reread_statuses(&st, e);
}
