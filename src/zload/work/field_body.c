#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "domain/fields.h"
#include "work/field_body.h"

int
field_spec_find(const struct json *specs, const char *artifact, const char *label, struct json *out)
{
	struct json one = { 0 };
	int i = 0;

	while (json_each(specs, &i, &one))
		if (json_str(&one, "artifact") != NULL &&
		    json_str(&one, "label") != NULL &&
		    strcmp(json_str(&one, "artifact"), artifact) == 0 &&
		    strcasecmp(json_str(&one, "label"), label) == 0) {
			*out = one;
			return 1;
		}
	return 0;
}

/* Return the allowed values of a new field, as qTest expects them. */
static struct json
field_allowed(const struct json *spec)
{
	struct json list = json_member(spec, "values"), out = json_array(), one = { 0 }, v;
	int i = 0;

	while (json_each(&list, &i, &one)) {
		v = json_object();
		json_set_str(&v, "label", json_str(&one, ""));
		json_set_int(&v, "order", i);
		json_set(&v, "is_active", json_bool_new(1));
		json_push(&out, v);
	}
	json_free(&list);
	return out;
}

int
field_body(const struct json *specs, const char *ekey, struct json *out)
{
	const char *label = ekey + strcspn(ekey, "/") + 1;
	char *artifact = mem_dupn(ekey, strcspn(ekey, "/"));
	struct json spec = { 0 }, values;
	int type, found = field_spec_find(specs, artifact, label, &spec);

	free(artifact);
	if (!found)
		return 0;
	type = json_str(&spec, "type") != NULL ?
	    field_type(json_str(&spec, "type")) : FIELD_TEXT;
	*out = json_object();
	json_set_str(out, "label", label);
	json_set_int(out, "data_type", type != 0 ? type : FIELD_TEXT);
	json_set(out, "required", json_bool_new(0));
	json_set(out, "is_active", json_bool_new(1));
	json_set(out, "searchable", json_bool_new(1));
	if (type == FIELD_MULTI || type == FIELD_CHECK)
		json_set(out, "multiple", json_bool_new(1));
	values = field_allowed(&spec);
	if (json_len(&values, "") > 0)
		json_set(out, "allowed_values", values);
	else
		json_free(&values);
	json_free(&spec);
	return 1;
}
