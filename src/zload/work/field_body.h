#ifndef ZLOAD_FIELD_BODY_H
#define ZLOAD_FIELD_BODY_H

#include "io/json/json.h"

struct load;

/* Find the map's field by artifact and label.  1 and *out (the caller frees it), 0 when
   the map names none. */
int	 field_spec_find(struct load *, const char *artifact, const char *label,
	    struct json *out);
/* Make the body that creates the field with the key "ARTIFACT/LABEL".  1 and *out
   (the caller frees it), 0 when the map does not name the field. */
int	 field_body(struct load *, const char *ekey, struct json *out);

#endif
