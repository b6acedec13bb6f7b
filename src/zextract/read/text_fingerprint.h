#pragma once

#include <stdint.h>

/* Return a fingerprint of the words of two texts, without markup and blanks; each
   may be NULL. */
uint64_t text_fingerprint(const char *description, const char *expected);
