#include "domain/checkpoint.h"
#include "domain/store/store.h"
#include "domain/store/store_case.h"
#include "domain/store/store_jira.h"
#include "domain/store/store_run.h"

#include "files/attach_list.h"
#include "files/inline_file.h"
#include "read/version.h"
#include "reread.h"

/* Have all details read again: scripts, results, versions, files and Jira's names. */
static int
reread_all(struct store *st, struct err *e)
{
	const struct checkpoint_of images = { st->db, "extract", st->project, 0 };

	if (store_cases_reread(st, e) == -1 || store_executions_reread(st, e) == -1 ||
	    checkpoint_drop_all(&images, "images:", e) == -1 ||
	    version_lists_reread(st, e) == -1 || attach_lists_reread(st, e) == -1 ||
	    inline_urls_reread(st, e) == -1)
		return -1;
	return store_jira_reread(st, e);
}

int
reread(struct db *db, const char *project, enum pass_want want, struct err *e)
{
	struct store st = { .db = db, .project = project };

	if (want == PASS_DEEP && reread_all(&st, e) == -1)
		return -1;
	return store_executions_reread_statuses(&st, e);
}
