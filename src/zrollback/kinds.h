#pragma once

#include "domain/api/qtest_marker.h"
#include "domain/ledger/effect.h"

/* Objects that zload does not create, but that may lie inside those it created. */
enum { OBJECT_BUILD = KIND_COUNT, OBJECT_REQUIREMENT, OBJECT_KINDS };

enum { RANK_PART = 1 };			/* of files and links */

/* What a kind of object means for a rollback. */
struct rollback_kind {
	const char	*name;
	const char	*phase;		/* value of --phase; NULL: zload does not create it */
	const char	*path;		/* of the collection */
	int		 rank;		/* place in the order of deletion; 0: it goes with another
					   object; RANK_PART: with it, or alone */
	const char	*artifact;	/* whose field has the marker */
	enum marker_place marker;
};

/* Return the row of a kind, which is an enum effect_kind or an OBJECT_*. */
const struct rollback_kind *rollback_kind(int kind);
/* Return the kind with this name, 0 if there is none. */
int	 rollback_kind_find(const char *name);
/* Return 1 if objects of this kind inside a parent of that kind go with the parent. */
int	 rollback_kind_covers(int parent);
/* Return the path that deletes an object; of a field, ekey names the artifact.  is_full is
   set for a container that holds other objects.  The caller frees the path. */
char	*rollback_kind_path(int kind, int64_t id, const char *ekey, int is_full);
