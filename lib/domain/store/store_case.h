#pragma once

#include "domain/store/store.h"

/* Test cases: their rows, scripts, stubs and calls. */

/* route is the end of the URL that the script is read from, "" if it is unknown. */
int	 store_case(struct store *, const struct store_row *,
	    const char *route, struct err *);
/* A step of a script. */
struct store_step {
	int64_t		 n, id;		/* id 0: none */
	const char	*called, *description, *data, *expected;
};
enum { STORE_STEPS = 8 };	/* at most in one call of store_steps */

int	 store_steps_clear(struct store *, const char *case_key, struct err *);
int	 store_steps(struct store *, const char *case_key,
	    const struct store_step *, int n, struct err *);
/* Store the first pages of a script of many pages, the array of steps so far. */
int	 store_script_part(struct store *, const char *case_key,
	    const char *text, size_t, struct err *);
/* Store a whole script; calls is the number of its steps that call another case. */
int	 store_script(struct store *, const char *case_key, const char *kind,
	    const char *text, size_t, int64_t calls, struct err *);
/* Have the script of a case read again unless this pass has read it. */
int	 store_case_reread(struct store *, const char *key, struct err *);
/* Have the scripts of all listed cases read again. */
int	 store_cases_reread(struct store *, struct err *);
/* Record that no text of a case contains an image. */
int	 store_case_no_images(struct store *, const char *key, struct err *);

/*
 * Insert stubs for cases that executions refer to and the list did not contain.  A case
 * that an earlier pass has read stays as it is, with state gone.  project_ref is
 * {"id":...,"key":...}.  The caller has stored both lists whole.
 */
int	 store_stubs(struct store *, const char *project_ref, struct err *);
/* Record that Zephyr was asked for a stub, and change nothing else. */
int	 store_stub_asked(struct store *, const char *key, struct err *);
/* Replace name and head of a stub by those in Zephyr's answer. */
int	 store_stub(struct store *, const char *key, const char *name,
	    const char *head, size_t, struct err *);
/* Set the state of cases that this pass has not seen to gone; return how many, or -1. */
int64_t	 store_gone(struct store *, struct err *);

/*
 * The depth of calls between cases (call_depth.c).  _keep: keep cases that are called
 * by a case of this pass and were read by an earlier one, state gone; return how many.
 * _reset: depth 0 for cases without calls, none yet for the others.
 * _set: give depth to the cases whose called cases all have less; return how many.
 * _cut: leave a call out of these rules.
 */
int64_t	 store_called_keep(struct store *, struct err *);
int	 store_depths_reset(struct store *, struct err *);
int64_t	 store_depth_set(struct store *, int64_t depth, struct err *);
int	 store_call_cut(struct store *, const char *caller, const char *called,
	    struct err *);
