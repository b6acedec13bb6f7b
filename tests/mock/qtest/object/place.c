#include <stdlib.h>

#include "base/mem.h"

#include "qtest/api.h"

static void
places_add(struct mock *m, struct qproject *p, const struct qversion *v,
    int64_t called, int64_t by, int depth, struct qplaces *out)
{
	const struct qobj *c;
	const struct qversion *cv;
	const struct qstep *s;
	int i;

	for (i = 0; i < v->nstep && depth < 20; i++) {
		s = &v->step[i];
		if (s->called != 0) {
			c = qobj_find(m->qtest, p, QK_CASE, s->called);
			cv = c == NULL ? NULL : qcase_approved(c);
			if (cv != NULL)
				places_add(m, p, cv, s->called, by != 0 ? by : s->id,
				    depth + 1, out);
			continue;
		}
		out->v = mem_grow(out->v, (size_t)out->n + 1, sizeof(*out->v));
		out->v[out->n++] = (struct qplace){ s, called, by };
	}
}

void
qplaces(struct mock *m, struct qproject *p, const struct qversion *v, struct qplaces *out)
{
	places_add(m, p, v, 0, 0, 0, out);
}
