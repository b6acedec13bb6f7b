#pragma once

#include "domain/ledger/effect.h"

struct buf;
struct json;
struct plan_effect;
struct session;

/* The words of a line of a plan (zload(1)). */
extern const char *const plan_verb_names[];
extern const char *const plan_conflict_names[];

/* Append the line of an effect that is decided.  needs: of plan_needs(). */
void	 plan_line_write(const struct session *, const struct plan_effect *,
	    const struct json *needs, struct buf *);
