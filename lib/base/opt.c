#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/config.h"
#include "base/opt_impl.h"

enum { OPT_TABLES = sizeof(((struct opt_set *)0)->tables) / sizeof(void *) };

struct opt *
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

/* Return the option whose name is the len bytes at name or whose letter, unless it is
   0, is letter; NULL if there is none. */
static struct opt *
opt_find(const struct opt_set *set, const char *name, size_t len, char letter)
{
	struct opt *o;
	int i;

	for (i = 0; (o = opt_row(set, i)) != NULL; i++)
		if (letter != 0 ? o->letter == letter :
		    strlen(o->name) == len && memcmp(o->name, name, len) == 0)
			return o;
	return NULL;
}

void
opt_variable(const struct opt *o, char *out, size_t size)
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

const char *
opt_exposed(const char *name)
{
	const char *v = getenv(name);

	return (v != NULL && *v != '\0') || config_get(name) == NULL ? NULL :
	    config_exposed();
}

const char *
opt_source(const struct opt_set *set, const char *name, const char **value)
{
	const char *v = getenv(name);
	char variable[80];
	struct opt *o;
	int i;

	for (i = 0; (o = opt_row(set, i)) != NULL; i++) {
		opt_variable(o, variable, sizeof(variable));
		if (o->from != 'c' || strcmp(variable, name) != 0)
			continue;
		*value = o->type == OPT_STR || o->type == OPT_CHOICE ?
		    *(const char **)o->var : NULL;
		return "command line";
	}
	*value = opt_value(name);
	return *value == NULL ? NULL : *value == v ? "environment" : config_path();
}

/* Set e to what, the option (len bytes of text) and a hint at -h; returns -1. */
static int
opt_usage(const struct opt_set *set, struct err *e, const char *what,
    int len, const char *text)
{
	return err_set(e, ZX_USAGE, "%s%.*s; try %s -h", what, len, text,
	    set->program);
}

/* Set the option argv[*i]: --name, --name=value or --name value.  Moves *i to the value
   if that is an argument of its own. */
static int
opt_long(struct opt_set *set, int argc, char **argv, int *i,
    struct err *e)
{
	const char *s = argv[*i] + 2, *value = NULL;
	size_t len = strcspn(s, "=");
	struct opt *o = opt_find(set, s, len, 0);
	char where[64];

	if (o == NULL && strcmp(s, "options") == 0) {
		set->listed = 1;
		return 0;
	}
	if (o == NULL)
		return opt_usage(set, e, "unknown option --", (int)len, s);
	if (s[len] == '=')
		value = s + len + 1;
	if (value != NULL && o->arg == NULL)
		return opt_usage(set, e, "no value is allowed after --", (int)len,
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

/* Set the options argv[*i]: -abc, -pVALUE or -p VALUE.  Moves *i as opt_long does. */
static int
opt_short(const struct opt_set *set, int argc, char **argv, int *i,
    struct err *e)
{
	const char *s, *value;
	char where[3] = "-?";
	struct opt *o;

	for (s = argv[*i] + 1; *s != '\0'; s++) {
		where[1] = *s;
		if ((o = opt_find(set, NULL, 0, *s)) == NULL)
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

/* Set each option that the command line does not from its variable. */
static int
opt_read_variables(const struct opt_set *set, struct err *e)
{
	const char *v;
	char name[80];
	struct opt *o;
	int i;

	for (i = 0; (o = opt_row(set, i)) != NULL; i++) {
		opt_variable(o, name, sizeof(name));
		if (o->from != 0 || *name == '\0' ||
		    (v = opt_value(name)) == NULL)
			continue;
		if (opt_put(o, v, v == getenv(name) ? 'e' : 'f', name,
		    e) == -1)
			return -1;
	}
	return 0;
}

/* Return 1 if -h, -V or --options was given: these work with a broken configuration. */
static int
opt_is_help(const struct opt_set *set)
{
	const struct opt *h = opt_find(set, "help", 4, 0);
	const struct opt *v = opt_find(set, "version", 7, 0);

	return set->listed || (h != NULL && h->from == 'c') || (v != NULL && v->from == 'c');
}

/* Read the file of --config if the program has that option and it is given. */
static int
opt_config(const struct opt_set *set, struct err *e)
{
	struct opt *o = opt_find(set, "config", 6, 0);
	const char *path;
	char name[80];

	if (o == NULL || o->type != OPT_STR)
		return 0;
	opt_variable(o, name, sizeof(name));
	path = o->from == 'c' ? *(const char **)o->var :
	    *name != '\0' ? opt_value(name) : NULL;
	return path == NULL ? 0 : config_load(path, set->known, e);
}

int
opt_parse(struct opt_set *set, int argc, char **argv, struct err *e)
{
	int i = 1, rc;

	if (set->command != NULL && argc > 1 && argv[1][0] != '-')
		*set->command = argv[i++];
	for (; i < argc; i++) {
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
	if (!opt_is_help(set) &&
	    (opt_config(set, e) == -1 || opt_read_variables(set, e) == -1))
		return -1;
	if (set->command != NULL && *set->command == NULL && i < argc)
		*set->command = argv[i++];
	if (set->operands == NULL && i < argc && !opt_is_help(set))
		return err_set(e, ZX_USAGE, "%s: unexpected operand; %s takes options only "
		    "(%s -h)", argv[i], set->program, set->program);
	return i;
}
