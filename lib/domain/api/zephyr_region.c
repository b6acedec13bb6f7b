#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#include "domain/api/zephyr.h"

const char zephyr_us[] = "https://api.zephyrscale.smartbear.com/v2";

static const char *const regions[] = {
	zephyr_us,
	"https://eu.api.zephyrscale.smartbear.com/v2",
	"https://au.api.zephyrscale.smartbear.com/v2",
	"https://de.api.zephyrscale.smartbear.com/v2",
};

/* Hosts of the vendor outside the list are refused; any other host is accepted. */
int
zephyr_region(char **base, struct err *e)
{
	static const char domain[] = "zephyrscale.smartbear.com";
	size_t i, n;

	for (i = 0; i < sizeof(regions) / sizeof(*regions); i++) {
		n = strlen(regions[i]);
		if (strcmp(*base, regions[i]) == 0)
			return 0;
		if (strncmp(*base, regions[i], n - 3) == 0 &&
		    (*base)[n - 3] == '\0') {
			free(*base);
			*base = mem_dup(regions[i]);
			return 0;
		}
	}
	if (strstr(*base, domain) == NULL)
		return 0;
	return err_set(e, ZX_CONFIG, "%s is not an address of Zephyr Scale; use %s, or the same "
	    "with eu., au. or de. in front of api.", *base,
	    regions[0]);
}
