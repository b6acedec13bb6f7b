#pragma once

#include "base/set.h"
#include "plan/plan_effect.h"

struct session;

/* The effects of a plan by kind and verb. */
struct plan_total {
	int64_t		 n[KIND_COUNT][PLAN_VERBS];
	int64_t		 requests;
	int64_t		 inline_left;	/* bytes of files that the object created last takes */
	struct set	 groups;	/* of links that go in one request; the caller frees it */
	int64_t		 waited_ms, asked;	/* the time that .asked requests took, in turn */
};

/* Count an effect that is decided.  A file that goes in the request that creates its object
   gets .requests 0 and says so. */
void	 plan_total_add(struct plan_total *, const struct session *, struct plan_effect *);
/* Append the summary as a line of JSON, or as text for people. */
void	 plan_total_json(const struct plan_total *, const struct session *, struct buf *);
void	 plan_total_text(const struct plan_total *, const struct session *, struct buf *);
/* Log the number of changes, requests and the time that they take. */
void	 plan_total_log(const struct plan_total *, const struct session *);
/* Warn if effects are in conflict. */
void	 plan_total_warn(const struct plan_total *);
