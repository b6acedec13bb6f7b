#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/mem.h"
#include "domain/blob/blob.h"
#include "session.h"
#include "steps/step_result.h"
#include "work/task.h"

static void
task_clear(struct task *t)
{
	free(t->block);
	free(t->path);
	free(t->move_path);
	json_free(&t->body);
	json_free(&t->doc);
	step_results_free(t->results);
	blob_reader_close(t->file);
	buf_free(&t->text);
	buf_free(&t->request);
}

void
task_free(struct task *t)
{
	task_clear(t);
	effect_free(&t->e);
	free(t);
}

void
task_again(struct task *t)
{
	task_clear(t);
	*t = (struct task){ .next = t->next, .work = t->work, .session = t->session,
	    .e = t->e, .stream = t->stream, .kind = t->kind, .lane = t->lane };
}

void
task_end(struct task *t, enum task_outcome out, const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(t->why, sizeof(t->why), fmt, ap);
	va_end(ap);
	t->out = out;
	t->state = TASK_ENDED;
}

void
task_deleted(struct task *t)
{
	task_end(t, OUT_DELETED, "%s %lld was deleted in qTest; it is created again only with "
	    "--restore-missing", t->e.kind, (long long)t->e.id);
}

void
task_block(struct task *t, const char *kind, const char *ekey)
{
	free(t->block);
	t->block = mem_fmt("%s/%s", kind, ekey);
	t->state = TASK_BLOCKED;
}

int
task_was_present(const struct task *t)
{
	return t->out == OUT_SAME || t->out == OUT_KEPT_ADOPTED;
}

int
task_is_sought(const struct task *t)
{
	return t->origin != ORIGIN_LOOKUP && (t->e.verb == VERB_RECHECK || (t->e.id == 0 &&
	    (t->session->options->adopt || t->e.deleted_at != 0)));
}

void
task_text_update(struct task *t)
{
	buf_reset(&t->text);
	json_dump(&t->body, &t->text);
}
