#pragma once

#include "domain/ledger/target.h"
#include "map.h"

/*
 * Make the effect of kind relink of an effect whose HTML texts mention other test objects of
 * the project: zload links them.  row is that of the effect, record its record.  1 and *out (the
 * caller frees it); 0 when the texts mention none, or the map turns it off.
 */
int	 mentions_effect(const struct map *, const char *project, const struct json *record,
	    const struct json *effect, const struct target *row, struct json *out);
