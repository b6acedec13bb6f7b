#pragma once

#include <stdint.h>

#include "io/json/json.h"

/* A field of an artifact, as the settings of a qTest project describe it. */
struct field {
	char		*artifact, *label;
	int64_t		 id;
	int		 type;		/* data_type; see below */
	int		 multiple, required, active, system;
	int		 has_default;	/* qTest sets a value when a create has none */
	struct json	 values;	/* allowed_values: [{value, label, ...}] */
};

enum {	/* data_type */
	FIELD_TEXT = 1, FIELD_AREA = 2, FIELD_COMBO = 3, FIELD_DATE = 4,
	FIELD_USER = 5, FIELD_RICH = 6, FIELD_NUMBER = 7, FIELD_CHECK = 8,
	FIELD_TIME = 9, FIELD_URL = 12, FIELD_MULTI = 17
};

/* Find an active allowed value by its label, ignoring case: 1 and *id, or 0. */
int	 field_value(const struct field *, const char *label, int64_t *id);
/* Return the label of a value id, which the field owns; NULL if there is none. */
const char *field_label(const struct field *, int64_t id);
/* Return the data_type of a word in a map ("text", "combo" ...), 0 if it is unknown. */
int	 field_type(const char *word);
