#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session.h"
#include "files/file_effect.h"
#include "work/marker.h"
#include "work/kind.h"
#include "work/task.h"

/* Return the id of the field for the key of the source object, 0 if there is none. */
static int64_t
marker_field(const struct session *s, const struct kind *k)
{
	const struct field *f = k->marker == MARKER_FIELD ?
	    fields_find(s->fields, k->artifact, qtest_marker_label) : NULL;

	return f != NULL ? f->id : 0;
}

int
marker_of(const struct session *s, const struct kind *k, const struct json *v,
    struct qtest_marker *m)
{
	return qtest_marker_read(k->marker, marker_field(s, k), v, m);
}

void
marker_sign(struct task *t)
{
	const char *member = qtest_marker_member(t->kind->marker,
	    marker_field(t->session, t->kind));
	const char *s, *p, *at = NULL;
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
