#include <inttypes.h>
#include <string.h>

#include "base/log.h"

#include "extract.h"
#include "read/stub.h"
#include "read/version.h"

/* What becomes possible once something else is whole. */

static int
phase_stubs_tx(struct db *db, void *arg, struct err *e)
{
	struct extract *x = arg;

	(void)db;
	if (executions_join(x, e) == -1)
		return -1;
	return store_stubs(&x->st, x->ref, e);
}

static int
phase_levels_tx(struct db *db, void *arg, struct err *e)
{
	struct extract *x = arg;

	(void)db;
	return call_depth_assign(&x->st, e);
}

static int
phase_seal_tx(struct db *db, void *arg, struct err *e)
{
	struct extract *x = arg;
	const char *state = "sealed";
	int i;

	for (i = 0; i < LIST_COUNT; i++)
		if (strcmp(x->lists[i].st.word, "accepted") == 0)
			state = "unproven";
	if (report_gone(x, e) == -1 || folders_report_empty(x, e) == -1)
		return -1;
	return pass_seal(db, x->st.project, x->st.pass, state, e);
}

static int
phase_todo_done(const struct todo *t)
{
	return t->whole && t->open == 0;
}

/* All that there is will be there, once nothing is under way. */
static int
phase_is_whole(const struct extract *x)
{
	return x->selection.closed && !x->selection.narrow && x->levelled &&
	    phase_todo_done(&x->results) && version_done(x) && stub_done(x) &&
	    names_done(x) && attach_done(x) &&
	    jira_done(x);
}

/* Nothing is left to ask but for what cannot be read; who else is chosen may
   hang on that. */
static int
phase_is_exhausted(const struct extract *x)
{
	return phase_todo_done(&x->scripts) && phase_todo_done(&x->results) &&
	    (!x->selection.closed || (version_done(x) && stub_done(x) &&
	    attach_done(x)));
}

int
extract_names(struct extract *x, struct err *e)
{
	if (x->named || !list_all(x, 0, LIST_REFERENCES))
		return 0;
	if (names_load(&x->names, &x->st, e) == -1 || names_resume(x, e) == -1)
		return -1;
	x->named = 1;
	return 0;
}

int
extract_advance(struct extract *x, struct err *e)
{
	if (extract_names(x, e) == -1 || selection_find_folder(x, e) == -1)
		return -1;
	if (!list_is_exhausted(x))
		return 0;
	if (list_proof(x, zephyr_busy(x->z) + x->nheld ? NULL : e) == -1)
		return zephyr_busy(x->z) + x->nheld ? 0 : -1;
	if (!x->stubbed) {
		if ((!x->pass.sealed && !x->lists[LIST_EXECUTIONS].skip &&
		    db_tx(x->db, phase_stubs_tx, x, e) == -1) ||
		    selection_begin(x, e) == -1)
			return -1;
		x->stubbed = 1;
	}
	if (!x->levelled && phase_todo_done(&x->scripts)) {
		if (!x->pass.sealed && selection_needs_scripts(&x->selection) &&
		    db_tx(x->db, phase_levels_tx, x, e) == -1)
			return -1;
		x->levelled = 1;
		if (x->unread.n == 0 && selection_close(x, e) == -1)
			return -1;
	}
	if (x->unread.n == 0)
		selection_ask_when_read(x);
	else if (phase_is_exhausted(x))
		return unread_end(x, e);
	if (!x->sealed && phase_is_whole(x)) {
		if (db_tx(x->db, phase_seal_tx, x, e) == -1)
			return -1;
		x->sealed = 1;
		log_info(NULL, "pass %" PRId64 " is whole: %" PRId64
		    " scripts and %" PRId64 " executions read by %" PRId64
		    " requests", x->pass.n, x->scripts.done, x->results.done,
		    zephyr_requests(x->z));
	}
	return 0;
}
