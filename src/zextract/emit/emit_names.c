#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "io/json/json.h"

#include "emit/emit.h"
#include "extract.h"
#include "list/names.h"
#include "read/result_text.h"
#include "record.h"

/* The id of a reference that was stored when its name was not known, 0 when it is
   no such reference. */
static int64_t
emit_names_missing(const char *ref, size_t len)
{
	static const char head[] = "{\"id\":", tail[] = ",\"name\":null}";
	size_t n = sizeof(head) - 1, m = sizeof(tail) - 1;

	if (len < n + m || memcmp(ref, head, n) != 0 ||
	    memcmp(ref + len - m, tail, m) != 0)
		return 0;
	return strtoll(ref + n, NULL, 10);
}

/* Put a member of the record again with the name of its id.  No name is asked
   for while records are written: an id of an older row then has none. */
static void
emit_names_member(struct extract *x, const char *member, enum name_kind kind)
{
	struct emit *m = x->emit;
	size_t len;
	const char *v = json_find(m->record.text.s, m->record.text.len, member, &len);
	int64_t id = v != NULL ? emit_names_missing(v, len) : 0;

	if (id == 0)
		return;
	buf_reset(&m->record.val);
	names_want(x->names, kind, id, 0);
	names_put(x->names, kind, id, &m->record.val);
	record_put(&m->record, member, m->record.val.s, m->record.val.len);
}

void
emit_names(struct extract *x)
{
	if (x->names->late == 0)
		return;
	emit_names_member(x, "environment", NAME_ENVIRONMENT);
	emit_names_member(x, "priority", NAME_PRIORITY);
	emit_names_member(x, "status", NAME_STATUS);
	emit_names_member(x, "testExecutionStatus", NAME_STATUS);
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
emit_names_results(struct extract *x, struct buf *text)
{
	struct buf out = { 0 };

	if (x->names->late == 0 || text->len == 0)
		return;
	result_text_replace(&out, text->s, text->len, "status", on_status, x->names);
	buf_free(text);
	*text = out;
}
