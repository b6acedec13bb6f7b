#pragma once

#include "base/buf.h"
#include "domain/ledger/ledger.h"
#include "io/json/json.h"

/*
 * Images of texts that became files in qTest, and the change of the texts to their addresses.
 * The effect of such a file names its images in src, as html_image_name() does.
 */

enum image_found {
	IMAGE_NONE,		/* the file failed, or its address is not known */
	IMAGE_LATER,		/* its effect is not done yet */
	IMAGE_UNNAMED,		/* it is in qTest, but the reply did not name its id */
	IMAGE_KNOWN
};

struct image_file {
	struct buf	 address;	/* in qTest, if it is known */
	struct json	 src;		/* the names of its images */
};

/* Find the file with the key of its effect, which a map made; pages is what the addresses of
   objects begin with (qtest_page.h).  An enum image_found and *out, which the caller frees,
   or -1. */
int	 image_file_find(struct ledger *, const char *map, const char *pages, const char *key,
	    struct image_file *out, struct err *);
void	 image_file_free(struct image_file *);
/* Add the names of all images of the row of a relink to *out, each with the address of its
   file, null unless that is known.  0, -1. */
int	 image_files_read(struct ledger *, const char *map, const char *pages, const char *row,
	    struct json *out, struct err *);
/* Append a text to out with the addresses of its images, whose names are members of
   address.  Return 1, or 0 when no image has an address. */
int	 image_file_put(const struct json *address, const char *html, size_t len,
	    struct buf *out);
