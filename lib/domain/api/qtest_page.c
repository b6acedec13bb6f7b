#include <inttypes.h>
#include <string.h>

#include "domain/api/qtest_page.h"

/* The page of each kind of object, by the examples of web_url in the vendor's schema. */
static const struct {
	const char	*kind, *tab;
	int		 object;
} pages[] = {
	{ "case", "testdesign", 1 }, { "release", "testplan", 8 }, { "cycle", "testexecution", 4 },
	{ "suite", "testexecution", 2 }, { "run", "testexecution", 3 }
};

void
qtest_page_base(struct buf *out, const char *base_url, int64_t project)
{
	buf_printf(out, "%s/p/%" PRId64 "/portal/project#tab=", base_url, project);
}

int
qtest_page(struct buf *out, const char *base, const char *kind, int64_t id)
{
	size_t i;

	for (i = 0; i < sizeof(pages) / sizeof(pages[0]); i++)
		if (strcmp(pages[i].kind, kind) == 0) {
			buf_printf(out, "%s%s&object=%d&id=%" PRId64, base, pages[i].tab,
			    pages[i].object, id);
			return 1;
		}
	return 0;
}
