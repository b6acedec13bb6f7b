#ifndef BASE_OPT_H
#define BASE_OPT_H

#include <stdint.h>

#include "base/err.h"

/*
 * Options are a table: the same rows parse, print -h and are compared with
 * the manual by a test.  Each long option has an environment twin, ZTOQ_NAME
 * unless env says another; precedence: command line, environment, --config
 * FILE (KEY=value lines, same names), default.
 */
enum opt_type {
	OPT_FLAG,	/* int *: set to 1 */
	OPT_COUNT,	/* int *: one more each time */
	OPT_STR,	/* const char **: borrowed from argv or kept for good */
	OPT_NUM,	/* int64_t *: >= 0, suffixes k and M */
	OPT_TIME,	/* int64_t * in ms: 90, 90s, 5m, 2h, 250ms */
	OPT_CHOICE,	/* const char **: one of the words in arg, "a|b|c" */
	OPT_LIST	/* struct opt_list *: may be given several times */
};

struct opt_list {
	const char	**v;
	int		  n;
};

struct opt {
	char		 letter;	/* 0: none */
	const char	*name;		/* long name without dashes */
	const char	*arg;		/* NULL: takes none */
	const char	*help;		/* a line, lower case, no full stop */
	enum opt_type	 type;
	void		*var;
	const char	*env;		/* NULL: ZTOQ_NAME; "": no twin */
	char		 from;		/* filled: 'c' 'e' 'f' or 0 default */
};

struct opt_set {
	const char	*program;
	const char	*operands;	/* for the synopsis, or NULL */
	const char	*what;		/* one line: what it does */
	struct opt	*tables[4];	/* each ends with a row of name NULL */
	int		 listed;	/* filled: --options was given */
	const char *const *known;	/* keys of a --config file, ends with
					   NULL; NULL: any key is accepted */
};

/*
 * Parse; options end at "--" or the first operand.  Returns the index of the
 * first operand, or -1 (ZX_USAGE; ZX_NOINPUT for an unreadable --config;
 * ZX_CONFIG for a bad value in the environment or in that file).
 * --help and --version are rows like any other: the caller acts on them, as on
 * --options, which every program takes: it sets listed.
 * In the environment an empty value counts as none, a flag takes 1 yes true on
 * or 0 no false off, a list is separated by commas.
 */
int	 opt_parse(struct opt_set *, int argc, char **argv, struct err *);
/* -h: the synopsis and a line an option, sorted, on stdout. */
void	 opt_help(const struct opt_set *);
/*
 * --options: a line an option on stdout for programs to read.  Letter, name,
 * argument and environment twin are separated by tabs, "-" stands for none.
 */
void	 opt_list(const struct opt_set *);
/* -V: "zextract 0.1.0" on stdout. */
void	 opt_version(const struct opt_set *);
/*
 * NAME as the environment or else the file of --config has it, for what is
 * never an option (secrets); NULL when neither does.  Kept for good.
 */
const char *opt_value(const char *name);
/*
 * The path of the --config file when NAME comes from it and other users can
 * read it, else NULL.
 */
const char *opt_exposed(const char *name);
/*
 * Return where the value of the setting NAME (an environment twin) comes from,
 * "command line", "environment" or the path of the --config file, and point
 * *value at it; NULL when it is not given.  set has been parsed; an option that
 * is no text tells only where it comes from (*value is NULL).
 */
const char *opt_source(const struct opt_set *set, const char *name,
	    const char **value);
/* One number or duration as OPT_NUM and OPT_TIME read it; -1: it is none. */
int	 opt_num(const char *, int64_t *);
int	 opt_time(const char *, int64_t *ms);

#endif
