#include <stdio.h>
#include <string.h>

#include "load.h"

/*
 * The marker says that an object is ours.  Each kind has one place for it
 * (enum kind_marker).  No other place is read: a log shows the properties of
 * its run, and a text may cite a marker.
 */

/* The value of a field among the properties of v. */
static int
property_marker(const struct field *f, const struct json *v, char *key, size_t n)
{
	struct json list = json_member(v, "properties"), one;
	const char *s;
	int i, found = 0;

	for (i = 0; i < json_len(&list, "") && !found; i++) {
		one = json_at(&list, i);
		s = json_str(&one, "field_value");
		if (json_int(&one, "field_id", 0) == f->id && s != NULL && *s != '\0')
			found = snprintf(key, n, "%s", s) > 0;
		json_free(&one);
	}
	json_free(&list);
	return found;
}

int
marker_of(struct load *l, const struct kind *k, const struct json *v, char *key,
    size_t n)
{
	const struct field *f;

	switch (k->marker) {
	case MARKER_FIELD:
		f = fields_find(l->fields, k->artifact, "Zephyr Key");
		if (f != NULL)
			return property_marker(f, v, key, n);
		/* FALLTHROUGH */
	case MARKER_DESCRIPTION:
		return qtest_marker(json_str(v, "description"), key, n);
	case MARKER_NOTE:
		return qtest_marker(json_str(v, "note"), key, n);
	case MARKER_NONE:
		break;
	}
	return 0;
}

/* Without a marker (the site allows us no field): name and case are all. */
static int
natural_fit(const struct json *sent, const struct json *item)
{
	const char *want = json_str(sent, "name"), *have = qtest_name(item);

	if (want == NULL)
		want = json_str(sent, "label"), have = json_str(item, "label");
	if (want == NULL || have == NULL || strcmp(want, have) != 0)
		return 0;
	return json_int(sent, "test_case.id", 0) == json_int(item, "test_case.id",
	    json_int(item, "testCaseId", 0));
}

int
marker_fits(struct load *l, const struct kind *k, const struct json *sent,
    const struct json *item, int *natural)
{
	char ours[256], theirs[256];

	*natural = 0;
	if (!marker_of(l, k, sent, ours, sizeof(ours))) {
		*natural = 1;
		return natural_fit(sent, item);
	}
	return marker_of(l, k, item, theirs, sizeof(theirs)) &&
	    strcmp(ours, theirs) == 0;
}
