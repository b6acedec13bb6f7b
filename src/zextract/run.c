#include <stdlib.h>

#include "base/mem.h"
#include "base/time.h"

#include "emit/emit.h"
#include "extract.h"
#include "list/list.h"
#include "list/names.h"
#include "phase.h"
#include "project.h"
#include "read/unread.h"
#include "reader.h"
#include "reread.h"
#include "request.h"
#include "run.h"
#include "select/selection.h"

/* All that one run of zextract has. */
struct run {
	struct extract	 x;		/* first: extract_free gets its address */
	struct requests	 requests;
	struct todo	 todo[READER_COUNT];
	struct list	 lists[LIST_COUNT];
	struct names	 names;
	struct selection selection;
	struct unread	 unread;
	struct emit	 emit;
};

struct extract *
extract_new(struct job *job)
{
	struct run *r = mem_zalloc(sizeof(*r));

	r->x = (struct extract){ .job = job, .requests = &r->requests,
	    .todo = r->todo, .lists = r->lists, .names = &r->names,
	    .selection = &r->selection, .unread = &r->unread, .emit = &r->emit };
	requests_init(&r->requests);
	return &r->x;
}

int
extract_open_pass(struct extract *x, struct db *db, enum pass_want want, struct err *e)
{
	const char *project = x->job->project;

	if (pass_open(db, project, want, reread, &x->pass, e) == -1 ||
	    finding_open(&x->finding, db, project, x->job->run, e) == -1)
		return -1;
	x->db = db;
	x->st = (struct store){ db, project, x->pass.n };
	x->at = (struct checkpoint_of){ db, "extract", project, x->pass.n };
	x->last_logged_ms = time_mono_ms();
	if (project_open(x, e) == -1 || list_open(x, e) == -1)
		return -1;
	selection_skip_lists(x);
	phase_open(x);
	return 0;
}

void
extract_free(struct extract *x)
{
	int i;

	requests_free(x->requests);
	for (i = 0; i < READER_COUNT; i++)
		todo_free(&x->todo[i]);
	names_free(x->names);
	unread_free(x->unread);
	emit_free(x->emit);
	selection_free(x->selection);
	free(x->ref);
	free(x);
}
