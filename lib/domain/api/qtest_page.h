#pragma once

#include <stdint.h>

#include "base/buf.h"

/*
 * Addresses of objects as people open them in qTest: "https://HOST/p/12/portal/project#tab=
 * testdesign&object=1&id=7".  The API shows them as web_url of some kinds of objects only.
 */

/* Append what the addresses of all objects of a project begin with. */
void	 qtest_page_base(struct buf *, const char *base_url, int64_t project);
/* Append the address of a file, whose upload had this path; base is what the addresses of
   objects begin with.  1, or 0 for a file without a known address. */
int	 qtest_page_file(struct buf *, const char *base, const char *path, int64_t id);
/* True if a text, in which "&" may be a reference, contains an address. */
int	 qtest_page_in(const char *text, const char *address);
/* Append the address of an object to buf, after base; 1, or 0 for a kind without pages. */
int	 qtest_page(struct buf *, const char *base, const char *kind, int64_t id);
