#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/opt_impl.h"

/* Parse s, digits and one of units, into *out times the element of by for that unit. */
static int
opt_unit(const char *s, const char *const *units, const int64_t *by,
    int64_t *out)
{
	int64_t n;
	char *end;
	int i;

	errno = 0;
	n = (int64_t)strtoimax(s, &end, 10);
	if (!isdigit((unsigned char)*s) || errno != 0)
		return -1;
	for (i = 0; units[i] != NULL && strcmp(units[i], end) != 0; i++)
		continue;
	if (units[i] == NULL || n > INT64_MAX / by[i])
		return -1;
	*out = n * by[i];
	return 0;
}

int
opt_num(const char *s, int64_t *out)
{
	static const char *const units[] = { "", "k", "M", NULL };
	static const int64_t by[] = { 1, 1000, 1000000 };

	return opt_unit(s, units, by, out);
}

static int
opt_time(const char *s, int64_t *ms)
{
	static const char *const units[] = { "", "ms", "s", "m", "h", NULL };
	static const int64_t by[] = { 1000, 1, 1000, 60000, 3600000 };

	return opt_unit(s, units, by, ms);
}

/* Return the value that s stands for, 0 or 1, or -1 for other text. */
static int
opt_bool(const char *s)
{
	static const char *const words[] = {
		"0", "no", "false", "off", "1", "yes", "true", "on"
	};
	int i;

	for (i = 0; i < 8; i++)
		if (strcmp(words[i], s) == 0)
			return i >= 4;
	return -1;
}

int
opt_is_listed(const char *list, const char *sep, const char *word)
{
	size_t n, len = strlen(word);

	for (; *list != '\0'; list += n + (list[n] != '\0')) {
		n = strcspn(list, sep);
		if (n == len && memcmp(list, word, n) == 0)
			return 1;
	}
	return 0;
}

static void
opt_push(struct opt_list *l, const char *s)
{
	l->v = mem_grow(l->v, (size_t)l->n + 1, sizeof(*l->v));
	l->v[l->n++] = s;
}

/* Add the parts of s between commas to l; empty ones are left out. */
static void
opt_split(struct opt_list *l, const char *s)
{
	size_t n;

	for (; *s != '\0'; s += n + (s[n] == ',')) {
		n = strcspn(s, ",");
		if (n > 0)
			opt_push(l, mem_dupn(s, n));
	}
}

int
opt_put(struct opt *o, const char *s, char from, const char *where,
    struct err *e)
{
	int code = from == 'c' ? ZX_USAGE : ZX_CONFIG, flag;
	int64_t n;

	switch (o->type) {
	case OPT_FLAG:
		if ((flag = s == NULL ? 1 : opt_bool(s)) == -1)
			return err_set(e, code, "%s: %s is neither yes nor no",
			    where, s);
		*(int *)o->var = flag;
		break;
	case OPT_COUNT:
		if (s == NULL)
			n = *(int *)o->var + 1;
		else if (opt_num(s, &n) == -1 || n > 100)
			return err_set(e, code, "%s: %s is not a whole number from 0 to 100",
			    where, s);
		*(int *)o->var = (int)n;
		break;
	case OPT_STR:
		*(const char **)o->var = s;
		break;
	case OPT_NUM:
		if (opt_num(s, o->var) == -1)
			return err_set(e, code, "%s: %s is not a number (examples: 20, 5k, 1M)",
			    where, s);
		break;
	case OPT_TIME:
		if (opt_time(s, o->var) == -1)
			return err_set(e, code, "%s: %s is not a duration (examples: 90, 250ms, "
			    "5m, 2h)", where, s);
		break;
	case OPT_CHOICE:
		if (!opt_is_listed(o->arg, "|", s))
			return err_set(e, code, "%s: %s is not one of %s", where,
			    s, o->arg);
		*(const char **)o->var = s;
		break;
	case OPT_LIST:
		if (from == 'c')
			opt_push(o->var, s);
		else
			opt_split(o->var, s);
		break;
	}
	o->from = from;
	return 0;
}
