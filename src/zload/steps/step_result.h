#pragma once

#include "steps/step_ids.h"

struct err;
struct task;

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
	int		 placed;	/* those that have a place */
	struct step_place *place;
	int		 nplace;	/* -1: the places are not known */
	int64_t		 version;	/* that has these places; 0: not known */
	int		 texts;		/* results that go into the note */
	char		 why[200];	/* the first reason for that */
};

/* Note the reason why a result has no place, unless a reason is noted already. */
void	 step_unplaced(struct step_results *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* Read the step of a result from the current script in Zephyr into *step (the caller frees
   it), which is unset when the database does not have the step.  0, -1. */
int	 step_of_result(struct task *, const struct step_result *, struct json *step, struct err *);
/* Free results; NULL is ignored. */
void	 step_results_free(struct step_results *);
