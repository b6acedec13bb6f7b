#ifndef ZEXTRACT_WORDS_H
#define ZEXTRACT_WORDS_H

#include <stdint.h>

/* What is left of two texts when nobody looks at their markup: 64 bits.  Each
   may be NULL. */
uint64_t text_fingerprint(const char *description, const char *expected);

#endif
