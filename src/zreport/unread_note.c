#include <inttypes.h>
#include <string.h>

#include "sentence.h"
#include "unread_note.h"

/* The findings of zextract(1) on what was not read, and what they are about. */
static const struct {
	const char	*rule, *what;
} rules[] = {
	{ "script-unread", "scripts of" },
	{ "results-unread", "step results of" },
	{ "attachments-unread", "attachments of" },
	{ "attachments-unread-steps", "attachments of steps of" },
	{ "attachment-missing", "some attachments of" },
	{ "attachment-unnamed", "attachments without an id of" },
};

static void
unread_note_put(struct json *to, struct db_query *q)
{
	const char *rule = db_str(q, 0), *what = "parts of";
	size_t i;

	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strcmp(rules[i].rule, rule) == 0)
			what = rules[i].what;
	if (strcmp(db_str(q, 3), "*") == 0)
		sentence_add(to, "%s", db_str(q, 5));
	else
		sentence_add(to, "%s %" PRId64 " %s were not read (%s), for example those of %s",
		    what, db_int(q, 4), db_str(q, 1), rule, db_str(q, 3));
}

/* An error is a reason; an accepted one has become a warning, and is a remark. */
int
unread_note_add(struct verdict *v, struct err *e)
{
	struct db_query q;

	db_query(&q, v->db, "WITH g AS (SELECT rule, stream, level, min(key) AS key,"
	    " count(*) AS n FROM issue WHERE project = ?1 AND side = 'extract'"
	    " AND level <> 'info'"
	    " AND (rule LIKE 'attachment%' OR rule LIKE '%-unread') GROUP BY rule, stream, level)"
	    " SELECT g.rule, g.stream, g.level, g.key, g.n, i.what FROM g JOIN issue i"
	    " ON i.project = ?1 AND i.side = 'extract' AND i.stream = g.stream"
	    " AND i.key = g.key AND i.rule = g.rule ORDER BY g.stream, g.rule, g.level", "s",
	    v->project);
	while (db_row(&q))
		unread_note_put(strcmp(db_str(&q, 2), "error") == 0 ? &v->reasons :
		    &v->remarks, &q);
	return db_done(&q, e);
}
