#pragma once

struct err;
struct plan_effect;

/* Effects that are decided by what qTest holds. */

/* Request the object of an effect that is PLAN_NEW.  0, -1. */
int	 plan_effect_read(struct plan_effect *, struct err *);
/* Decide an effect that is PLAN_SEEKING if the container is listed or needs no list.  0, -1. */
int	 plan_effect_seek(struct plan_effect *, struct err *);
/* Decide an effect that is PLAN_READING if the answer is there.  0, -1. */
int	 plan_effect_decide(struct plan_effect *, struct err *);
