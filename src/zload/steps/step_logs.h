#pragma once

#include "session.h"
#include "work/task.h"

/*
 * The step logs of a test log, for step_*.c alone.
 *
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

/* A step result of the record, and its place. */
struct step_result {
	struct json	 row;		/* its symbolic step log */
	const char	*of;		/* case that has the step, in row */
	int64_t		 no;		/* number of the step in that case */
	int64_t		 n, m;		/* number of the step in the table of the note */
	int64_t		 called, via, k;	/* as in a place */
	int64_t		 status;	/* 0: qTest has no status with its name */
	struct step_place *place;	/* NULL: no place is certain */
	int		 is_logged;	/* a step log has it; else it goes into the note */
};

struct step_results {
	struct step_result *v;
	int		 n;
	struct step_place *place;
	int		 nplace;	/* -1: the places are not known */
	int64_t		 version;	/* that has these places; 0: not known */
	int		 texts;		/* results that go into the note */
	char		 why[200];	/* the first reason for that */
};

/* step_ids.c */
/* Write a digest of the words of a step, without the names of parameters. */
void	 step_text(char out[STEP_TEXT], const char *description,
	    const char *expected);
/* List the places of a version by the text of steps_detail().  Return their number, -1 when
   qTest does not list the steps of some called case.  The caller frees *out. */
int	 step_places(const struct json *detail, struct step_place **out);

/* Free results; NULL is ignored. */
void	 step_results_free(struct step_results *);
/* Note the reason why a result has no place, unless a reason is noted already. */
void	 step_unplaced(struct step_results *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Read the step of a result from the current script in Zephyr into *step (the caller frees
   it), which is unset when the database does not have the step.  0, -1. */
int	 step_of_result(struct task *, const struct step_result *,
	    struct json *step, struct err *);

/* step_results.c */
/* Put status and actual result into a step log; a NULL result clears them.  1, or 0 when
   qTest has no status for a step without a result. */
int	 step_log_put(struct task *, struct json *log, const struct step_result *);

/* step_note.c */
/* Put the results that no step log has as a table into the note of the body.  0, -1. */
int	 step_note(struct task *, struct err *);
