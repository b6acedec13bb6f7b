#include <stdlib.h>

#include "extract.h"

struct todo_row *
todo_row(struct todo *t)
{
	if (t->i >= t->n)
		return NULL;
	t->open++;
	return &t->row[t->i++];
}

/* Forget the page, but not where it ended. */
void
todo_clear(struct todo *t)
{
	int i;

	for (i = 0; i < t->n; i++)
		free(t->row[i].key);
	t->i = t->n = 0;
}
