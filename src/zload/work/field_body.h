#pragma once

#include "io/json/json.h"

/* Find a field among specs (z.fields of META) by artifact and label.  1 and *out (the caller
   frees it), 0 when the map names none. */
int	 field_spec_find(const struct json *specs, const char *artifact, const char *label,
	    struct json *out);
/* Make the body that creates the field with the key "ARTIFACT/LABEL".  1 and *out
   (the caller frees it), 0 when the map does not name the field. */
int	 field_body(const struct json *specs, const char *ekey, struct json *out);
