#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json_out.h"

#include "zephyr/zephyr.h"

struct seed {
	enum zlook_type	 type;
	int		 id;
	const char	*name;
	int		 dflt, archived;
};

/* Two of the lists are longer than the default page of 10; some names occur in
   several types. */
static const struct seed seeds[] = {
	{ ZL_CASE, 401946, "Draft", 1, 0 },
	{ ZL_CASE, 890281, "Approved", 0, 0 },
	{ ZL_CASE, 401948, "Deprecated", 0, 0 },
	{ ZL_CASE, 401951, "In Review", 0, 0 },
	{ ZL_CASE, 401932, "Old", 0, 1 },
	{ ZL_PLAN, 401952, "Draft", 1, 0 },
	{ ZL_PLAN, 401953, "Approved", 0, 0 },
	{ ZL_PLAN, 401954, "Done", 0, 0 },
	{ ZL_CYCLE, 401957, "Not Executed", 1, 0 },
	{ ZL_CYCLE, 401956, "In Progress", 0, 0 },
	{ ZL_CYCLE, 401955, "Done", 0, 0 },
	{ ZL_EXEC, 401962, "Not Executed", 1, 0 },
	{ ZL_EXEC, 401958, "In Progress", 0, 0 },
	{ ZL_EXEC, 401960, "Pass", 0, 0 },
	{ ZL_EXEC, 401961, "Fail", 0, 0 },
	{ ZL_EXEC, 401959, "Blocked", 0, 0 },
	{ ZL_EXEC, 501963, "WIP", 0, 0 },
	{ ZL_EXEC, 501964, "Conditional Pass", 0, 0 },
	{ ZL_EXEC, 501965, "Aborted", 0, 0 },
	{ ZL_EXEC, 501966, "Canceled", 0, 0 },
	{ ZL_EXEC, 501967, "Pending", 0, 1 },
	{ ZL_EXEC, 501968, "Not Tested", 0, 0 },
	{ ZL_EXEC, 501969, "Pass with warnings", 0, 0 },
	{ ZL_PRIORITY, 401941, "High", 0, 0 },
	{ ZL_PRIORITY, 401940, "Normal", 1, 0 },
	{ ZL_PRIORITY, 401942, "Low", 0, 0 },
	{ ZL_PRIORITY, 501943, "Blocker & \"worse\"", 0, 0 },
	{ ZL_ENV, 460073, "Chrome", 0, 0 },
	{ ZL_ENV, 460071, "Firefox <ESR>", 0, 0 },
	{ ZL_ENV, 460072, "Windows 11", 0, 0 },
	{ ZL_ENV, 460075, "iPhone \xf0\x9f\x93\xb1", 0, 0 },
	{ ZL_ENV, 460074, "Old Android", 0, 1 },
	{ ZL_ENV, 460076, "env 6", 0, 0 }, { ZL_ENV, 460077, "env 7", 0, 0 },
	{ ZL_ENV, 460078, "env 8", 0, 0 }, { ZL_ENV, 460079, "env 9", 0, 0 },
	{ ZL_ENV, 460080, "env 10", 0, 0 }, { ZL_ENV, 460081, "env 11", 0, 0 },
};

void
zlook_add(struct zephyr *z, enum zlook_type type, int64_t id,
    const char *name, const char *row)
{
	struct zlook *l;

	z->look = mem_grow(z->look, (size_t)z->nlook + 1, sizeof(*z->look));
	l = &z->look[z->nlook++];
	l->id = id;
	l->type = type;
	l->name = mem_dup(name);
	l->row = mem_dup(row);
}

static int
lookup_exists(const struct zephyr *z, enum zlook_type type)
{
	int i;

	for (i = 0; i < z->nlook; i++)
		if (z->look[i].type == type)
			return 1;
	return 0;
}

static void
lookup_seed_row(const struct zephyr *z, const struct seed *s, int index,
    struct buf *b)
{
	buf_reset(b);
	json_out_open(b, NULL, '{');
	json_out_int(b, "id", s->id);
	z_ref(z, b, "project", "/projects/", z->project);
	json_out_str(b, "name", s->name);
	json_out_str(b, "description", index % 3 == 0 ? NULL : "as it says");
	json_out_int(b, "index", index);
	if (s->type != ZL_ENV)
		json_out_str(b, "color", index % 2 == 0 ? "#FF00AA" : NULL);
	if (s->type != ZL_PRIORITY)
		json_out_bool(b, "archived", s->archived);
	if (s->type != ZL_ENV)
		json_out_bool(b, "default", s->dflt);
	json_out_close(b, '}');
}

/* Add the rows of the table, except those of types that the corpus has. */
void
zlook_open(struct zephyr *z)
{
	int from = 0, corpus[ZL_ENV + 1], index[ZL_ENV + 1] = { 0 };
	struct buf b = { 0 };
	size_t i;

	for (; from <= ZL_ENV; from++)
		corpus[from] = lookup_exists(z, (enum zlook_type)from);
	for (i = 0; i < sizeof(seeds) / sizeof(*seeds); i++) {
		if (corpus[seeds[i].type])
			continue;
		lookup_seed_row(z, &seeds[i], index[seeds[i].type]++, &b);
		zlook_add(z, seeds[i].type, seeds[i].id, seeds[i].name,
		    buf_str(&b));
	}
	buf_free(&b);
}

int64_t
zlook_id(const struct zephyr *z, enum zlook_type type, int64_t n)
{
	int64_t have_n = 0;
	int i;

	for (i = 0; i < z->nlook; i++)
		have_n += z->look[i].type == type;
	if (have_n == 0)
		return 0;
	n %= have_n;
	for (i = 0; i < z->nlook; i++)
		if (z->look[i].type == type && n-- == 0)
			return z->look[i].id;
	return 0;
}

int64_t
zlook_named(const struct zephyr *z, enum zlook_type type, const char *name)
{
	int i;

	for (i = 0; i < z->nlook; i++)
		if (z->look[i].type == type &&
		    strcmp(z->look[i].name, name) == 0)
			return z->look[i].id;
	return 0;
}
