#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#include "qtest/api.h"

/* Return whether a text is the id, or a list like "[1,2]" with it; then, if clear is set,
   remove the id from the text. */
static int
value_clear(char *text, int64_t id, int clear)
{
	char *s = text, *end;

	for (s += strcspn(s, "-0123456789"); *s != '\0'; s = end + strcspn(end, "-0123456789")) {
		if (strtoll(s, &end, 10) != id)
			continue;
		if (*end == ',')
			end++;
		else if (s > text && s[-1] == ',')
			s--;
		if (clear)
			memmove(s, end, strlen(end) + 1);
		return 1;
	}
	return 0;
}

int
qvalue_uses(struct mock *m, const struct qproject *p, int64_t field, int64_t id, int clear)
{
	struct qtest *q = m->qtest;
	struct qobj *o;
	int64_t n;
	int k, i, uses = 0;

	for (k = 0; k < QK_COUNT; k++)
		for (n = 0; n < q->nobj[k]; n++) {
			o = q->obj[k][n];
			for (i = 0; !o->gone && o->root == p->root && i < o->nprop; i++)
				if (o->prop[i].field == field)
					uses += value_clear(o->prop[i].value, id, clear);
		}
	return uses;
}
