#ifndef ZLOAD_KINDS_H
#define ZLOAD_KINDS_H

#include "work/kind.h"

/* What zload does with each kind of effect. */
extern const struct kind kinds[KIND_COUNT];

#endif
