#pragma once

#include "plan/plan_effect.h"

struct buf;
struct json;
struct session;

/* Append the line of an effect that is decided.  needs: of plan_needs(). */
void	 plan_line_write(const struct session *, const struct plan_effect *,
	    const struct json *needs, struct buf *);
