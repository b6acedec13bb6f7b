#include <stdlib.h>

#include "qtest/api.h"
#include "server/stamp.h"

/* Deleted objects stay in memory with their parents, so that their ids are not used again
   and a user can restore them from the recycle bin. */

static void
bin_put(struct qobj *o, int64_t when)
{
	struct qobj *up = o->up;

	while (o->first != NULL)
		bin_put(o->first, when);
	qobj_detach(o);
	o->up = up;
	o->gone = when;
	o->gone_at = stamp_now_ms();
}

void
qobj_delete(struct qobj *o)
{
	static int64_t deletions;

	bin_put(o, ++deletions);
}

void
qobj_discard(struct qobj *o)
{
	bin_put(o, -1);
}

struct qobj *
qobj_deleted(const struct qtest *q, const struct qproject *p, enum qkind kind, int64_t id)
{
	int64_t i;

	for (i = 0; i < q->nobj[kind]; i++)
		if (q->obj[kind][i]->id == id && q->obj[kind][i]->gone > 0 &&
		    q->obj[kind][i]->root == p->root)
			return q->obj[kind][i];
	return NULL;
}

int
qobj_restore(struct qtest *q, struct qobj *o)
{
	int64_t when = o->gone, i;
	struct qobj *c;
	int k;

	if (when <= 0 || (o->up != NULL && o->up->gone))
		return -1;
	o->gone = 0;
	qobj_attach(o, o->up);
	for (k = 0; k < QK_COUNT; k++)
		for (i = 0; i < q->nobj[k]; i++) {
			c = q->obj[k][i];
			if (c->gone == when && c->up == o)
				qobj_restore(q, c);
		}
	return 0;
}
