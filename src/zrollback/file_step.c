#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/ledger/ledger.h"
#include "file_step.h"
#include "link.h"

/* Return 1 if the list of the files of a step has this file, 0 if not, -1 if it is no list. */
static int
file_step_has(const struct json *step, int64_t id)
{
	struct json files = json_member(step, "attachments"), file = { 0 };
	int i = 0, has = json_type(&files, "") == JSON_ARR ? 0 : -1;

	while (has == 0 && json_each(&files, &i, &file))
		has = json_int(&file, "id", 0) == id;
	json_free(&file);
	json_free(&files);
	return has;
}

static void
on_steps(void *arg, struct qtest_reply *rp)
{
	struct file_step *f = arg;
	struct json step = { 0 };
	int i = 0, has = 0, unlisted = 0;

	--*f->open;
	while (rp->end == QTEST_DONE && has != 1 && json_each(&rp->doc, &i, &step)) {
		has = file_step_has(&step, f->id);
		unlisted += has == -1;
		if (has != 1)
			continue;
		free(*f->path);
		*f->path = mem_fmt("/test-steps/%lld/blob-handles",
		    (long long)json_int(&step, "id", 0));
	}
	json_free(&step);
	if (i > 0 && has != 1 && unlisted == 0) {
		*f->end = QTEST_REFUSED;
		*f->status = 404;
	}
}

int
file_step_is_lost(const char *path, const struct qtest_reply *rp)
{
	return path != NULL && strncmp(path, "/test-steps/", 12) == 0 &&
	    rp->end == QTEST_REFUSED && rp->status == 404;
}

int
file_step_request(struct file_step *f, struct link *l, struct ledger *lg, const char *ekey,
    struct err *e)
{
	char *key = mem_dup(strchr(ekey, '/') + 1), *path;
	struct effect of;
	int rc;

	key[strcspn(key, "/")] = '\0';
	if ((rc = ledger_find(lg, "case", key, &of, e)) == 1) {
		path = mem_fmt("/test-cases/%lld/test-steps", (long long)of.id);
		++*f->open;
		if ((rc = qtest_send(l->qtest, "GET", path, NULL, 0, on_steps, f, e)) == -1)
			--*f->open;
		free(path);
	}
	effect_free(&of);
	free(key);
	return rc == -1 ? -1 : 0;
}
