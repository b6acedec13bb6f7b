#pragma once

#include <stdint.h>

#include "base/err.h"

/*
 * Options as a table.  Its rows serve the parser, -h, --options and the tests that
 * compare the manual with them.  Each option has an environment variable.  The first of
 * these that gives a value wins: command line, environment, the file of --config with the
 * same names, the default.
 */
enum opt_type {
	OPT_FLAG,	/* int *: set to 1, or by a variable to 0 */
	OPT_COUNT,	/* int *: 1 more each time it is given */
	OPT_STR,	/* const char **: valid for good */
	OPT_NUM,	/* int64_t *: not negative, suffixes k and M */
	OPT_TIME,	/* int64_t * in ms: 90, 90s, 5m, 2h, 250ms */
	OPT_CHOICE,	/* const char **: one of the words in arg, "a|b|c" */
	OPT_LIST	/* struct opt_list *: one element more each time */
};

struct opt_list {
	const char	**v;
	int		  n;
};

struct opt {
	char		 letter;	/* 0: no short option */
	const char	*name;		/* the long option, without dashes */
	const char	*arg;		/* name of the argument; NULL: takes none */
	const char	*help;		/* one line, lower case, no full stop */
	enum opt_type	 type;
	void		*var;		/* set as type says; holds the default before */
	const char	*env;		/* its variable; NULL: ZTOQ_NAME; "": none */
	char		 from;		/* set by opt_parse: command line 'c',
					   environment 'e', file 'f', default 0 */
};

struct opt_set {
	const char	*program;	/* its name */
	const char	*operands;	/* behind the options in the synopsis, or NULL: none */
	const char	**command;	/* set by opt_parse: the first operand, which may
					   precede the options, or NULL; NULL: no commands */
	const char	*what;		/* one line: what the program does */
	struct opt	*tables[4];	/* each ends with a row whose name is NULL */
	int		 listed;	/* set by opt_parse: --options was given */
	const char *const *known;	/* the keys that a --config file may have, the
					   last one NULL; NULL: all */
};

/*
 * Parse the command line, up to "--" or the first operand, then what the environment and
 * the file of --config set.  Neither of these is read after --help, --version or
 * --options; the caller acts on the three.  In both an empty value is ignored, a flag takes
 * 1 yes true on or 0 no false off, and commas separate the elements of a list.
 * Returns the index of the first operand (behind the command), or -1 with e set: ZX_USAGE
 * for the command line, an operand without set.operands included, ZX_NOINPUT and ZX_CONFIG
 * as config_load, ZX_CONFIG for a bad value elsewhere.
 */
int	 opt_parse(struct opt_set *set, int argc, char **argv, struct err *e);
/* Print the text of -h to stdout: the synopsis and the options, sorted by name. */
void	 opt_help(const struct opt_set *set);
/*
 * Print the text of --options to stdout, one option per line: letter, name, argument and
 * variable, separated by tabs, with "-" for none.
 */
void	 opt_list(const struct opt_set *set);
/* Print the text of -V to stdout: "zextract 0.1.0". */
void	 opt_version(const struct opt_set *set);
/*
 * Return the value of the setting name, which is no option, from the environment or else
 * the file of --config; NULL if neither has it.  Valid for good.
 */
const char *opt_value(const char *name);
/* Return the path of the --config file if it sets name, the environment does not, and
   other users can read it; else NULL. */
const char *opt_exposed(const char *name);
/*
 * Return the source of the setting name (a variable): "command line", "environment" or the
 * path of the --config file; NULL if it has no value.  Sets *value to the value, or to
 * NULL for an option of the command line that is not text.  set has been parsed.
 */
const char *opt_source(const struct opt_set *set, const char *name,
	    const char **value);
/* Return 1 if word is one of those in list, which the characters of sep separate, else 0. */
int	 opt_is_listed(const char *list, const char *sep, const char *word);
/* Parse s as OPT_NUM does.  Returns 0, or -1 for other text. */
int	 opt_num(const char *s, int64_t *out);
