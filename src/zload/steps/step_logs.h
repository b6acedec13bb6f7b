#ifndef ZLOAD_STEP_LOGS_H
#define ZLOAD_STEP_LOGS_H

#include "load.h"
#include "steps/step_results.h"
#include "work/task.h"

/*
 * The step logs of a test log.  Between step_*.c only.
 *
 * A place is what one step log stands for: a step of the version that ran, or,
 * below a step that calls, a step of the called case at any depth.  qTest takes
 * a step log for every place, in order, or none.
 */
enum { STEP_TEXT = 17, VIA_OWN = -1 };

struct step_place {
	int64_t		 id;		/* of the step */
	int64_t		 n;		/* which step of the version: it, or its caller */
	int64_t		 by;		/* called: id of that caller */
	int64_t		 called, m;	/* called: step m of this case */
	int64_t		 via, k;	/* step k of case via calls; 0: qTest does not say */
	char		 text[STEP_TEXT];
	int		 taken;
};

/* A result of the record and where it belongs. */
struct step_result {
	struct json	 row;		/* its symbolic step log */
	const char	*of;		/* case that has the step, in row */
	int64_t		 no;		/* number of the step there */
	int64_t		 n, m;		/* for people */
	int64_t		 called, via, k;	/* as in a place */
	int64_t		 status;	/* 0: qTest has none of that name */
	struct step_place *place;	/* NULL: none for certain */
	int		 held;		/* by a step log; else it becomes text */
};

struct step_results {
	struct step_result *v;
	int		 n;
	struct step_place *place;
	int		 nplace;	/* -1: the places are not known */
	int64_t		 version;	/* whose places */
	int		 texts;		/* how many became text */
	char		 why[200];	/* the first reason */
};

/* step_ids.c: a digest of the words of a step, the names of parameters left out. */
void	 step_text(char out[STEP_TEXT], const char *description,
	    const char *expected);
/* The places in what steps_known() gave: how many, -1 when qTest does not list the
   steps of some called case.  The caller frees *out. */
int	 step_places(const struct json *detail, struct step_place **out);

/* step_results.c */
/* Why a result has no place; the first reason is kept. */
void	 step_unplaced(struct step_results *, const char *fmt, ...)
    __attribute__((format(printf, 2, 3)));
/* The step that a result is about, as Zephyr's script has it now (zeroed: the
   database does not hold it). */
int	 step_of_result(struct task *, const struct step_result *,
	    struct json *step, struct err *);
/* Set status and actual result in a step log; a NULL result clears them.  1, or 0 if
   qTest has no status for a step without a result. */
int	 step_log_put(struct task *, struct json *log, const struct step_result *);

/* step_note.c: results without a place as a table in the note of t->body. */
int	 step_note(struct task *, struct err *);

#endif
