#pragma once

#include "io/json/json.h"

struct plan_effect;

/* Return the array of the effects "KIND/KEY" that an effect needs, with the fields that qTest
   does not have if with_fields is set. */
struct json plan_needs(const struct plan_effect *, int with_fields);
