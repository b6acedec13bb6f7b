#pragma once

struct err;
struct json;
struct plan_effect;
struct work;

/* Check an effect, which is decided anew, against its line of the plan that is applied: source,
   ledger and qTest are as they were, or the effect is done or under way.  0, or -1 with ZX_CONFIG
   if something has changed.  *missing is set (ZX_DATA), unless it is set already, if an effect
   among the needs (plan_needs()) is neither in the plan nor done. */
int	 plan_check_effect(struct work *, const struct plan_effect *,
	    const struct json *needs, struct err *missing, struct err *);
/* Check that each line of the plan was found.  0, or -1 with ZX_DATA. */
int	 plan_check_unknown(struct work *, struct err *);
