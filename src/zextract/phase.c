#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "domain/api/zephyr.h"
#include "domain/stream/stream.h"

#include "extract.h"
#include "files/attach.h"
#include "jira/jira.h"
#include "list/executions.h"
#include "list/folders.h"
#include "list/gone_report.h"
#include "list/list.h"
#include "list/names.h"
#include "phase.h"
#include "project.h"
#include "read/call_depth.h"
#include "read/script.h"
#include "read/stub.h"
#include "read/unread.h"
#include "read/version.h"
#include "reader.h"
#include "request.h"
#include "select/selection.h"

/* -1 when a list could not be proven and nothing is under way, else 0. */
static int
phase_check_lists(struct extract *x, struct err *e)
{
	struct err why = { 0 };

	if (!list_is_exhausted(x) || list_proof(x, &why) == 0 ||
	    zephyr_busy(x->z) + x->requests->nheld > 0)
		return 0;
	*e = why;
	return -1;
}

static int
phase_references_ready(struct extract *x, struct err *e)
{
	(void)e;
	return x->ref != NULL;
}

static int
phase_lists_ready(struct extract *x, struct err *e)
{
	if (selection_find_folder(x, e) == -1)
		return -1;
	if (list_all(x, 0, LIST_REFERENCES) && !selection_blocks_lists(x))
		return 1;
	return phase_check_lists(x, e);
}

/* The rows of all other lists have ids of which the names are known now. */
static int
phase_lists_enter(struct extract *x, struct err *e)
{
	return names_load(x->names, &x->st, e) == -1 ||
	    names_resume(x, e) == -1 ? -1 : 1;
}

static int
phase_scripts_ready(struct extract *x, struct err *e)
{
	if (list_is_exhausted(x) && list_proof(x, NULL) == 0)
		return 1;
	return phase_check_lists(x, e);
}

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
phase_scripts_enter(struct extract *x, struct err *e)
{
	if (!x->pass.sealed && !x->lists[LIST_EXECUTIONS].skip &&
	    db_tx(x->db, phase_stubs_tx, x, e) == -1)
		return -1;
	return selection_begin(x, e) == -1 ? -1 : 1;
}

/* Which cases the selected ones call is not known while a script is unread. */
static int
phase_details_ready(struct extract *x, struct err *e)
{
	if (!reader_done(x, READ_SCRIPTS))
		return 0;
	if (x->unread->n == 0 || !x->selection->rows)
		return 1;
	return reader_done(x, READ_RESULTS) ? unread_end(x, e) : 0;
}

static int
phase_levels_tx(struct db *db, void *arg, struct err *e)
{
	struct extract *x = arg;

	(void)db;
	return call_depth_assign(&x->st, e);
}

/* Back to the scripts when those that were read call cases that were not. */
static int
phase_details_enter(struct extract *x, struct err *e)
{
	int rc;

	if (!x->pass.sealed && selection_needs_scripts(x->selection) &&
	    db_tx(x->db, phase_levels_tx, x, e) == -1)
		return -1;
	if ((rc = selection_close(x, e)) == 0)
		reader_reset(x, READ_SCRIPTS, 0);
	return rc;
}

static int
phase_files_ready(struct extract *x, struct err *e)
{
	int i;

	(void)e;
	for (i = 0; i < READ_FILES_END; i++)
		if (!reader_done(x, (enum reader_id)i))
			return 0;
	return 1;
}

static int
phase_scan_ready(struct extract *x, struct err *e)
{
	(void)e;
	return x->pass.sealed || attach_is_fetched(x);
}

static int
phase_images_ready(struct extract *x, struct err *e)
{
	(void)e;
	return x->pass.sealed || attach_is_scanned(x);
}

static int
phase_fetch_enter(struct extract *x, struct err *e)
{
	(void)e;
	attach_fetch_again(x);
	return 1;
}

static int
phase_report_enter(struct extract *x, struct err *e)
{
	return !x->pass.sealed && attach_report(x, e) == -1 ? -1 : 1;
}

static int
phase_whole_ready(struct extract *x, struct err *e)
{
	if (x->unread->n > 0)
		return unread_end(x, e);
	return names_done(x) && jira_done(x);
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

/* A pass of which only a part was read stays open. */
static int
phase_whole_enter(struct extract *x, struct err *e)
{
	if (x->pass.sealed || x->selection->narrow)
		return 1;
	if (db_tx(x->db, phase_seal_tx, x, e) == -1)
		return -1;
	log_info(NULL, "pass %" PRId64 " is sealed: %" PRId64 " scripts and %" PRId64 " executions "
	    "read with %" PRId64 " requests", x->pass.n,
	    x->todo[READ_SCRIPTS].done, x->todo[READ_RESULTS].done,
	    zephyr_requests(x->z));
	return 1;
}

enum { PHASE_READERS = 10 };

/*
 * Of each phase: its condition (1 it holds, 0, -1), what is done once it holds
 * (1 the phase is entered, 0 not yet, -1), and its readers, the most urgent
 * first.  early: when all is to be read, its readers use the room that those of
 * the phase before leave.
 */
static const struct phase_row {
	int	 (*ready)(struct extract *, struct err *);
	int	 (*enter)(struct extract *, struct err *);
	int	 early;
	const struct reader *readers[PHASE_READERS];
} phases[] = {
	[PHASE_PROJECT] = { NULL, NULL, 0, { &project_reader } },
	[PHASE_REFERENCES] = { phase_references_ready, NULL, 0, { &list_reader } },
	[PHASE_LISTS] = { phase_lists_ready, phase_lists_enter, 0, { &name_reader } },
	[PHASE_SCRIPTS] = { phase_scripts_ready, phase_scripts_enter, 1,
	    { &script_reader, &result_reader } },
	[PHASE_DETAILS] = { phase_details_ready, phase_details_enter, 0,
	    { &stub_reader, &version_list_reader, &version_reader,
	    &file_readers[ATTACH_CASE], &file_readers[ATTACH_PLAN],
	    &file_readers[ATTACH_CYCLE], &file_readers[ATTACH_RUN],
	    &file_readers[ATTACH_CASE_STEP], &file_readers[ATTACH_RUN_STEP] } },
	[PHASE_FILES] = { phase_files_ready, phase_fetch_enter, 0, { NULL } },
	[PHASE_SCAN] = { phase_scan_ready, NULL, 0, { NULL } },
	[PHASE_IMAGES] = { phase_images_ready, phase_fetch_enter, 0, { NULL } },
	[PHASE_REPORT] = { phase_scan_ready, phase_report_enter, 0, { NULL } },
	[PHASE_WHOLE] = { phase_whole_ready, phase_whole_enter, 0, { NULL } },
};

void
phase_open(struct extract *x)
{
	const struct selection *c = x->selection;
	int i, done = x->pass.sealed;

	x->phase = PHASE_PROJECT;
	reader_reset(x, READ_PROJECT, 0);
	reader_reset(x, READ_SCRIPTS, done || !selection_needs_scripts(c));
	reader_reset(x, READ_RESULTS, done || !c->writes[STREAM_EXECUTIONS]);
	reader_reset(x, READ_STUBS, done);
	reader_reset(x, READ_VERSION_LISTS, done || !x->with_versions);
	reader_reset(x, READ_VERSIONS, done || !x->with_versions);
	for (i = READ_FILES; i < READ_FILES_END; i++)
		reader_reset(x, (enum reader_id)i, done);
}

int
phase_advance(struct extract *x, enum phase last, struct err *e)
{
	const struct phase_row *p;
	int rc;

	for (; x->phase < last; x->phase++) {
		p = &phases[x->phase + 1];
		if ((rc = p->ready(x, e)) == 1 && p->enter != NULL)
			rc = p->enter(x, e);
		if (rc != 1)
			return rc;
	}
	return 0;
}

/* The last phase of which readers may send requests now. */
static enum phase
phase_last_open(const struct extract *x)
{
	if (x->phase < PHASE_WHOLE && phases[x->phase + 1].early &&
	    !x->selection->rows && list_proof(x, NULL) == 0)
		return x->phase + 1;
	return x->phase;
}

int
phase_request(struct extract *x, enum phase last, struct request **out, struct err *e)
{
	enum phase p, open = phase_last_open(x);
	int i;

	for (p = PHASE_PROJECT; p <= open && p <= last; p++)
		for (i = 0; i < PHASE_READERS && phases[p].readers[i] != NULL; i++)
			if (reader_next(x, phases[p].readers[i], out, e) == -1 ||
			    *out != NULL)
				return *out == NULL ? -1 : 0;
	*out = NULL;
	return 0;
}

int
phase_is_sealed(const struct extract *x)
{
	return x->pass.sealed || (x->phase == PHASE_WHOLE && !x->selection->narrow);
}
