#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/set.h"
#include "session.h"
#include "cache/id_cache.h"
#include "steps/case_steps.h"
#include "steps/step_cases.h"
#include "work/task.h"
#include "work/work.h"

int
steps_called(struct task *t, int64_t id, struct err *e)
{
	int64_t *ready = &steps_cases(t->work->steps)->ready[(uint64_t)id % STEP_CASES];
	struct known_id k;
	char *key;
	int rc;

	if (*ready == id)
		return 1;
	if ((rc = ledger_key(&t->session->ledger, "case", id, &key, e)) == 1 &&
	    (rc = id_cache_find(t->work->ids, "approve", key, &k, NULL, 0, e)) == ID_NOT_YET)
		task_block(t, "approve", key);
	free(key);
	if (rc == -1 || t->state == TASK_BLOCKED)
		return rc == -1 ? -1 : 0;
	*ready = id;
	return 1;
}

int
steps_kept(struct task *t, const char *key, struct err *e)
{
	struct step_cases *c = steps_cases(t->work->steps);
	size_t i = text_hash(key) % STEP_CASES;
	struct effect f;
	int rc;

	if (c->kept[i].key != NULL && strcmp(c->kept[i].key, key) == 0)
		return c->kept[i].is_kept;
	if ((rc = ledger_find(&t->session->ledger, "case", key, &f, e)) == -1)
		return -1;
	free(c->kept[i].key);
	c->kept[i].key = mem_dup(key);
	c->kept[i].is_kept = rc == 1 && !effect_holds_desired(&f);
	effect_free(&f);
	return c->kept[i].is_kept;
}
