#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/api/qtest_link.h"
#include "session.h"
#include "links/link_effect.h"
#include "links/requirements.h"
#include "work/resolve.h"
#include "work/task.h"
#include "work/work.h"

size_t
link_group(const char *ekey)
{
	const char *slash = strrchr(ekey, '/');

	return slash != NULL ? (size_t)(slash - ekey) : 0;
}

/* Return the path that links the object with this id and an issue, and write into the body of a
   task what is linked.  NULL when the task has ended. */
static char *
link_path(struct task *t, const char *type, const char *issue, int64_t id)
{
	int64_t requirement;

	t->body = json_object();
	json_set_str(&t->body, "type", type);
	if (strcmp(type, "defects") == 0) {
		json_set_str(&t->body, "key", issue);
		return mem_fmt("/test-logs/%" PRId64 "/%s", id, type);
	}
	json_set_int(&t->body, "id", id);
	if ((requirement = requirements_find(t->work->requirements, issue)) != 0)
		return mem_fmt("/requirements/%" PRId64 "/link?type=%s", requirement, type);
	task_end(t, OUT_FAILED, "qTest has no requirement of the Jira issue %s", issue);
	return NULL;
}

int
link_prepare(struct task *t, const struct json *row, char **path, struct err *e)
{
	const char *type = json_str(row, "body.type"), *issue = json_str(row, "body.issue");
	struct json parent = json_member(row, "parent");
	char kind[32];
	int64_t id;
	int rc = 0;

	if (!qtest_link_type(type) || issue == NULL)
		task_end(t, OUT_FAILED, "its type is unknown, or its issue is missing");
	else if ((rc = resolve_parent(t, &parent, &id, kind, e)) == 1)
		rc = (*path = link_path(t, type, issue, id)) != NULL;
	json_free(&parent);
	if (rc == 1)
		task_text_update(t);
	return rc;
}

int
link_may_change(const struct task *t)
{
	return t->e.type == KIND_LINK && t->stream == STREAM_CASES &&
	    (t->out == OUT_DONE || t->origin == ORIGIN_READBACK);
}

int
link_not_loaded(struct task *t, struct err *e)
{
	const char *key = json_str(&t->body, "key");
	char what[800];

	if (t->stream == STREAM_COUNT)
		return 0;
	snprintf(what, sizeof(what), "the link %.100s is not in qTest (the text names the "
	    "issue): %s", key != NULL ? key : t->e.ekey, t->why);
	return finding_issue(&t->session->finding, "load", t->stream, t->e.skey,
	    "link-not-loaded", "warning", what, e);
}
