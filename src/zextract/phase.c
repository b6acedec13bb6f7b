#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "base/time.h"
#include "domain/api/zephyr.h"
#include "domain/stream/stream.h"

#include "files/attach_ask.h"
#include "files/attach_list.h"
#include "list/list_open.h"
#include "list/names_ask.h"
#include "list/seal_report.h"
#include "phase.h"
#include "project.h"
#include "read/call_depth.h"
#include "read/result.h"
#include "read/script.h"
#include "read/stub.h"
#include "read/version.h"
#include "reread.h"
#include "select/selection_folder.h"

/* Return -1 when a list could not be proven and no request is under way, else 0. */
static int
phase_check_lists(struct extract *x, struct err *e)
{
	struct err why = { 0 };

	if (!list_is_exhausted(&x->lists) || list_proof(&x->lists, &why) == 0 ||
	    api_busy(zephyr_api(x->src.z)) + x->requests.nheld > 0)
		return 0;
	*e = why;
	return -1;
}

static int
phase_references_ready(struct extract *x, struct err *e)
{
	(void)e;
	return x->src.ref != NULL;
}

static int
phase_lists_ready(struct extract *x, struct err *e)
{
	if (list_done(&x->lists.v[LIST_FOLDERS]) && selection_find_folder(&x->selection, e) == -1)
		return -1;
	if (list_all(&x->lists, 0, LIST_REFERENCES) && !selection_blocks_lists(&x->selection))
		return 1;
	return phase_check_lists(x, e);
}

/* Load the names of ids, which the rows of all other lists contain. */
static int
phase_lists_enter(struct extract *x, struct err *e)
{
	return names_load(&x->names, &x->src.st, e) == -1 ||
	    names_resume(&x->names, &x->src, e) == -1 ? -1 : 1;
}

static int
phase_scripts_ready(struct extract *x, struct err *e)
{
	if (list_is_exhausted(&x->lists) && list_proof(&x->lists, NULL) == 0)
		return 1;
	return phase_check_lists(x, e);
}

static int
phase_stubs_tx(struct db *db, void *arg, struct err *e)
{
	struct extract *x = arg;

	(void)db;
	return stub_insert(&x->src, e);
}

static int
phase_scripts_enter(struct extract *x, struct err *e)
{
	if (!x->src.pass.sealed && !x->lists.v[LIST_EXECUTIONS].skip &&
	    db_tx(x->src.db, phase_stubs_tx, x, e) == -1)
		return -1;
	return selection_begin(&x->selection, e) == -1 ? -1 : 1;
}

/* Return -1 with the reason when something stays unread, else 0. */
static int
phase_end_unread(const struct extract *x, struct err *e)
{
	return unread_end(&x->unread, selection_is_known(&x->selection), e);
}

/* The called cases of a selection are unknown while a script is unread. */
static int
phase_details_ready(struct extract *x, struct err *e)
{
	if (!reader_done(&x->reading, READ_SCRIPTS))
		return 0;
	if (x->unread.n == 0 || !x->selection.rows)
		return 1;
	return reader_done(&x->reading, READ_RESULTS) ? phase_end_unread(x, e) : 0;
}

static int
phase_levels_tx(struct db *db, void *arg, struct err *e)
{
	struct extract *x = arg;

	(void)db;
	return call_depth_assign(&x->src.st, e);
}

/* Return to the scripts when the selected cases call cases whose scripts are unread. */
static int
phase_details_enter(struct extract *x, struct err *e)
{
	int rc;

	if (!x->src.pass.sealed && selection_needs_scripts(&x->selection) &&
	    db_tx(x->src.db, phase_levels_tx, x, e) == -1)
		return -1;
	if ((rc = selection_close(&x->selection, e)) == 0)
		reader_reset(&x->reading, READ_SCRIPTS, 0);
	return rc;
}

static int
phase_files_ready(struct extract *x, struct err *e)
{
	int i;

	(void)e;
	for (i = 0; i < READ_FILES_END; i++)
		if (!reader_done(&x->reading, (enum reader_id)i))
			return 0;
	return 1;
}

static int
phase_scan_ready(struct extract *x, struct err *e)
{
	(void)e;
	return x->src.pass.sealed || attach_is_fetched(&x->attach);
}

static int
phase_images_ready(struct extract *x, struct err *e)
{
	(void)e;
	return x->src.pass.sealed || x->attach.scan_whole;
}

static int
phase_fetch_enter(struct extract *x, struct err *e)
{
	(void)e;
	attach_fetch_again(&x->attach);
	return 1;
}

static int
phase_report_enter(struct extract *x, struct err *e)
{
	return !x->src.pass.sealed && attach_report(&x->attach, e) == -1 ? -1 : 1;
}

static int
phase_whole_ready(struct extract *x, struct err *e)
{
	if (x->unread.n > 0)
		return phase_end_unread(x, e);
	return names_done(&x->names, &x->src) && jira_done(&x->jira);
}

static int
phase_seal_tx(struct db *db, void *arg, struct err *e)
{
	struct extract *x = arg;
	const char *state = "sealed";
	int i;

	for (i = 0; i < LIST_COUNT; i++)
		if (strcmp(x->lists.v[i].st.word, "accepted") == 0)
			state = "unproven";
	if (seal_report(&x->src, e) == -1)
		return -1;
	return pass_seal(db, x->src.st.project, x->src.st.pass, state, e);
}

/* Seal the pass, unless only a part of the project was read. */
static int
phase_whole_enter(struct extract *x, struct err *e)
{
	if (x->src.pass.sealed || x->selection.narrow)
		return 1;
	if (db_tx(x->src.db, phase_seal_tx, x, e) == -1)
		return -1;
	log_info(NULL, "pass %" PRId64 " is sealed: %" PRId64 " script%s and %" PRId64
	    " execution%s read with %" PRId64 " request%s", x->src.pass.n,
	    PLURAL(x->todo[READ_SCRIPTS].done),
	    PLURAL(x->todo[READ_RESULTS].done),
	    PLURAL(api_requests(zephyr_api(x->src.z))));
	return 1;
}

enum { PHASE_READERS = 10 };

/*
 * Each phase has a condition (1 it holds, 0, -1), an action once it holds (1 the phase
 * is entered, 0 not yet, -1), and readers, the most urgent first.  early: when
 * everything is to be read, its readers use the room that those of the phase before
 * leave.
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
	const struct selection *c = &x->selection;
	int i, done = x->src.pass.sealed;

	x->src.phase = PHASE_PROJECT;
	reader_reset(&x->reading, READ_PROJECT, 0);
	reader_reset(&x->reading, READ_SCRIPTS, done || !selection_needs_scripts(c));
	reader_reset(&x->reading, READ_RESULTS, done || !c->writes[STREAM_EXECUTIONS]);
	reader_reset(&x->reading, READ_STUBS, done);
	reader_reset(&x->reading, READ_VERSION_LISTS, done || !x->emit.with_versions);
	reader_reset(&x->reading, READ_VERSIONS, done || !x->emit.with_versions);
	for (i = READ_FILES; i < READ_FILES_END; i++)
		reader_reset(&x->reading, (enum reader_id)i, done);
}

/* Have files and old versions of a row read again unless this pass has read them. */
static int
phase_reread(struct source *src, enum stream s, const char *key, struct err *e)
{
	if (s == STREAM_CASES && version_list_reread(src, key, e) == -1)
		return -1;
	return attach_list_reread(src, s, key, e);
}

int
phase_open_pass(struct extract *x, struct db *db, enum pass_want want, struct err *e)
{
	const char *project = x->job->project;
	struct source *src = &x->src;

	if (pass_open(db, project, want, reread, &src->pass, e) == -1 ||
	    finding_open(&src->finding, db, project, x->job->run, e) == -1)
		return -1;
	src->db = db;
	src->st = (struct store){ db, project, src->pass.n };
	src->at = (struct checkpoint_of){ db, "extract", project, src->pass.n };
	src->always = (struct checkpoint_of){ db, "extract", project, 0 };
	x->emit.run = x->job->run;
	x->lists.reread_rest = phase_reread;
	x->last_logged_ms = time_mono_ms();
	if (project_open(src, e) == -1 || list_open(&x->lists, e) == -1)
		return -1;
	selection_skip_lists(&x->selection, &x->lists);
	phase_open(x);
	return 0;
}

int
phase_advance(struct extract *x, enum phase last, struct err *e)
{
	const struct phase_row *p;
	int rc;

	for (; x->src.phase < last; x->src.phase++) {
		p = &phases[x->src.phase + 1];
		if ((rc = p->ready(x, e)) == 1 && p->enter != NULL)
			rc = p->enter(x, e);
		if (rc != 1)
			return rc;
	}
	return 0;
}

/* Return the last phase whose readers may send requests now. */
static enum phase
phase_last_open(const struct extract *x)
{
	if (x->src.phase < PHASE_WHOLE && phases[x->src.phase + 1].early &&
	    !x->selection.rows && list_proof(&x->lists, NULL) == 0)
		return x->src.phase + 1;
	return x->src.phase;
}

int
phase_request(struct extract *x, enum phase last, struct request **out, struct err *e)
{
	enum phase p, open = phase_last_open(x);
	int i;

	for (p = PHASE_PROJECT; p <= open && p <= last; p++)
		for (i = 0; i < PHASE_READERS && phases[p].readers[i] != NULL; i++)
			if (reader_next(&x->reading, phases[p].readers[i], out, e) == -1 ||
			    *out != NULL)
				return *out == NULL ? -1 : 0;
	*out = NULL;
	return 0;
}

int
phase_allows_records(const struct extract *x)
{
	const struct selection *c = &x->selection;
	int stream = x->emit.stream, details = x->src.phase >= PHASE_DETAILS;

	if (x->unread.n > 0)
		return 0;
	if (c->phase == SELECTION_READING)
		return c->select != NULL && x->src.phase > PHASE_IMAGES && jira_done(&x->jira);
	if (!names_done(&x->names, &x->src) || (stream != STREAM_FOLDERS &&
	    ((x->attach.any && x->src.phase <= PHASE_IMAGES) ||
	    !jira_done(&x->jira))))
		return 0;
	if (stream == STREAM_CASES)
		return details && reader_done(&x->reading, READ_STUBS) &&
		    reader_done(&x->reading, READ_VERSION_LISTS) &&
		    reader_done(&x->reading, READ_VERSIONS);
	return stream != STREAM_EXECUTIONS || (details && reader_done(&x->reading, READ_RESULTS));
}

int
phase_is_sealed(const struct extract *x)
{
	return x->src.pass.sealed || (x->src.phase == PHASE_WHOLE && !x->selection.narrow);
}
