#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "verdict.h"

enum { WHAT_MAX = 1000 };	/* bytes of what one rule says about a record */

static const char *const levels[RULE_LEVELS] = {
	[RULE_INFO] = "info", [RULE_WARNING] = "warning", [RULE_ERROR] = "error"
};

const char *
verdict_level_name(enum rule_level l)
{
	return levels[l];
}

/* Join what a rule says to what it said before, once, and keep the higher level. */
static void
verdict_join(struct rule_finding *f, enum rule_level level, const char *what)
{
	char *both;

	if (level > f->level)
		f->level = level;
	if (strlen(f->what) + strlen(what) > WHAT_MAX || strcmp(f->what, what) == 0)
		return;
	both = mem_fmt("%s; %s", f->what, what);
	free(f->what);
	f->what = both;
}

int
verdict_add(struct verdict *v, const char *rule, const char *level, const char *what,
    struct err *e)
{
	int i, l = 0;

	while (level != NULL && l < RULE_LEVELS && strcmp(levels[l], level) != 0)
		l++;
	if (rule == NULL || what == NULL || level == NULL || l == RULE_LEVELS)
		return err_set(e, ZX_CONFIG, "a finding lacks rule, level or what");
	for (i = 0; i < v->n; i++)
		if (strcmp(v->v[i].rule, rule) == 0) {
			verdict_join(&v->v[i], (enum rule_level)l, what);
			return 0;
		}
	if (v->n == VERDICTS)
		return err_set(e, ZX_CONFIG, "a record breaks more than %d rules", VERDICTS);
	v->v[v->n++] = (struct rule_finding){ mem_dup(rule), mem_dup(what), (enum rule_level)l };
	return 0;
}

void
verdict_free(struct verdict *v)
{
	while (v->n > 0) {
		v->n--;
		free(v->v[v->n].rule);
		free(v->v[v->n].what);
	}
}
