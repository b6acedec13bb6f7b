#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session.h"
#include "files/file_effect.h"
#include "work/marker.h"
#include "work/kind.h"
#include "work/task.h"

/*
 * Each kind has its marker in one part of the object (enum kind_marker).  Other parts are not
 * read: a log shows the properties of its run, and a text may cite a marker.
 */

/* Read the marker from the value of a field among the properties of v.  1, 0. */
static int
marker_property(const struct field *f, const struct json *v, struct qtest_marker *m)
{
	struct json list = json_member(v, "properties"), one = { 0 };
	const char *s;
	int i = 0, found = 0;

	m->project[0] = '\0';
	while (!found && json_each(&list, &i, &one)) {
		s = json_str(&one, "field_value");
		if (json_int(&one, "field_id", 0) == f->id && s != NULL && *s != '\0')
			found = snprintf(m->key, sizeof(m->key), "%s", s) > 0;
	}
	json_free(&one);
	json_free(&list);
	return found;
}

/* Return the field for the key of the source object, or NULL. */
static const struct field *
marker_field(const struct session *s, const struct kind *k)
{
	return fields_find(s->fields, k->artifact, "Zephyr Key");
}

/* Return the member whose last line is the marker, NULL when a property is the marker or the
   kind has none. */
static const char *
marker_member(const struct session *s, const struct kind *k)
{
	static const char *const members[] = { [MARKER_NONE] = NULL, [MARKER_NOTE] = "note",
	    [MARKER_FIELD] = "description", [MARKER_DESCRIPTION] = "description" };

	return k->marker == MARKER_FIELD && marker_field(s, k) != NULL ? NULL :
	    members[k->marker];
}

int
marker_of(const struct session *s, const struct kind *k, const struct json *v,
    struct qtest_marker *m)
{
	const char *member = marker_member(s, k);

	if (member != NULL)
		return qtest_marker(json_str(v, member), m);
	return k->marker == MARKER_FIELD && marker_property(marker_field(s, k), v, m);
}

void
marker_sign(struct task *t)
{
	const char *member = marker_member(t->session, t->kind), *s, *p, *at = NULL;
	char *mark;
	struct buf b = { 0 };

	if (member == NULL || (s = json_str(&t->body, member)) == NULL)
		return;
	mark = mem_fmt("[zephyr %s]", t->e.ekey);
	for (p = s; (p = strstr(p, mark)) != NULL; p++)
		at = p;
	free(mark);
	if (at == NULL)
		return;
	buf_add(&b, s, (size_t)(at - s));
	buf_printf(&b, "[zephyr %s %s", t->session->ledger.project, t->e.ekey);
	buf_puts(&b, strchr(at, ']'));
	json_set_str(&t->body, member, buf_str(&b));
	buf_free(&b);
}

/* True if the names and cases are equal, the only evidence when the site allows no field. */
static int
marker_names_fit(const struct kind *k, const struct json *sent, const struct json *item)
{
	const char *name = json_str(sent, "name"), *have = qtest_name(item);

	if (name == NULL)
		name = json_str(sent, "label"), have = json_str(item, "label");
	if (name == NULL || have == NULL ||
	    (strcmp(name, have) != 0 && !(k->place == PLACE_FILE && file_name_fits(name, have))))
		return 0;
	return json_int(sent, "test_case.id", 0) == json_int(item, "test_case.id",
	    json_int(item, "testCaseId", 0));
}

int
marker_fits(const struct session *s, const struct kind *k, const struct json *sent,
    const struct json *item, int *by_name)
{
	struct qtest_marker ours, theirs;

	*by_name = !marker_of(s, k, sent, &ours);
	if (*by_name)
		return marker_names_fit(k, sent, item);
	return marker_of(s, k, item, &theirs) && strcmp(ours.key, theirs.key) == 0 &&
	    (theirs.project[0] == '\0' || strcmp(theirs.project, s->ledger.project) == 0);
}
