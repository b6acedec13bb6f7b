#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "io/json/json.h"
#include "io/json/json_out.h"

#include "emit/emit.h"
#include "extract.h"
#include "list/names.h"

/* A member of a head that was stored before the name of its id was known.  What
   is written is not the time to ask: an id of an older row has no name then. */
static void
emit_names_member(struct extract *x, const char *member, enum name_kind kind)
{
	static const char tail[] = ",\"name\":null}";
	struct emit *m = x->emit;
	size_t len;
	const char *v = json_find(m->text.s, m->text.len, member, &len);
	int64_t id;

	if (v == NULL || len < sizeof(tail) ||
	    memcmp(v + len - (sizeof(tail) - 1), tail, sizeof(tail) - 1) != 0 ||
	    sscanf(v, "{\"id\":%" SCNd64, &id) != 1)
		return;
	buf_reset(&m->val);
	names_want(x->names, kind, id, 0);
	names_put(x->names, kind, id, &m->val);
	emit_put(m, member, m->val.s, m->val.len);
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

/* The same for step results: no text can hold the bytes looked for, since its
   quotes are escaped. */
void
emit_names_results(struct extract *x, struct buf *text)
{
	static const char from[] = "\"status\":{\"id\":", to[] =
	    ",\"name\":null},\"step\":";
	struct buf out = { 0 };
	const char *s, *at;
	char *end;
	int64_t id;

	if (x->names->late == 0 || text->len == 0)
		return;
	for (s = text->s; (at = strstr(s, from)) != NULL; s = end) {
		id = strtoll(at + sizeof(from) - 1, &end, 10);
		buf_add(&out, s, (size_t)(at - s));
		if (strncmp(end, to, sizeof(to) - 1) != 0) {
			buf_add(&out, at, (size_t)(end - at));
			continue;
		}
		json_out_name(&out, "status");
		names_want(x->names, NAME_STATUS, id, 0);
		names_put(x->names, NAME_STATUS, id, &out);
		end += sizeof(to) - 1 - strlen(",\"step\":");
	}
	buf_puts(&out, s);
	buf_free(text);
	*text = out;
}
