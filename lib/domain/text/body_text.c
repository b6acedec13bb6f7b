#include <string.h>

#include "domain/text/body_text.h"

/* The members that are HTML in all objects that have them. */
static const char *const members[] = { "actual_result", "description", "expected", "note",
    "precondition", NULL };

static int	 body_text_walk(const struct json *, const struct body_texts *, struct json *);

static int
body_text_is_html(const char *name)
{
	const char *const *m;

	for (m = members; *m != NULL; m++)
		if (strcmp(*m, name) == 0)
			return 1;
	return 0;
}

/* Change one text: 1 and *out, 0. */
static int
body_text_one(const struct json *v, const struct body_texts *how, struct json *out)
{
	struct buf b = { 0 };
	size_t len;
	const char *s = json_strn(v, "", &len);
	int changed = s != NULL && how->change(how->arg, s, len, &b);

	if (changed)
		*out = json_stringn(b.s, b.len);
	buf_free(&b);
	return changed;
}

static int
body_text_array(const struct json *in, const struct body_texts *how, struct json *out)
{
	struct json list = json_array(), one = { 0 }, to;
	int i = 0, changed = 0, rc;

	while (json_each(in, &i, &one)) {
		changed |= rc = body_text_walk(&one, how, &to);
		json_push(&list, rc ? to : json_copy(&one));
	}
	if (changed)
		*out = list;
	else
		json_free(&list);
	return changed;
}

static int
body_text_object(const struct json *in, const struct body_texts *how, struct json *out)
{
	struct json copy = json_copy(in), one, to;
	struct json_iter it;
	const char *name;
	int changed = 0, rc, property = json_type(in, "field_id") != JSON_NONE ||
	    json_str(in, "$field") != NULL;

	json_iter(&it, in);
	while (json_next(&it, in, &name, &one)) {
		if (json_type(&one, "") != JSON_STR)
			rc = body_text_walk(&one, how, &to);
		else if (property)
			rc = (strcmp(name, "value") == 0 || strcmp(name, "field_value") == 0) &&
			    how->is_rich(how->arg, in) && body_text_one(&one, how, &to);
		else
			rc = body_text_is_html(name) && body_text_one(&one, how, &to);
		if (rc)
			json_set(&copy, name, to);
		changed |= rc;
		json_free(&one);
	}
	if (changed)
		*out = copy;
	else
		json_free(&copy);
	return changed;
}

/* As body_texts(), for a value of any type but a text. */
static int
body_text_walk(const struct json *in, const struct body_texts *how, struct json *out)
{
	switch (json_type(in, "")) {
	case JSON_OBJ:
		return body_text_object(in, how, out);
	case JSON_ARR:
		return body_text_array(in, how, out);
	default:
		return 0;
	}
}

int
body_texts(const struct json *body, const struct body_texts *how, struct json *out)
{
	return body_text_walk(body, how, out);
}
