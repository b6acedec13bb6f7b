#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/opt_impl.h"

enum { HELP_COLUMN = 30 };	/* where the help of an option begins */

static int
help_order(const void *a, const void *b)
{
	const struct opt *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static void
help_row(const struct opt *o)
{
	char left[120];
	int n;

	n = o->letter != 0 ? snprintf(left, sizeof(left), "  -%c, ", o->letter)
	    : snprintf(left, sizeof(left), "      ");
	n += snprintf(left + n, sizeof(left) - (size_t)n, "--%s%s%s", o->name,
	    o->arg != NULL ? " " : "", o->arg != NULL ? o->arg : "");
	printf("%-*s%s%s\n", HELP_COLUMN, left, n > HELP_COLUMN - 2 ? "  " : "",
	    o->help);
}

/* Call row for each option, in the order of their names. */
static void
help_rows(const struct opt_set *set, void (*row)(const struct opt *))
{
	const struct opt **rows = NULL, *o;
	int i, n;

	for (n = 0; (o = opt_row(set, n)) != NULL; n++) {
		rows = mem_grow(rows, (size_t)n + 1, sizeof(*rows));
		rows[n] = o;
	}
	if (n > 0)
		qsort(rows, (size_t)n, sizeof(*rows), help_order);
	for (i = 0; i < n; i++)
		row(rows[i]);
	free(rows);
}

void
opt_help(const struct opt_set *set)
{
	printf("usage: %s [options]%s%s\n%s\n\n", set->program,
	    set->operands != NULL ? " " : "",
	    set->operands != NULL ? set->operands : "", set->what);
	help_rows(set, help_row);
}

static void
help_list_row(const struct opt *o)
{
	char variable[80];

	opt_variable(o, variable, sizeof(variable));
	printf("%c\t%s\t%s\t%s\n", o->letter != 0 ? o->letter : '-', o->name,
	    o->arg != NULL ? o->arg : "-", *variable != '\0' ? variable : "-");
}

void
opt_list(const struct opt_set *set)
{
	help_rows(set, help_list_row);
}

void
opt_version(const struct opt_set *set)
{
	printf("%s %s\n", set->program, ZTOQ_VERSION);
}
