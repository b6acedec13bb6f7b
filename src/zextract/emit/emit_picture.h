#pragma once

struct emit;
struct err;

/* Put member "pictures": the stored images of the texts of the owner key, one entry for
   equal bytes, with each src that shows them (html_image_name).  0, -1. */
int	 emit_pictures(struct emit *, const char *key, struct err *);
