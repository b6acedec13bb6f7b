#include <inttypes.h>

#include "base/log.h"

#include "jira/jira_report.h"
#include "source.h"

/* Reports ids that have no name: in table issue, and in one line at the end. */

static const char advice[] = "set JIRA_BASE_URL, JIRA_USER and JIRA_API_TOKEN to get their names";

/* Append the numbers of ids without a name ("12 issue ids, 3 users").  Return of how
   many kinds there are some. */
static int
jira_report_count(const struct jira *t, struct buf *b)
{
	static const char *const words[JIRA_KINDS] = {
		[JIRA_ISSUE] = "issue id", [JIRA_USER] = "user",
		[JIRA_COMPONENT] = "component", [JIRA_VERSION] = "version" };
	int k, n = 0;

	for (k = JIRA_KINDS - 1; k >= 0; k--)
		if (t->bare[k] > 0)
			buf_printf(b, "%s%" PRId64 " %s%s", n++ > 0 ? ", " : "",
			    t->bare[k], words[k], t->bare[k] == 1 ? "" : "s");
	return n;
}

static int
jira_report_bare_read(struct jira *t, struct err *e)
{
	int k;

	for (k = 0; k < JIRA_KINDS; k++)
		if (db_one(t->src->db, &t->bare[k], 0, e, "SELECT count(*)"
		    " FROM jira_name WHERE project = ?1 AND kind = ?2"
		    " AND key IS NULL AND name IS NULL", "ss",
		    t->src->st.project, jira_kinds[k]) == -1)
			return -1;
	return 0;
}

/* Report each id that Jira does not know, with a record that contains it. */
static int
jira_report_unknown_put(struct jira *t, struct err *e)
{
	static const struct issue unknown = { .side = "extract", .stream = "jira",
	    .rule = "jira-unknown", .level = "warning" };
	const struct db_val user = { .type = 's', .s = t->user };

	return finding_put_rows(&t->src->finding, &unknown, "SELECT kind || ' ' || id AS key,"
	    " 'Jira does not know it, or does not show it to ' || CAST(?2 AS TEXT) ||"
	    " ': an id in ' || stream || ' ' || owner_key AS what FROM jira_name"
	    " WHERE project = ?1 AND state = 'unknown' AND stream IS NOT NULL",
	    &user, e) == -1 ? -1 : 0;
}

static int
jira_report_tell_tx(struct db *db, void *arg, struct err *e)
{
	struct jira *t = arg;
	struct buf b = { 0 };
	int rc = 0;

	(void)db;
	if (finding_remove(&t->src->finding, "extract", "jira", NULL, NULL, e) == -1)
		return -1;
	if (t->z != NULL)
		return jira_report_unknown_put(t, e);
	buf_puts(&b, "no names for ");
	if (jira_report_count(t, &b) > 0) {
		buf_printf(&b, ": %s", advice);
		rc = finding_put(&t->src->finding, &(struct issue){ .side = "extract",
		    .stream = "jira", .key = "*", .rule = "jira-ids", .level = "info",
		    .what = buf_str(&b) }, e);
	}
	buf_free(&b);
	return rc;
}

int
jira_report(struct jira *t, struct err *e)
{
	if (jira_report_bare_read(t, e) == -1)
		return -1;
	if (t->src->pass.sealed)
		return 0;
	return db_tx(t->src->db, jira_report_tell_tx, t, e);
}

void
jira_log_end(const struct jira *t)
{
	struct buf b = { 0 };

	if (t->phase == JIRA_DONE && jira_report_count(t, &b) > 0)
		log_info("jira", "no names for %s: %s", buf_str(&b),
		    t->z == NULL ? advice : "Jira does not know them or does not show them "
		    "(see table issue)");
	buf_free(&b);
}
