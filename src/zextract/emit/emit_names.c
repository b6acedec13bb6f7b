#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/json/json.h"

#include "emit/emit.h"
#include "list/names.h"
#include "read/result_text.h"
#include "record.h"
#include "source.h"

/* Return the id of a reference that was stored without a name, or 0 if it is no such
   reference. */
static int64_t
emit_names_missing(const char *ref, size_t len)
{
	const char *id, *name;
	size_t n;

	if (len == 0 || *ref != '{' || (name = json_find(ref, len, "name", &n)) == NULL ||
	    strncmp(name, "null", n) != 0 || (id = json_find(ref, len, "id", &n)) == NULL)
		return 0;
	return strtoll(id, NULL, 10);
}

/* Put a member of the record again with the name of its id.  While records are
   written no name is requested, so the id of an older row may stay without one. */
static void
emit_names_member(struct emit *m, const char *member, enum name_kind kind)
{
	size_t len;
	const char *v = json_find(m->record.text.s, m->record.text.len, member, &len);
	int64_t id = v != NULL ? emit_names_missing(v, len) : 0;

	if (id == 0)
		return;
	buf_reset(&m->record.val);
	names_want(m->names, kind, id, 0);
	names_put(m->names, kind, id, &m->record.val);
	record_put_val(&m->record, member);
}

void
emit_names(struct emit *m)
{
	if (m->names->late == 0)
		return;
	emit_names_member(m, "environment", NAME_ENVIRONMENT);
	emit_names_member(m, "priority", NAME_PRIORITY);
	emit_names_member(m, "status", NAME_STATUS);
	emit_names_member(m, "testExecutionStatus", NAME_STATUS);
}

/* Put the name beside the id of a status that was stored without one. */
static int
on_status(void *arg, const char *was, size_t len, struct buf *out)
{
	struct names *names = arg;
	int64_t id = emit_names_missing(was, len);

	if (id == 0)
		return 0;
	names_want(names, NAME_STATUS, id, 0);
	names_put(names, NAME_STATUS, id, out);
	return 1;
}

void
emit_names_results(struct emit *m, struct buf *text)
{
	struct buf out = { 0 };

	if (m->names->late == 0 || text->len == 0)
		return;
	result_text_replace(&out, text->s, text->len, "status", on_status, m->names);
	buf_free(text);
	*text = out;
}
