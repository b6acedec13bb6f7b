#include <inttypes.h>

#include "base/log.h"
#include "domain/api/qtest_list.h"
#include "session.h"
#include "links/link_late.h"
#include "links/requirements.h"
#include "work/queue.h"
#include "work/work.h"

/* The links of the ledger by what they need. */
struct link_counts {
	int64_t		 defects, requirements;	/* pending */
	int64_t		 texts;			/* that stay text */
};

static int
link_late_count(const struct ledger *lg, struct link_counts *n, struct err *e)
{
	struct db_query q;

	*n = (struct link_counts){ 0 };
	db_query(&q, lg->db, "SELECT"
	    " sum(CASE WHEN state = 'pending' AND ekey LIKE 'test-logs/%' THEN 1 ELSE 0 END),"
	    " sum(CASE WHEN state = 'pending' AND ekey LIKE 'requirements/%' THEN 1 ELSE 0 END),"
	    " sum(CASE WHEN state = 'done' AND verb = 'text' THEN 1 ELSE 0 END)"
	    " FROM ledger WHERE target = ?1 AND kind = 'link' AND project = ?2", "ss",
	    lg->target, lg->project);
	if (db_row(&q))
		*n = (struct link_counts){ db_int(&q, 0), db_int(&q, 1), db_int(&q, 2) };
	return db_done(&q, e);
}

int
link_late_due(struct work *w, struct err *e)
{
	const struct ledger *lg = &w->session->ledger;
	struct link_counts n;
	int64_t pending;

	if (db_one(lg->db, &pending, 0, e, "SELECT 1 FROM ledger WHERE target = ?1"
	    " AND state = 'pending' AND phase >= ?3 AND project = ?2 LIMIT 1", "ssi", lg->target,
	    lg->project, (int64_t)LEDGER_LATE) == -1 || link_late_count(lg, &n, e) == -1)
		return -1;
	return pending || (n.texts > 0 && qtest_integration(w->session->qtest) != INTEGRATION_NONE);
}

/* Find if qTest has an active integration, by the project or by its connections.  0, -1. */
static int
link_late_ask(struct session *s, enum qtest_integration *is, struct err *e)
{
	struct json doc = { 0 };
	int status, rc;

	if ((*is = qtest_integration(s->qtest)) != INTEGRATION_UNKNOWN)
		return 0;
	rc = qtest_get(s->qtest, "/settings/integration/connections", &doc, &status, e);
	if (rc == 0 && status != 200)
		log_info("link", "qTest does not tell its integrations (status %d): issues of "
		    "executions stay text", status);
	*is = qtest_connections(&doc);
	json_free(&doc);
	return rc;
}

/* Write that the links to defects stay text, or are to be made since qTest has an integration. */
static int
link_late_write(struct db *db, void *arg, struct err *e)
{
	struct session *s = arg;

	(void)db;
	return s->integration == INTEGRATION_ACTIVE ? ledger_links_untext(&s->ledger, e) :
	    ledger_links_text(&s->ledger, "test-logs/%", e);
}

/* Let the links to defects be made, or stay text without an integration.  0, -1. */
static int
link_late_defects(struct session *s, const struct link_counts *n, struct err *e)
{
	if (n->defects + n->texts == 0)
		return 0;
	if (link_late_ask(s, &s->integration, e) == -1)
		return -1;
	if (s->integration == INTEGRATION_ACTIVE ? n->texts == 0 : n->defects == 0)
		return 0;
	if (s->integration != INTEGRATION_ACTIVE)
		log_info("link", "qTest has no integration with Jira: %" PRId64 " issue%s of "
		    "executions stay text", PLURAL(n->defects));
	return db_tx(s->db, link_late_write, s, e);
}

int
link_late_begin(struct work *w, struct err *e)
{
	struct session *s = w->session;
	struct link_counts n;

	w->queue->is_late = w->queue->more = 1;
	if (link_late_count(&s->ledger, &n, e) == -1 || link_late_defects(s, &n, e) == -1)
		return -1;
	return n.requirements == 0 || w->requirements != NULL ? 0 :
	    requirements_read(s->qtest, &w->requirements, e);
}
