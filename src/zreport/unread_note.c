#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "report.h"

/*
 * What stands in Zephyr and was not read (zextract(1)): a reason against
 * COMPLETE while it is an error, a remark once somebody has accepted it.
 */
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

static char *
unread_note_sentence(struct db_query *q)
{
	const char *rule = db_str(q, 0), *what = "parts of";
	size_t i;

	if (strcmp(db_str(q, 3), "*") == 0)
		return mem_fmt("%s", db_str(q, 5));
	for (i = 0; i < sizeof(rules) / sizeof(rules[0]); i++)
		if (strcmp(rules[i].rule, rule) == 0)
			what = rules[i].what;
	return mem_fmt("%s %" PRId64 " %s were not read (%s), for example those of %s", what,
	    db_int(q, 4), db_str(q, 1), rule, db_str(q, 3));
}

int
unread_note_add(struct db *db, const char *project, struct json *reasons, struct json *remarks,
    struct err *e)
{
	struct db_query q;
	char *text;

	db_query(&q, db, "WITH g AS (SELECT rule, stream, level, min(key) AS key, count(*) AS n"
	    " FROM issue WHERE project = ?1 AND side = 'extract' AND level <> 'info'"
	    " AND (rule LIKE 'attachment%' OR rule LIKE '%-unread') GROUP BY rule, stream, level)"
	    " SELECT g.rule, g.stream, g.level, g.key, g.n, i.what FROM g JOIN issue i"
	    " ON i.project = ?1 AND i.side = 'extract' AND i.stream = g.stream"
	    " AND i.key = g.key AND i.rule = g.rule ORDER BY g.stream, g.rule, g.level", "s",
	    project);
	while (db_row(&q)) {
		text = unread_note_sentence(&q);
		reason_add(strcmp(db_str(&q, 2), "error") == 0 ? reasons : remarks, text);
	}
	return db_done(&q, e);
}
