#include <string.h>

#include "base/asset.h"

const struct asset *
asset_find(const struct asset *a, const char *name)
{
	for (; a->name != NULL; a++)
		if (strcmp(a->name, name) == 0)
			return a;
	return NULL;
}
