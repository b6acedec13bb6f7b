#include <stdio.h>

#include "base/log.h"
#include "session.h"
#include "steps/step_finding.h"
#include "steps/step_result.h"
#include "work/task.h"

/* Report step results that became text. */

static int
step_finding_loss_put(struct task *t, const char *what, struct err *e)
{
	struct json changes = json_array(), one = json_object();
	int rc;

	json_set_str(&one, "field", "test_step_logs");
	json_set_str(&one, "change", "DETACHED");
	json_set_str(&one, "code", "results-table");
	json_set_str(&one, "reason", what);
	json_push(&changes, one);
	rc = finding_losses(&t->session->finding, t->stream, t->e.skey, &changes, e);
	json_free(&changes);
	return rc;
}

int
step_texts_write(struct task *t, struct err *e)
{
	struct finding *to = &t->session->finding;
	int n;
	char what[300];

	if (t->stream == STREAM_COUNT || t->results == NULL)
		return 0;
	n = t->results->texts;
	if (n == 0)
		return t->verb != VERB_UPDATE ? 0 :
		    finding_forget(to, "load", t->stream, t->e.skey, "step-results", e);
	snprintf(what, sizeof(what), "%d of %d step results are in a table in the note: %s",
	    n, t->results->n, t->results->why);
	if (step_finding_loss_put(t, what, e) == -1)
		return -1;
	if (t->session->tables++ == 0)
		log_warn(t->e.stream, "%s %s: %s; the report lists each such log (rule "
		    "step-results)", t->e.kind, t->e.ekey, what);
	return finding_issue(to, "load", t->stream, t->e.skey, "step-results", "warning", what, e);
}

int
step_refused(struct task *t, const char *why)
{
	if (t->kind->place != PLACE_RUN || t->status != 400 || t->refused[0] != '\0' ||
	    json_len(&t->body, "test_step_logs") == 0)
		return 0;
	snprintf(t->refused, sizeof(t->refused), "qTest rejects the step logs: %s", why);
	log_info(t->e.stream, "%s %s: %s; retrying with the step results as text", t->e.kind,
	    t->e.ekey, why);
	t->state = TASK_READY;
	return 1;
}
