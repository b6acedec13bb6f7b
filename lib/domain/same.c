#include <string.h>

#include "base/time.h"
#include "domain/api/qtest_marker.h"
#include "domain/html.h"
#include "domain/same.h"

/*
 * Texts are equal when their words and the targets of their links are, dates when they mean
 * the same time, properties when their fields have equal values.  Members that the server
 * sets itself (order) or shows in another form (attachments) are not compared.
 */

static int	same_value(const struct json *, const struct json *);

/* True if two HTML texts have the same links and images in the same order. */
static int
same_urls(const char *a, const char *b)
{
	struct buf x = { 0 }, y = { 0 };
	size_t p = 0, q = 0;
	int more, same;

	do {
		more = html_url(a, &p, &x);
		same = html_url(b, &q, &y) == more &&
		    (!more || strcmp(buf_str(&x), buf_str(&y)) == 0);
	} while (more && same);
	buf_free(&x);
	buf_free(&y);
	return same;
}

static int
same_text(const char *a, size_t alen, const char *b, size_t blen)
{
	struct buf x = { 0 }, y = { 0 };
	int64_t p, q;
	int same;

	if (time_parse(a, &p) == 0 && time_parse(b, &q) == 0)
		return p == q;
	html_text(&x, a, alen);
	html_text(&y, b, blen);
	qtest_marker_plain(&x);
	qtest_marker_plain(&y);
	same = strcmp(buf_str(&x), buf_str(&y)) == 0 && same_urls(a, b);
	buf_free(&x);
	buf_free(&y);
	return same;
}

/* Return the ids of a value "[12]" or "12", of *len bytes: qTest shows a single id in either
   form. */
static const char *
same_value_bare(const char *s, size_t *len)
{
	*len = strlen(s);
	if (*len < 2 || s[0] != '[' || s[*len - 1] != ']' ||
	    strspn(s + 1, "0123456789-, ") != *len - 2)
		return s;
	*len -= 2;
	return s + 1;
}

static int
same_ids(const char *a, const char *b)
{
	size_t n, m;

	a = same_value_bare(a, &n);
	b = same_value_bare(b, &m);
	return n == m && memcmp(a, b, n) == 0;
}

static int
same_property(const struct json *sent, const struct json *list)
{
	int64_t id = json_int(sent, "field_id", 0);
	const char *s = json_str(sent, "field_value"), *have;
	struct json one;
	int i, n = json_len(list, ""), same = 0;
	int none = s != NULL && (*s == '\0' || strcmp(s, "[]") == 0);

	for (i = 0; i < n && !same; i++) {
		one = json_at(list, i);
		have = json_str(&one, "field_value");
		if (none && json_int(&one, "field_id", 0) == id && have != NULL &&
		    *have != '\0' && strcmp(have, "[]") != 0)
			none = 0;
		same = json_int(&one, "field_id", 0) == id && s != NULL &&
		    have != NULL && (same_ids(s, have) ||
		    same_text(s, strlen(s), have, strlen(have)));
		json_free(&one);
	}
	return same || none;	/* qTest may omit an empty field */
}

static int
same_array(const struct json *sent, const struct json *have)
{
	struct json a, b;
	int i, n = json_len(sent, ""), same = json_type(have, "") == JSON_ARR || n == 0;

	if (n == 0 && json_len(have, "") > 0) {	/* fields that zload does not fill */
		b = json_at(have, 0);
		same = json_type(&b, "field_id") != JSON_NONE;
		json_free(&b);
	}
	for (i = 0; i < n && same; i++) {
		a = json_at(sent, i);
		if (json_type(&a, "field_id") != JSON_NONE)
			same = same_property(&a, have);
		else {
			b = json_at(have, i);
			same = json_len(have, "") == n && same_value(&a, &b);
			json_free(&b);
		}
		json_free(&a);
	}
	return same;
}

static int
same_object(const struct json *sent, const struct json *have)
{
	struct json_iter it;
	struct json a, b;
	const char *name;
	int same = json_type(have, "") == JSON_OBJ;

	json_iter(&it, sent);
	while (json_next(&it, sent, &name, &a)) {
		b = json_member(have, name);
		if (strcmp(name, "order") != 0 && strcmp(name, "attachments") != 0)
			same = same && same_value(&a, &b);
		json_free(&a);
		json_free(&b);
	}
	return same;
}

static int
same_value(const struct json *sent, const struct json *have)
{
	size_t n, m;
	const char *a, *b;

	switch (json_type(sent, "")) {
	case JSON_OBJ:
		return same_object(sent, have);
	case JSON_ARR:
		return same_array(sent, have);
	case JSON_STR:
		a = json_strn(sent, "", &n);
		b = json_strn(have, "", &m);
		return b != NULL ? same_text(a, n, b, m) : n == 0;
	case JSON_NULL:		/* an emptied member is omitted, null, or id 0 */
		return json_type(have, "") == JSON_NUM ? json_int(have, "", 1) == 0 :
		    json_str(have, "") == NULL;
	default:
		return json_equal(sent, have);
	}
}

int
same_content(const struct json *sent, const struct json *doc)
{
	return same_value(sent, doc);
}
