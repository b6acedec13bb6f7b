#include <stdlib.h>

#include "base/mem.h"

#include "run.h"

struct extract *
extract_new(struct job *job)
{
	struct extract *x = mem_zalloc(sizeof(*x));

	x->job = job;
	x->reading = (struct reading){ .src = &x->src, .requests = &x->requests,
	    .todo = x->todo, .lists = &x->lists, .names = &x->names,
	    .selection = &x->selection, .unread = &x->unread, .attach = &x->attach };
	x->lists.src = x->unread.src = x->selection.src = &x->src;
	x->lists.names = &x->names;
	x->attach.reading = x->jira.reading = &x->reading;
	x->attach.src = x->jira.src = x->emit.src = &x->src;
	x->emit.lists = &x->lists;
	x->emit.names = &x->names;
	x->emit.selection = &x->selection;
	x->emit.attach = &x->attach;
	x->emit.jira = &x->jira;
	requests_init(&x->requests);
	TAILQ_INIT(&x->attach.later);
	TAILQ_INIT(&x->jira.ready);
	TAILQ_INIT(&x->attach.todo);
	TAILQ_INIT(&x->attach.flying);
	TAILQ_INIT(&x->attach.work);
	return x;
}

void
extract_free(struct extract *x)
{
	int i;

	requests_free(&x->requests);
	for (i = 0; i < READER_COUNT; i++)
		todo_free(&x->todo[i]);
	names_free(&x->names);
	unread_free(&x->unread);
	emit_free(&x->emit);
	selection_free(&x->selection);
	free(x->src.ref);
	free(x);
}
