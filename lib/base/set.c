#include <stdlib.h>

#include "base/mem.h"
#include "base/set.h"

uint64_t
text_hash(const char *s)
{
	uint64_t h = 14695981039346656037u;	/* FNV-1a */

	for (; *s; s++)
		h = (h ^ (unsigned char)*s) * 1099511628211u;
	return h != 0 ? h : 1;
}

/* Return the slot that holds h, or the free slot for it; v has at least one. */
static uint64_t *
set_slot(uint64_t *v, size_t room, uint64_t h)
{
	size_t i = h & (room - 1);

	while (v[i] != 0 && v[i] != h)
		i = (i + 1) & (room - 1);
	return &v[i];
}

/* Double the slots and move the numbers to their new ones. */
static void
set_grow(struct set *t)
{
	size_t i, room = t->room > 0 ? 2 * t->room : 64;
	uint64_t *v = mem_zalloc(room * sizeof(*v));

	for (i = 0; i < t->room; i++)
		if (t->v[i] != 0)
			*set_slot(v, room, t->v[i]) = t->v[i];
	free(t->v);
	t->v = v;
	t->room = room;
}

int
set_add(struct set *t, uint64_t h)
{
	uint64_t *slot;

	if (2 * t->n >= t->room)
		set_grow(t);
	if (*(slot = set_slot(t->v, t->room, h)) == h)
		return 0;
	*slot = h;
	t->n++;
	return 1;
}

int
set_has(const struct set *t, uint64_t h)
{
	return t->room > 0 && *set_slot(t->v, t->room, h) == h;
}

void
set_free(struct set *t)
{
	free(t->v);
	*t = (struct set){ 0 };
}
