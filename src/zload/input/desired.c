#include <string.h>

#include "load.h"
#include "cache/id_cache.h"
#include "input/desired.h"
#include "work/effect_row.h"
#include "work/queue.h"

/* Enter into the ledger what is to stand in qTest. */

/* Ask the ledger for effect f; the queue reads the row again when that changed it. */
static int
desired_effect(struct load *l, const struct effect *f, struct err *e)
{
	int changed;

	if (ledger_set_desired(&l->ledger, f, &changed, e) == -1)
		return -1;
	if (changed) {
		id_cache_drop(l, f->kind, f->ekey);
		queue_stale(l, f);
		queue_back(l, f);
	}
	return 0;
}

int
desired_row(struct load *l, const struct target *t, struct err *e)
{
	struct effect f, approve;
	int rc;

	effect_of(&f, t, l->map);
	rc = desired_effect(l, &f, e);
	if (rc == 0 && t->type == KIND_CASE) {
		effect_approve(&approve, &f);
		rc = desired_effect(l, &approve, e);
		effect_free(&approve);
	}
	effect_free(&f);
	return rc;
}
