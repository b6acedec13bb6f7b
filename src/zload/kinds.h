#pragma once

#include "work/kind.h"

/* The requests of each kind of effect (qtest-api.md 2). */
extern const struct kind kinds[KIND_COUNT];
