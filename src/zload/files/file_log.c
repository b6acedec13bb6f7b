#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/ledger/target.h"
#include "session.h"
#include "files/file_log.h"
#include "files/file_steps.h"
#include "steps/step_results.h"
#include "steps/step_update.h"
#include "work/kind.h"
#include "work/task.h"
#include "work/work.h"

/* Read the log with this key and id from qTest into .doc of a task.  1, 0 when the task is
   blocked or has ended, -1; .doc is unset when qTest does not show the log. */
static int
file_log_read(struct task *t, const char *key, int64_t log, struct err *e)
{
	static const char runs[] = "/test-runs/";
	struct effect of;
	char *path, *whole;
	int rc = ledger_find(&t->session->ledger, "log", key, &of, e);

	json_free(&t->doc);
	if (rc == 1 && of.path != NULL && strncmp(of.path, runs, sizeof(runs) - 1) == 0) {
		path = kind_object(kind_of(KIND_LOG), strtoll(of.path + sizeof(runs) - 1, NULL, 10),
		    log);
		whole = kind_whole(kind_of(KIND_LOG), path);
		rc = file_steps_log(t, key, whole, &t->doc, e);
		free(path);
		free(whole);
	} else if (rc != -1)
		rc = 1;
	effect_free(&of);
	return rc;
}

/* Find the places of the results of the log with this key.  1, 0 when the task is blocked or has
   ended, -1. */
static int
file_log_results(struct task *t, const char *key, struct err *e)
{
	struct json row = { 0 }, body = { 0 };
	struct target of;
	int rc = target_get(t->session->db, t->session->ledger.project, t->e.map, "log", key, &of,
	    e);

	if (rc != 1)
		return rc == -1 ? -1 : 1;
	if ((rc = json_parse(&row, of.body, strlen(of.body), NULL, e)) == 0) {
		body = json_member(&row, "body");
		rc = step_results(t, &body, e);
	}
	json_free(&body);
	json_free(&row);
	target_free(&of);
	return rc;
}

int
file_log_step_find(struct task *t, const char *key, int64_t log, int64_t n, int64_t *id,
    struct err *e)
{
	int rc = file_log_read(t, key, log, e);

	*id = 0;
	t->parent = log;
	if (rc != 1 || !t->doc.set)
		return rc;
	if ((rc = file_log_results(t, key, e)) == 1 && step_log_find(t, n, id, e) == -1)
		rc = -1;
	step_results_free(t->results);
	t->results = NULL;
	json_free(&t->doc);
	return rc;
}
