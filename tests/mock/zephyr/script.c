#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#include "zephyr/script.h"

/* The steps of a case after an edit. */
struct zscriptrev {
	int64_t		 pos;		/* source position of the case */
	int64_t		 since;		/* executions from this position on ran them */
	struct zscriptrow *row;
	int64_t		 n;
};

static const struct zscriptrev *
script_find(const struct zephyr *z, int64_t pos, int64_t exec)
{
	int i;

	for (i = z->nrev - 1; i >= 0; i--)
		if (z->rev[i].pos == pos && z->rev[i].since <= exec)
			return &z->rev[i];
	return NULL;
}

int64_t
zscript_count(const struct zephyr *z, int64_t pos, int64_t exec)
{
	const struct zscriptrev *r = script_find(z, pos, exec);

	return r == NULL ? -1 : r->n;
}

const struct zscriptrow *
zscript_row(const struct zephyr *z, int64_t pos, int64_t exec, int64_t j)
{
	const struct zscriptrev *r = script_find(z, pos, exec);

	return r == NULL || j >= r->n ? NULL : &r->row[j];
}

/* Add a copy of the present steps of a case, which the caller changes. */
static struct zscriptrev *
script_copy(struct zephyr *z, int64_t pos)
{
	const struct zscriptrev *old = script_find(z, pos, INT64_MAX);
	struct zscriptrev new = { .pos = pos, .since = z->n[ZK_EXEC] };
	int64_t i;

	new.n = old != NULL ? old->n : zstep_count(z, pos);
	new.row = mem_zalloc((size_t)(new.n + 1) * sizeof(*new.row));
	for (i = 0; i < new.n; i++) {
		new.row[i].from = old != NULL ? old->row[i].from : i;
		new.row[i].text = old != NULL ? mem_dup(old->row[i].text) : NULL;
	}
	z->rev = mem_grow(z->rev, (size_t)z->nrev + 1, sizeof(*z->rev));
	z->rev[z->nrev] = new;
	return &z->rev[z->nrev++];
}

static void
script_rows_insert(struct zscriptrev *r, int64_t at, struct zscriptrow row)
{
	memmove(&r->row[at + 1], &r->row[at], (size_t)(r->n - at) * sizeof(*r->row));
	r->row[at] = row;
	r->n++;
}

static struct zscriptrow
script_rows_remove(struct zscriptrev *r, int64_t at)
{
	struct zscriptrow row = r->row[at];

	r->n--;
	memmove(&r->row[at], &r->row[at + 1], (size_t)(r->n - at) * sizeof(*r->row));
	return row;
}

int
zscript_edit(struct zephyr *z, int64_t pos, const char *how, int64_t step, int64_t to,
    const char *text)
{
	int64_t n = zstep_count(z, pos), last = strcmp(how, "insert") == 0 ? n + 1 : n;
	struct zscriptrow row = { .from = -1 };
	struct zscriptrev *r;

	if (step < 1 || step > last || zcase_script(z, pos) != ZS_STEPS)
		return -1;
	if ((strcmp(how, "move") == 0 && (to < 1 || to > n)) ||
	    (strcmp(how, "remove") == 0 && n == 1))
		return -1;
	r = script_copy(z, pos);
	if (strcmp(how, "insert") == 0) {
		row.text = mem_dup(text != NULL ? text : "");
		row.id = 500 + z->nrev;
		script_rows_insert(r, step - 1, row);
	} else if (strcmp(how, "remove") == 0) {
		row = script_rows_remove(r, step - 1);
		free(row.text);
	} else if (strcmp(how, "move") == 0) {
		script_rows_insert(r, to - 1, script_rows_remove(r, step - 1));
	} else {
		free(r->row[step - 1].text);
		r->row[step - 1].text = mem_dup(text != NULL ? text : "");
	}
	return 0;
}

void
zscript_free(struct zephyr *z)
{
	int64_t k;
	int i;

	for (i = 0; i < z->nrev; i++) {
		for (k = 0; k < z->rev[i].n; k++)
			free(z->rev[i].row[k].text);
		free(z->rev[i].row);
	}
	free(z->rev);
}
