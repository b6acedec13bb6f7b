#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "list/list_kinds.h"
#include "list/list_open.h"
#include "list/list_state.h"

static const struct list_kind *const kinds[LIST_COUNT] = {
	[LIST_PRIORITIES] = &priorities_list,
	[LIST_STATUS_CASE] = &status_case_list,
	[LIST_STATUS_PLAN] = &status_plan_list,
	[LIST_STATUS_CYCLE] = &status_cycle_list,
	[LIST_STATUS_EXECUTION] = &status_execution_list,
	[LIST_ENVIRONMENTS] = &environments_list,
	[LIST_FOLDERS] = &folders_list,
	[LIST_CASES] = &cases_list,
	[LIST_PLANS] = &plans_list,
	[LIST_CYCLES] = &cycles_list,
	[LIST_EXECUTIONS] = &executions_list,
};

int
list_accept(const struct opt_list *accept, struct err *e)
{
	int64_t n;
	int i, k;

	for (i = 0; i < accept->n; i++) {
		for (k = 0; k < LIST_COUNT; k++)
			if (list_is_accepted(kinds[k], accept->v[i], &n))
				break;
		if (k == LIST_COUNT)
			return err_set(e, ZX_USAGE, "--accept-total %s: use STREAM=N, as the error "
			    "message shows it",
			    accept->v[i]);
	}
	return 0;
}

/* Read a list anew that could not be proven, unless --accept-total accepts it. */
static int
list_open_restart(struct lists *ls, struct list *l, struct err *e)
{
	char name[64];

	if (list_accepted(ls, l) == l->st.n) {
		if (list_finish(ls, l, &l->st, "accepted", e) == -1)
			return -1;
	} else {
		list_scope(l, name);
		if (store_sweep_drop(&ls->src->st, name, LIST_SWEEPS, e) == -1)
			return -1;
		l->st = list_fresh(l->st.mode, 1);
	}
	return list_save(ls->src, l, &l->st, e);
}

static int
list_open_restore(struct lists *ls, struct list *l, struct err *e)
{
	struct list_state *s = &l->st;
	struct checkpoint c;
	char name[64];
	int rc;

	if ((rc = list_fact(ls->src, l, "nextgen", &c, e)) == -1)
		return -1;
	*s = list_fresh(l->kind->keyset && rc == 0 ? 'k' : 'o', 0);
	if ((rc = list_fact(ls->src, l, "updated", &c, e)) == -1)
		return -1;
	l->knows = rc == 0 ? -1 : strcmp(c.state, "known") == 0;
	if ((rc = checkpoint_get(&ls->src->at, list_scope(l, name), &c, e)) == -1)
		return -1;
	if (rc == 0)
		return 0;
	if (sscanf(c.cursor, "%c %c %" SCNd64 " %" SCNd64 " %d %d", &s->mode,
	    &s->phase, &s->at, &s->size, &s->sweep, &s->marks) != 6)
		return err_set(e, ZX_IO, "the checkpoint of %s is damaged",
		    l->kind->name);
	s->n = c.seen;
	s->total = c.total;
	snprintf(s->word, sizeof(s->word), "%.11s", c.state);
	return strcmp(s->word, "mismatch") == 0 ? list_open_restart(ls, l, e) : 0;
}

static int
list_open_tx(struct db *db, void *arg, struct err *e)
{
	struct lists *ls = arg;
	int i;

	(void)db;
	for (i = 0; i < LIST_COUNT; i++) {
		ls->v[i] = (struct list){ .kind = kinds[i] };
		if (list_open_restore(ls, &ls->v[i], e) == -1)
			return -1;
	}
	return 0;
}

int
list_open(struct lists *ls, struct err *e)
{
	return db_tx(ls->src->db, list_open_tx, ls, e);
}
