#include <string.h>
#include <strings.h>

#include "domain/field.h"

int
field_value(const struct field *f, const char *label, int64_t *id)
{
	struct json one;
	const char *s;
	int i, n = json_len(&f->values, ""), found = 0;

	for (i = 0; i < n && !found; i++) {
		one = json_at(&f->values, i);
		s = json_str(&one, "label");
		if (s != NULL && strcasecmp(s, label) == 0 &&
		    json_bool(&one, "is_active", 1)) {
			*id = json_int(&one, "value", 0);
			found = 1;
		}
		json_free(&one);
	}
	return found;
}

const char *
field_label(const struct field *f, int64_t id)
{
	struct json one;
	const char *s = NULL;
	int i, n = json_len(&f->values, "");

	for (i = 0; i < n && s == NULL; i++) {
		one = json_at(&f->values, i);
		if (json_int(&one, "value", INT64_MIN) == id)
			s = json_str(&one, "label");
		json_free(&one);	/* s stays valid: f->values refers to the same text */
	}
	return s;
}

int
field_type(const char *word)
{
	static const struct { const char *word; int type; } types[] = {
		{ "text", FIELD_TEXT }, { "area", FIELD_AREA },
		{ "textarea", FIELD_AREA }, { "combo", FIELD_COMBO },
		{ "choice", FIELD_COMBO },
		{ "date", FIELD_DATE }, { "user", FIELD_USER },
		{ "rich", FIELD_RICH }, { "number", FIELD_NUMBER },
		{ "check", FIELD_CHECK }, { "checkbox", FIELD_CHECK },
		{ "datetime", FIELD_TIME }, { "url", FIELD_URL },
		{ "multi", FIELD_MULTI }, { "multicombo", FIELD_MULTI },
	};
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (strcmp(types[i].word, word) == 0)
			return types[i].type;
	return 0;
}
