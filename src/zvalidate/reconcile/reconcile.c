#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/api/qtest_conf.h"
#include "domain/checkpoint.h"
#include "domain/finding.h"
#include "domain/ledger/ledger.h"
#include "domain/store/store.h"
#include "linked/linked.h"
#include "reconcile/attachment.h"
#include "reconcile/cover.h"
#include "reconcile/crawl.h"
#include "reconcile/match.h"
#include "reconcile/order.h"
#include "reconcile/reconcile.h"

/*
 * Three parts, one after another: what qTest contains is read into the stage; what
 * should stand there (the effects) is looked up in it by marker and compared; what the
 * source tables contain is compared with it without the map.  The ids that the ledger
 * has are used for files only, which have no marker.
 */
struct reconcile {
	struct differences	 differences;
	struct expected		 expected;
	struct stage		 stage;
	struct qtest		*qtest;
	struct fields		*fields;
};

static const char *format = "text";
static int verify;

struct opt *
reconcile_options(void)
{
	static struct opt options[] = {
		{ .name = "format", .arg = "text|json", .help = "output format of --reconcile",
		  .type = OPT_CHOICE, .var = &format },
		{ .name = "verify-attachments", .type = OPT_FLAG, .var = &verify,
		  .help = "download each file from qTest and compare its bytes" },
		{ 0 }
	};

	return options;
}

/* Read the users of qTest if a field of the map has that type.  A map whose fields the
   database does not hold may have one. */
static int
reconcile_load_users(struct reconcile *r, struct err *e)
{
	const struct expected *x = &r->expected;
	char *text = NULL;
	struct json fields = { 0 }, one = { 0 };
	struct err why = { 0 };
	int i = 0, users = 0, rc = checkpoint_fields_get(x->db, x->project, x->map, &text, e);

	if (rc == 0 && fields_users_load(r->fields, &why) == -1)
		log_warn(NULL, "cannot read the users of qTest: %s; fields of type user are "
		    "reported as different", why.msg);
	if (rc == 1)
		rc = json_parse(&fields, text, strlen(text), NULL, e);
	while (json_each(&fields, &i, &one))
		users |= strcmp(value_text(&one, "type"), "user") == 0;
	json_free(&fields);
	free(text);
	return rc == 0 && users ? fields_users_load(r->fields, e) : rc;
}

static int
reconcile_open(struct reconcile *r, struct job *job, const char *ca_file, struct err *e)
{
	struct qtest_conf conf = { .ca_file = ca_file, .in_flight = job->in_flight,
	    .max_requests = job->max_requests };
	struct finding f = { .db = job->db, .project = job->project };
	struct ledger l = { .db = job->db, .project = job->project };

	if (job->project == NULL)
		return err_set(e, ZX_USAGE, "--reconcile needs -p KEY");
	if (qtest_conf_read(&conf, e) == -1)
		return -1;
	l.target = r->differences.target = r->expected.target = qtest_target(&conf);
	if (store_knows(job->db, job->project, e) == -1 ||
	    expected_choose_map(&r->expected, e) == -1 ||
	    finding_remove(&f, "reconcile", NULL, NULL, NULL, e) == -1 ||
	    ledger_unmark_deleted(&l, e) == -1 ||
	    expected_choose_pass(&r->expected, &r->differences, e) == -1 ||
	    stage_open(&r->stage, &r->differences, e) == -1 ||
	    qtest_open(&r->qtest, &conf, e) == -1)
		return -1;
	fields_open(&r->fields, r->qtest);
	return reconcile_load_users(r, e);
}

static void
reconcile_close(struct reconcile *r)
{
	differences_flush(&r->differences);
	fields_close(r->fields);
	qtest_close(r->qtest);
	db_close(r->stage.db);
	expected_close(&r->expected);
}

static int
reconcile_compare(struct reconcile *r, struct job *job, struct err *e)
{
	struct crawl crawl = { .job = job, .qtest = r->qtest, .fields = r->fields,
	    .x = &r->expected, .stage = &r->stage };
	struct compare with = { .o = { .to = &r->differences }, .x = &r->expected,
	    .stage = &r->stage, .fields = r->fields };

	if (cover_check(&r->expected, &r->differences, e) == -1 ||
	    crawl_read(&crawl, e) == -1 ||
	    api_sync_budget(qtest_api(r->qtest), job->db, API_SYNC_NOW, e) == -1 ||
	    match_effects(job, &with, e) == -1 ||
	    attachment_check(&crawl, &with, e) == -1 ||
	    linked_check(&crawl, &with, e) == -1 ||
	    (verify && attachment_verify(&crawl, &with, e) == -1) ||
	    order_check(&r->expected, &r->stage, e) == -1)
		return -1;
	differences_summary(&r->differences, r->expected.target, r->expected.pass);
	return 0;
}

int
reconcile_run(struct job *job, struct accept *accept, const char *ca_file, struct err *e)
{
	struct reconcile *r = mem_zalloc(sizeof(*r));
	int rc = -1;

	r->differences = (struct differences){ .db = job->db, .project = job->project,
	    .run = job->run, .json = strcmp(format, "json") == 0, .accept = accept };
	r->expected.db = job->db;
	r->expected.project = job->project;
	if (reconcile_open(r, job, ca_file, e) == 0 && reconcile_compare(r, job, e) == 0)
		rc = r->differences.count > 0 ? ZX_DIFF : ZX_OK;
	if (r->differences.fail.code != 0) {
		*e = r->differences.fail;
		rc = -1;
	}
	reconcile_close(r);
	free(r);
	return rc;
}
