#pragma once

#include <stddef.h>

/*
 * Files that lib/base/embed.sh puts into the programs at build time.  Each list is
 * sorted by name and ends with an element whose name is NULL.
 */
struct asset {
	const char	*name;		/* without directories: "test_cases.jq" */
	const char	*text;		/* the content, and a NUL behind it */
	size_t		 len;		/* bytes of text, without the NUL */
};

extern const struct asset asset_schema[];	/* lib/domain/schema/ */
extern const struct asset asset_map[];		/* src/ztransform/map/ */
extern const struct asset asset_prepared[];	/* the result of prepare.jq; may be empty */
extern const struct asset asset_rules[];	/* src/zvalidate/rules/ */
extern const struct asset asset_templates[];	/* src/zreport/templates/ */
