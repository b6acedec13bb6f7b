#include <stdio.h>
#include <string.h>

#include "domain/api/qtest_marker.h"
#include "domain/html.h"

/* Find the last "[zephyr " of a text; return what follows it and the lengths of its
   first and second word (0: there is one only), NULL if there is no marker. */
static const char *
qtest_marker_words(const char *text, size_t *first, size_t *second)
{
	static const char open[] = "[zephyr ";
	const char *p, *last = NULL;

	for (p = text; (p = strstr(p, open)) != NULL; )
		last = p += sizeof(open) - 1;
	if (last == NULL)
		return NULL;
	*first = strcspn(last, "] ");
	*second = last[*first] == ' ' ? strcspn(last + *first + 1, "] ") : 0;
	p = last + *first + (*second > 0 ? *second + 1 : 0);
	return *first > 0 && *p == ']' ? last : NULL;
}

static int
qtest_marker_copy(char *to, size_t room, const char *s, size_t n)
{
	if (n >= room)
		return 0;
	memcpy(to, s, n);
	to[n] = '\0';
	return 1;
}

int
qtest_marker(const char *html, struct qtest_marker *m)
{
	struct buf b = { 0 };
	const char *p;
	size_t n, k;
	int found = 0;

	if (html == NULL || strstr(html, "zephyr") == NULL)
		return 0;
	html_text(&b, html, strlen(html));
	m->project[0] = '\0';
	if ((p = qtest_marker_words(buf_str(&b), &n, &k)) != NULL)
		found = k == 0 ? qtest_marker_copy(m->key, sizeof(m->key), p, n) :
		    qtest_marker_copy(m->project, sizeof(m->project), p, n) &&
		    qtest_marker_copy(m->key, sizeof(m->key), p + n + 1, k);
	buf_free(&b);
	return found;
}

/*
 * Each kind has its marker in one part of the object (enum marker_place).  Other parts are not
 * read: a log shows the properties of its run, and a text may cite a marker.
 */
const char qtest_marker_label[] = "Zephyr Key";

const char *
qtest_marker_member(enum marker_place place, int64_t field)
{
	static const char *const members[] = { [MARKER_NONE] = NULL, [MARKER_NOTE] = "note",
	    [MARKER_FIELD] = "description", [MARKER_DESCRIPTION] = "description" };

	return place == MARKER_FIELD && field != 0 ? NULL : members[place];
}

/* Read the marker from the value of a field among the properties of v.  1, 0. */
static int
qtest_marker_property(int64_t field, const struct json *v, struct qtest_marker *m)
{
	struct json list = json_member(v, "properties"), one = { 0 };
	const char *s;
	int i = 0, found = 0;

	m->project[0] = '\0';
	while (!found && json_each(&list, &i, &one)) {
		s = json_str(&one, "field_value");
		if (json_int(&one, "field_id", 0) == field && s != NULL && *s != '\0')
			found = snprintf(m->key, sizeof(m->key), "%s", s) > 0;
	}
	json_free(&one);
	json_free(&list);
	return found;
}

int
qtest_marker_read(enum marker_place place, int64_t field, const struct json *v,
    struct qtest_marker *m)
{
	const char *member = qtest_marker_member(place, field);

	if (member != NULL)
		return qtest_marker(json_str(v, member), m);
	return place == MARKER_FIELD && qtest_marker_property(field, v, m);
}

void
qtest_marker_plain(struct buf *text)
{
	struct buf b = { 0 };
	const char *s = buf_str(text), *p;
	size_t n, k;

	if ((p = qtest_marker_words(s, &n, &k)) == NULL || k == 0)
		return;
	buf_add(&b, s, (size_t)(p - s));
	buf_puts(&b, p + n + 1);
	buf_free(text);
	*text = b;
}

const char *
qtest_name(const struct json *item)
{
	const char *name = json_str(item, "name"), *pid = json_str(item, "pid");
	size_t n;

	if (name == NULL || pid == NULL || (n = strlen(pid)) == 0)
		return name;
	return strncmp(name, pid, n) == 0 && name[n] == ' ' ? name + n + 1 : name;
}
