#ifndef BASE_ASSET_H
#define BASE_ASSET_H

#include <stddef.h>

/* Files embedded at build time, sorted by name; each list ends with NULL. */
struct asset {
	const char	*name;		/* "test_cases.jq" */
	const char	*text;		/* NUL-terminated */
	size_t		 len;
};

extern const struct asset asset_schema[];	/* lib/domain/schema/ */
extern const struct asset asset_map[];		/* src/ztransform/map/ */
extern const struct asset asset_rules[];	/* src/zvalidate/rules/ */
extern const struct asset asset_templates[];	/* src/zreport/templates/ */

/* By name; NULL when there is none. */
const struct asset *asset_find(const struct asset *, const char *name);

#endif
