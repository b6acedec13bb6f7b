#pragma once

#include <stdint.h>

#include "base/err.h"

struct session;

/*
 * The lines of the plan that --apply carries out, in a private database: those that change
 * something.  Lines with verb skip, and conflicts without a choice, are left out.
 */
struct plan_lines;

/* A line, whose texts plan_line_known_free() frees. */
struct plan_line_known {
	int64_t		 n, id;		/* n: its number in the plan; id 0: none */
	char		*verb, *hash, *was, *choice, *changes;	/* NULL: none */
};

/* Open an empty table; the caller closes it.  0, -1. */
int	 plan_lines_open(struct plan_lines **, struct err *);
/* Free the table; NULL does nothing. */
void	 plan_lines_close(struct plan_lines *);
/* Read a plan for a target and a project (NULL: that of its first line) from standard input.
   0, or -1: ZX_DATA for a line that no plan has, ZX_CONFIG for another target. */
int	 plan_lines_read(struct plan_lines *, const char *project, const char *target,
	    struct err *);
/* Return how many lines the table has, the project of the plan, and the hash of its map. */
int64_t	 plan_lines_count(const struct plan_lines *);
const char *plan_lines_project(const struct plan_lines *);
const char *plan_lines_map(const struct plan_lines *);
/* Check if an effect is to be carried out: always, unless a plan is applied that does not have
   it.  The approval of a case goes with a choice for the case.  1, 0, -1. */
int	 plan_lines_has(const struct session *, const char *kind, const char *ekey, struct err *);
/* As plan_lines_has(), for an effect that is pending: a relink, which is in the plan, needs the
   update of its owner and the approval after it. */
int	 plan_lines_admits(const struct session *, const char *kind, const char *ekey,
	    struct err *);
/* Check if the plan that is applied has this value of on_conflict for an effect.  1, 0, -1. */
int	 plan_lines_chose(const struct session *, const char *kind, const char *ekey,
	    const char *choice, struct err *);
/* Check if the plan that is applied may restore objects: by the option, or by the choice of a
   line.  1, 0, -1. */
int	 plan_lines_restore(const struct session *, struct err *);
/* Return the choice of the plan that is applied for an effect, NULL without one (a struct
   session's .choice). */
const char *plan_lines_choice(const struct session *, const char *kind, const char *ekey);
/* Find the line of an effect, and note that it was found.  1 and *out, 0, -1. */
int	 plan_lines_find(struct plan_lines *, const char *kind, const char *ekey,
	    struct plan_line_known *out, struct err *);
void	 plan_line_known_free(struct plan_line_known *);
/* Find the first line that was not found yet.  1 and its number, kind and key,
   which the caller frees; 0, -1. */
int	 plan_lines_unknown(struct plan_lines *, int64_t *n, char **kind, char **ekey,
	    struct err *);
