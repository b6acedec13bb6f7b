#include <ctype.h>
#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/mem.h"
#include "base/opt.h"

enum { OPT_TABLES = sizeof(((struct opt_set *)0)->tables) / sizeof(void *) };

/* Each row of the tables in turn, NULL after the last. */
static struct opt *
opt_row(const struct opt_set *set, int n)
{
	struct opt *o;
	int t;

	for (t = 0; t < OPT_TABLES && set->tables[t] != NULL; t++)
		for (o = set->tables[t]; o->name != NULL; o++)
			if (n-- == 0)
				return o;
	return NULL;
}

static struct opt *
opt_named(const struct opt_set *set, const char *name, size_t len)
{
	struct opt *o;
	int i;

	for (i = 0; (o = opt_row(set, i)) != NULL; i++)
		if (strlen(o->name) == len && memcmp(o->name, name, len) == 0)
			return o;
	return NULL;
}

static struct opt *
opt_lettered(const struct opt_set *set, char letter)
{
	struct opt *o;
	int i;

	for (i = 0; (o = opt_row(set, i)) != NULL; i++)
		if (o->letter == letter && letter != 0)
			return o;
	return NULL;
}

/* The environment twin's name, "" when it has none. */
static void
opt_twin(const struct opt *o, char *out, size_t size)
{
	char *p;

	if (o->env != NULL) {
		snprintf(out, size, "%s", o->env);
		return;
	}
	snprintf(out, size, "ZTOQ_%s", o->name);
	for (p = out; *p != '\0'; p++)
		*p = *p == '-' ? '_' : (char)toupper((unsigned char)*p);
}

const char *
opt_value(const char *name)
{
	const char *v = getenv(name);

	if (v == NULL || *v == '\0')
		v = config_get(name);
	return v == NULL || *v == '\0' ? NULL : v;
}

static int
opt_scale(const char *s, const char **end, int64_t *out)
{
	char *p;

	if (!isdigit((unsigned char)*s))
		return -1;
	errno = 0;
	*out = (int64_t)strtoimax(s, &p, 10);
	*end = p;
	return errno != 0 ? -1 : 0;
}

/* s: digits and one of the units; "" is the unit of a bare number. */
static int
opt_unit(const char *s, const char *const *units, const int64_t *by,
    int64_t *out)
{
	const char *end;
	int64_t n;
	int i;

	if (opt_scale(s, &end, &n) == -1)
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

int
opt_time(const char *s, int64_t *ms)
{
	static const char *const units[] = { "", "ms", "s", "m", "h", NULL };
	static const int64_t by[] = { 1000, 1, 1000, 60000, 3600000 };

	return opt_unit(s, units, by, ms);
}

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

static int
opt_choice(const struct opt *o, const char *s)
{
	const char *p = o->arg;
	size_t n, len = strlen(s);

	for (;; p += n + 1) {
		n = strcspn(p, "|");
		if (n == len && memcmp(p, s, n) == 0)
			return 0;
		if (p[n] == '\0')
			return -1;
	}
}

static void
opt_push(struct opt_list *l, const char *s)
{
	l->v = mem_grow(l->v, (size_t)l->n + 1, sizeof(*l->v));
	l->v[l->n++] = s;
}

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

/* Put s (NULL: given without a value) into the variable.  where: for people. */
static int
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
			return err_set(e, code, "%s: %s is no small number",
			    where, s);
		*(int *)o->var = (int)n;
		break;
	case OPT_STR:
		*(const char **)o->var = s;
		break;
	case OPT_NUM:
		if (opt_num(s, &n) == -1)
			return err_set(e, code, "%s: %s is no number "
			    "(like 20, 5k or 1M)", where, s);
		*(int64_t *)o->var = n;
		break;
	case OPT_TIME:
		if (opt_time(s, &n) == -1)
			return err_set(e, code, "%s: %s is no duration "
			    "(like 90, 250ms, 5m or 2h)", where, s);
		*(int64_t *)o->var = n;
		break;
	case OPT_CHOICE:
		if (opt_choice(o, s) == -1)
			return err_set(e, code, "%s: %s is none of %s", where,
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

static int
opt_usage(const struct opt_set *set, struct err *e, const char *what,
    int len, const char *text)
{
	return err_set(e, ZX_USAGE, "%s%.*s; try %s -h", what, len, text,
	    set->program);
}

/* --name, --name=value, --name value: moves *i over what it used. */
static int
opt_long(const struct opt_set *set, int argc, char **argv, int *i,
    struct err *e)
{
	const char *s = argv[*i] + 2, *value = NULL;
	size_t len = strcspn(s, "=");
	struct opt *o = opt_named(set, s, len);
	char where[64];

	if (o == NULL)
		return opt_usage(set, e, "unknown option --", (int)len, s);
	if (s[len] == '=')
		value = s + len + 1;
	if (value != NULL && o->arg == NULL)
		return opt_usage(set, e, "no value belongs to --", (int)len,
		    s);
	if (value == NULL && o->arg != NULL) {
		if (*i + 1 >= argc)
			return opt_usage(set, e, "a value is missing after --",
			    (int)len, s);
		value = argv[++*i];
	}
	snprintf(where, sizeof(where), "--%s", o->name);
	return opt_put(o, value, 'c', where, e);
}

/* -abc, -pVALUE, -p VALUE. */
static int
opt_short(const struct opt_set *set, int argc, char **argv, int *i,
    struct err *e)
{
	const char *s, *value;
	char where[3] = "-?";
	struct opt *o;

	for (s = argv[*i] + 1; *s != '\0'; s++) {
		where[1] = *s;
		if ((o = opt_lettered(set, *s)) == NULL)
			return opt_usage(set, e, "unknown option -", 1, s);
		if (o->arg == NULL) {
			if (opt_put(o, NULL, 'c', where, e) == -1)
				return -1;
			continue;
		}
		value = s[1] != '\0' ? s + 1 :
		    *i + 1 < argc ? argv[++*i] : NULL;
		if (value == NULL)
			return opt_usage(set, e, "a value is missing after -",
			    1, s);
		return opt_put(o, value, 'c', where, e);
	}
	return 0;
}

/* What the command line left open, from the environment, then the file. */
static int
opt_twins(const struct opt_set *set, struct err *e)
{
	const char *v;
	char name[80];
	struct opt *o;
	int i;

	for (i = 0; (o = opt_row(set, i)) != NULL; i++) {
		opt_twin(o, name, sizeof(name));
		if (o->from != 0 || *name == '\0' ||
		    (v = opt_value(name)) == NULL)
			continue;
		if (opt_put(o, v, v == getenv(name) ? 'e' : 'f', name,
		    e) == -1)
			return -1;
	}
	return 0;
}

/* -h and -V answer even when the environment or the file is broken. */
static int
opt_asked(const struct opt_set *set)
{
	const struct opt *h = opt_named(set, "help", 4);
	const struct opt *v = opt_named(set, "version", 7);

	return (h != NULL && h->from == 'c') || (v != NULL && v->from == 'c');
}

static int
opt_config(const struct opt_set *set, struct err *e)
{
	struct opt *o = opt_named(set, "config", 6);
	const char *path;
	char name[80];

	if (o == NULL || o->type != OPT_STR)
		return 0;
	opt_twin(o, name, sizeof(name));
	path = o->from == 'c' ? *(const char **)o->var :
	    *name != '\0' ? opt_value(name) : NULL;
	return path == NULL ? 0 : config_load(path, e);
}

int
opt_parse(struct opt_set *set, int argc, char **argv, struct err *e)
{
	int i, rc;

	for (i = 1; i < argc; i++) {
		if (argv[i][0] != '-' || argv[i][1] == '\0')
			break;
		if (strcmp(argv[i], "--") == 0) {
			i++;
			break;
		}
		rc = argv[i][1] == '-' ? opt_long(set, argc, argv, &i, e) :
		    opt_short(set, argc, argv, &i, e);
		if (rc == -1)
			return -1;
	}
	if (!opt_asked(set) &&
	    (opt_config(set, e) == -1 || opt_twins(set, e) == -1))
		return -1;
	return i;
}
