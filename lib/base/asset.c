#include <string.h>

#include "base/asset.h"

const struct asset *
asset_find(const struct asset *list, const char *name)
{
	for (; list->name != NULL; list++)
		if (strcmp(list->name, name) == 0)
			return list;
	return NULL;
}
