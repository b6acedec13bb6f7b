#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "load.h"
#include "cache/id_cache.h"
#include "steps/step_cases.h"
#include "work/task.h"

/* What the ledger says of the cases whose steps are asked for: the last answers,
   until a case is approved. */
enum { ANSWERS = 64 };

struct kept {
	char		*key;
	int		 is;
};

struct step_cases {
	struct kept	 kept[ANSWERS];
	int64_t		 ready[ANSWERS];	/* called cases that are approved */
};

static struct step_cases *
cases_of(struct load *l)
{
	if (l->step_cases == NULL)
		l->step_cases = mem_zalloc(sizeof(*l->step_cases));
	return l->step_cases;
}

int
steps_called(struct task *t, int64_t id, struct err *e)
{
	int64_t *ready = &cases_of(t->load)->ready[(uint64_t)id % ANSWERS];
	struct id_cache k;
	char *key;
	int rc;

	if (*ready == id)
		return 1;
	if ((rc = ledger_key(&t->load->ledger, "case", id, &key, e)) == 1 &&
	    (rc = id_cache_find(t->load, "approve", key, &k, NULL, 0, e)) == ID_NOT_YET)
		task_block(t, "approve", key);
	free(key);
	if (rc == -1 || t->state == TASK_BLOCKED)
		return rc == -1 ? -1 : 0;
	*ready = id;
	return 1;
}

int
steps_kept(struct load *l, const char *key, struct err *e)
{
	struct kept *k = &cases_of(l)->kept[text_hash(key) % ANSWERS];
	struct effect f;
	int rc;

	if (k->key != NULL && strcmp(k->key, key) == 0)
		return k->is;
	if ((rc = ledger_find(&l->ledger, "case", key, &f, e)) == -1)
		return -1;
	free(k->key);
	k->key = mem_dup(key);
	k->is = rc == 1 && !effect_holds_desired(&f);
	effect_free(&f);
	return k->is;
}

void
step_cases_forget(struct load *l)
{
	int i;

	for (i = 0; l->step_cases != NULL && i < ANSWERS; i++)
		free(l->step_cases->kept[i].key);
	free(l->step_cases);
	l->step_cases = NULL;
}
