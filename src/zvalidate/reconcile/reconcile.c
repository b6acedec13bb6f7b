#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/checkpoint.h"
#include "domain/finding.h"
#include "domain/store/store.h"
#include "reconcile/reconcile.h"
#include "reconcile/reconcile_impl.h"

static const char *format = "text";

struct opt *
reconcile_options(void)
{
	static struct opt options[] = {
		{ .name = "format", .arg = "text|json", .help = "output format of --reconcile",
		  .type = OPT_CHOICE, .var = &format },
		{ 0 }
	};

	return options;
}

/* Whose rows stand in this qTest project: the map that was loaded last. */
static int
reconcile_choose_map(struct recon *r, struct err *e)
{
	struct db_query q;

	db_query(&q, r->db, "SELECT map FROM ledger WHERE target = ?1 AND project = ?2"
	    " AND map IS NOT NULL ORDER BY coalesce(done_at, created_at) DESC LIMIT 1", "ss",
	    r->target, r->project);
	if (db_row(&q))
		r->map = mem_dup(db_str(&q, 0));
	if (db_done(&q, e) == -1)
		return -1;
	if (r->map != NULL)
		return 0;
	db_query(&q, r->db, "SELECT map FROM target WHERE project = ?1"
	    " ORDER BY coalesce(pass, 0) DESC LIMIT 1", "s", r->project);
	if (db_row(&q))
		r->map = mem_dup(db_str(&q, 0));
	if (db_done(&q, e) == -1)
		return -1;
	if (r->map == NULL)
		return err_set(e, ZX_NOINPUT, "nothing to compare: %s has no effects of project "
		    "%s; run `ztoq migrate` first", db_where(r->db), r->project);
	return 0;
}

static int
reconcile_choose_pass(struct recon *r, struct err *e)
{
	int64_t open = 0;
	int s;

	for (s = 0; s < STREAM_COUNT; s++)
		if (target_whole(r->db, r->project, r->map, (enum stream)s, &r->whole[s], e) == -1)
			return -1;
	if (db_one(r->db, &r->pass, 0, e, "SELECT max(n) FROM pass WHERE project = ?1"
	    " AND state <> 'open'", "s", r->project) == -1 ||
	    db_one(r->db, &open, 0, e, "SELECT max(n) FROM pass WHERE project = ?1", "s",
	    r->project) == -1)
		return -1;
	if (r->pass == 0) {
		tell_of(r, SOURCE, "pass", r->project, r->project, "pass", "a sealed pass",
		    "none: reading from Zephyr is not finished");
		r->pass = open;
	}
	return 0;
}

static int
reconcile_forget(struct recon *r, struct err *e)
{
	struct finding f = { .db = r->db, .project = r->project };

	return finding_remove(&f, "reconcile", NULL, NULL, NULL, e);
}

/* Read the users of qTest if a field of the map has that type.  A map whose fields the
   database does not hold may have one. */
static int
reconcile_load_users(struct recon *r, struct err *e)
{
	char *text = NULL;
	struct json fields = { 0 }, one;
	struct err why = { 0 };
	int i, users = 0, rc = checkpoint_fields_get(r->db, r->project, r->map, &text, e);

	if (rc == 0 && fields_users_load(r->fields, &why) == -1)
		log_warn(NULL, "cannot read the users of qTest: %s; fields of type user are "
		    "reported as different", why.msg);
	if (rc == 1)
		rc = json_parse(&fields, text, strlen(text), NULL, e);
	for (i = 0; i < json_len(&fields, ""); i++) {
		one = json_at(&fields, i);
		users |= strcmp(or_empty(json_str(&one, "type")), "user") == 0;
		json_free(&one);
	}
	json_free(&fields);
	free(text);
	return rc == 0 && users ? fields_users_load(r->fields, e) : rc;
}

static int
reconcile_recon_open(struct recon *r, const char *ca_file, struct err *e)
{
	struct qtest_conf conf = { .ca_file = ca_file };
	int i;

	for (i = 0; i < KINDS; i++)
		r->tally[i].name = recon_names[i];
	if (r->project == NULL)
		return err_set(e, ZX_USAGE, "--reconcile needs -p KEY");
	conf.in_flight = r->job->in_flight;
	conf.max_requests = r->job->max_requests;
	if (qtest_conf_read(&conf, e) == -1)
		return -1;
	r->target = qtest_target(&conf);
	if (store_knows(r->db, r->project, e) == -1 || reconcile_choose_map(r, e) == -1 ||
	    reconcile_forget(r, e) == -1 || reconcile_choose_pass(r, e) == -1 ||
	    stage_open(r, e) == -1 || qtest_open(&r->qtest, &conf, e) == -1)
		return -1;
	fields_open(&r->fields, r->qtest);
	return reconcile_load_users(r, e);
}

static void
reconcile_recon_close(struct recon *r)
{
	tell_flush(r);
	fields_close(r->fields);
	qtest_close(r->qtest);
	stage_close(r);
	free(r->target);
	free(r->map);
}

int
reconcile_run(struct job *job, struct accept *accept, const char *ca_file, struct err *e)
{
	struct recon *r = mem_zalloc(sizeof(*r));
	int rc = -1;

	r->job = job;
	r->accept = accept;
	r->db = job->db;
	r->project = job->project;
	r->json = strcmp(format, "json") == 0;
	if (reconcile_recon_open(r, ca_file, e) == 0 && recon_covered(r, e) == 0 &&
	    recon_read(r, e) == 0 && qtest_account(r->qtest, r->db, e) == 0 &&
	    recon_match(r, e) == 0 && recon_order(r, e) == 0) {
		tell_summary(r);
		rc = r->differences > 0 ? ZX_DIFF : ZX_OK;
	}
	if (r->fail.code != 0) {
		*e = r->fail;
		rc = -1;
	}
	reconcile_recon_close(r);
	free(r);
	return rc;
}
