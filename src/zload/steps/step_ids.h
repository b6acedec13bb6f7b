#pragma once

#include "io/json/json.h"

/*
 * A place is the step that one step log is about: a step of the version that ran, or, below
 * a step that calls a case, a step of the called case at any depth.  qTest accepts a step log
 * for every place, in order, or none.
 */
enum { STEP_TEXT = 17, VIA_OWN = -1 };

struct step_place {
	int64_t		 id;		/* of the step */
	int64_t		 n;		/* number in the version of the step or its caller */
	int64_t		 by;		/* of a called step: id of that caller */
	int64_t		 called, m;	/* of a called step: it is step m of this case */
	int64_t		 via, k;	/* step k of case via calls it; 0: qTest does not name it */
	char		 text[STEP_TEXT];
	int		 is_used;	/* a result has this place */
};

/* Return the step ids of a list of steps in qTest as text for the ledger, which the caller
   frees.  expanded: the list has the steps of called cases, too. */
char	*steps_detail(const struct json *steps, int expanded);
/* List the places of a version by the text of steps_detail().  Return their number, -1 when
   qTest does not list the steps of some called case.  The caller frees *out. */
int	 step_places(const struct json *detail, struct step_place **out);
/* Write a digest of the words of a step, without the names of parameters. */
void	 step_text(char out[STEP_TEXT], const char *description, const char *expected);
/* Return the id of step n of a version by the text of steps_detail(), 0 when it has none. */
int64_t	 step_id(const struct json *detail, int64_t n);
