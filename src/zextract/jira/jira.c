#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/job.h"
#include "domain/store/store_jira.h"

#include "jira/jira_names.h"
#include "jira/jira_report.h"
#include "reader.h"
#include "reading.h"
#include "reply.h"
#include "request.h"
#include "source.h"

/* Opens Jira, which has the names of the ids in a Zephyr project, and decides when
   it is requested. */

const char jira_myself[] = "/rest/api/3/myself";

static int
jira_whole(const struct jira_conf *c, struct err *e)
{
	const char *missing = c->base_url == NULL ? "JIRA_BASE_URL" :
	    c->user == NULL ? "JIRA_USER" :
	    "JIRA_API_TOKEN (or JIRA_API_TOKEN_FILE)";

	if (c->base_url == NULL || c->user == NULL || c->token == NULL)
		return err_set(e, ZX_CONFIG, "%s is not set; Jira needs address, user and token: "
		    "set all three or none",
		    missing);
	if (strchr(c->user, ':') != NULL)
		return err_set(e, ZX_CONFIG, "JIRA_USER: must be an e-mail address without ':'");
	return 0;
}

int
jira_open(struct jira *t, const struct jira_conf *c, struct err *e)
{
	if (c->base_url != NULL && strcmp(c->base_url, "none") == 0)
		return 0;
	if (c->base_url == NULL && c->user == NULL && c->token == NULL)
		return 0;
	if (jira_whole(c, e) == -1)
		return -1;
	t->z = jira_client_open(t->src->z, c->base_url, c->user, c->token, JIRA_WIDTH, e);
	t->user = mem_dup(c->user);
	return t->z != NULL ? 0 : -1;
}

int
jira_start(struct jira *t, struct err *e)
{
	int64_t any;

	if (db_one(t->src->db, &any, 0, e, "SELECT 1 FROM jira_name"
	    " WHERE project = ?1 AND pass > 0 LIMIT 1", "s",
	    t->src->st.project) == -1)
		return -1;
	t->early = !any;
	return 0;
}

void
jira_close(struct jira *t)
{
	requests_drop(&t->ready);
	jira_names_free(t);
	free(t->user);
	free(t->last);
}

/* Request the ids again that Jira did not know; once a pass. */
static int
jira_again_tx(struct db *db, void *arg, struct err *e)
{
	struct jira *t = arg;

	(void)db;
	return store_jira_again(&t->src->st, e);
}

int
jira_work(struct jira *t, struct err *e)
{

	if (t->phase == JIRA_WAIT && t->src->pass.sealed && t->src->phase >= PHASE_SCRIPTS) {
		t->phase = JIRA_LOAD;
		return 1;
	}
	/* old versions may have ids that no row of a list has */
	if (t->phase == JIRA_WAIT && t->src->phase >= PHASE_SCRIPTS &&
	    reader_done(t->reading, READ_VERSION_LISTS) && reader_done(t->reading, READ_VERSIONS)) {
		if (t->z != NULL && db_tx(t->src->db, jira_again_tx, t, e) == -1)
			return -1;
		t->phase = t->z != NULL ? JIRA_ASK : JIRA_LOAD;
		return 1;
	}
	if (t->phase != JIRA_LOAD)
		return 0;
	if (jira_report(t, e) == -1 || jira_load(t, e) == -1)
		return -1;
	t->phase = JIRA_DONE;
	return 1;
}

int
jira_done(const struct jira *t)
{
	return t->phase == JIRA_DONE;
}

int
jira_check(struct jira *t, const struct job *job, struct err *e)
{
	struct reply r = { 0 };
	int rc;

	if (t->z == NULL)
		return 0;
	rc = reply_wait(&r, t->z, jira_myself, t->src->z, job, NULL, e);
	if (rc == 0 && r.status == 0)
		rc = err_set(e, ZX_RETRY, "stopped before Jira answered");
	if (rc == 0 && r.status != 200)
		rc = jira_refused(jira_myself, r.status, &r.body, e);
	buf_free(&r.body);
	return rc;
}

int
jira_plan(struct jira *t, const struct job *job, struct err *e)
{
	if (t->z == NULL)
		return 0;
	if (jira_check(t, job, e) == -1)
		return -1;
	printf("jira             %10s  and one request for each %d "
	    "issues, %d users\n", "answers", JIRA_ISSUES, JIRA_USERS);
	return 0;
}
