#include <ctype.h>
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

/* The word for the objects that may have files, by the path of the upload. */
static const struct {
	const char	*path, *word;
} owners[] = {
	{ "/test-cases/", "testcase" }, { "/test-logs/", "testlog" }, { "/releases/", "release" }
};

int
qtest_page_file(struct buf *out, const char *base, const char *path, int64_t id)
{
	const char *end = strstr(base, "/project#tab=");
	size_t i;

	for (i = 0; end != NULL && i < sizeof(owners) / sizeof(owners[0]); i++)
		if (strncmp(owners[i].path, path, strlen(owners[i].path)) == 0) {
			buf_printf(out, "%.*s/attachment/%s/attachmentId/%" PRId64,
			    (int)(end - base), base, owners[i].word, id);
			return 1;
		}
	return 0;
}

int
qtest_page_in(const char *text, const char *address)
{
	const char *p, *q, *at = text;

	for (; (at = strchr(at, address[0])) != NULL; at++) {
		for (p = at, q = address; *q != '\0' && *p == *q; q++)
			p += strncmp(p, "&amp;", 5) == 0 ? 5 : 1;
		if (*q == '\0' && !isdigit((unsigned char)*p))
			return 1;
	}
	return 0;
}
