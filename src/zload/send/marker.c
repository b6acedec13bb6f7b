#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "load.h"
#include "send/marker.h"
#include "work/kind.h"
#include "work/task.h"

/*
 * The marker says that an object is ours.  Each kind has one place for it
 * (enum kind_marker).  No other place is read: a log shows the properties of
 * its run, and a text may cite a marker.
 */

/* The value of a field among the properties of v. */
static int
marker_property(const struct field *f, const struct json *v, struct qtest_marker *m)
{
	struct json list = json_member(v, "properties"), one;
	const char *s;
	int i, found = 0;

	m->project[0] = '\0';
	for (i = 0; i < json_len(&list, "") && !found; i++) {
		one = json_at(&list, i);
		s = json_str(&one, "field_value");
		if (json_int(&one, "field_id", 0) == f->id && s != NULL && *s != '\0')
			found = snprintf(m->key, sizeof(m->key), "%s", s) > 0;
		json_free(&one);
	}
	json_free(&list);
	return found;
}

/* The member whose last line is the marker; NULL: a property is, or nothing. */
static const char *
marker_member(struct load *l, const struct kind *k)
{
	switch (k->marker) {
	case MARKER_FIELD:
		return fields_find(l->fields, k->artifact, "Zephyr Key") != NULL ?
		    NULL : "description";
	case MARKER_DESCRIPTION:
		return "description";
	case MARKER_NOTE:
		return "note";
	case MARKER_NONE:
		break;
	}
	return NULL;
}

int
marker_of(struct load *l, const struct kind *k, const struct json *v,
    struct qtest_marker *m)
{
	const char *member = marker_member(l, k);

	if (member != NULL)
		return qtest_marker(json_str(v, member), m);
	return k->marker == MARKER_FIELD && marker_property(fields_find(l->fields,
	    k->artifact, "Zephyr Key"), v, m);
}

/*
 * Name the project in the marker of a body that is about to be sent.  The map
 * writes "[zephyr KEY]", which keeps the payload hashes of earlier versions.
 */
void
marker_sign(struct task *t)
{
	const char *member = marker_member(t->load, t->kind), *s, *p, *at = NULL;
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
	buf_printf(&b, "[zephyr %s %s", t->load->project, t->e.ekey);
	buf_puts(&b, strchr(at, ']'));
	json_set_str(&t->body, member, buf_str(&b));
	buf_free(&b);
}

/* Without a marker (the site allows us no field): name and case are all. */
static int
marker_natural_fit(const struct json *sent, const struct json *item)
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
	struct qtest_marker ours, theirs;

	*natural = 0;
	if (!marker_of(l, k, sent, &ours)) {
		*natural = 1;
		return marker_natural_fit(sent, item);
	}
	return marker_of(l, k, item, &theirs) && strcmp(ours.key, theirs.key) == 0 &&
	    (theirs.project[0] == '\0' || strcmp(theirs.project, l->project) == 0);
}
