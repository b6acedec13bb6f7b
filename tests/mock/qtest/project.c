#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json_out.h"

#include "qtest/api.h"

/* Projects and the rights of the user. */

static void
project_print(const struct mock *m, const struct qproject *p, struct buf *b)
{
	json_out_open(b, NULL, '{');
	q_empty_list(b, "links");
	json_out_int(b, "id", p->id);
	json_out_fmt(b, "name", "Target %ld", (long)p->id);
	json_out_str(b, "description", "");
	json_out_int(b, "status_id", 1);
	json_out_str(b, "start_date", "2020-01-01T00:00:00+07:00");
	json_out_bool(b, "sample", 0);
	qconnections_print(m, b);
	json_out_str(b, "date_format", "MM/dd/yyyy");
	json_out_bool(b, "automation", 0);
	json_out_fmt(b, "uuid", "00000000-0000-4000-8000-%012ld", (long)p->id);
	json_out_close(b, '}');
}

void
q_projects(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qpage pg;
	int64_t i;

	if (q_page(m, rq, "pageSize", 100, 999, &pg, rp) == -1)
		return;
	reply_header(rp, "X-Item-Total", "%d", m->qtest->nproject);
	json_out_open(&rp->body, NULL, '[');
	for (i = pg.from; i < m->qtest->nproject && i < pg.to; i++)
		project_print(m, &m->qtest->project[i], &rp->body);
	json_out_close(&rp->body, ']');
}

void
q_project_one(struct mock *m, struct request *rq, struct reply *rp)
{
	const struct qproject *p = q_project(m, rq, rp);

	if (p != NULL)
		project_print(m, p, &rp->body);
}

/* Print one right of the profile: false if --deny names it as NAME.RIGHT. */
static void
project_right_print(struct mock *m, struct buf *b, const char *name, const char *what)
{
	const struct opt_list *deny = &m->set->deny;
	char *both = mem_fmt("%s.%s", name, what);
	int i, has = 1;

	for (i = 0; i < deny->n; i++)
		has &= strcmp(deny->v[i], both) != 0;
	json_out_bool(b, what, has);
	free(both);
}

static void
project_rights_print(struct mock *m, struct buf *b, const char *name, const char *const *what)
{
	json_out_open(b, name, '{');
	for (; *what != NULL; what++)
		project_right_print(m, b, name, *what);
	json_out_close(b, '}');
}

#define RIGHTS "create", "edit", "delete", "view"

void
q_profile(struct mock *m, struct request *rq, struct reply *rp)
{
	static const char *const any[] = { RIGHTS, NULL };
	static const char *const case_id[] = { RIGHTS, "approve", NULL };
	static const char *const run[] = { RIGHTS, "execute",
	    "modify_test_logs_by_self", "modify_test_logs_by_others", NULL };
	static const char *const manage[] = { "manage", NULL };
	static const char *const admin[] = { "admin", NULL };
	static const char *const names[] = { "release", "build", "module",
	    "requirement", "test_cycle", "test_suite", "defect", NULL };
	const struct qproject *p = q_project(m, rq, rp);
	struct buf *b = &rp->body;
	int i;

	if (p == NULL)
		return;
	json_out_open(b, NULL, '{');
	json_out_int(b, "user_id", 201);
	json_out_int(b, "project_id", p->id);
	for (i = 0; names[i] != NULL; i++)
		project_rights_print(m, b, names[i], any);
	project_rights_print(m, b, "test_case", case_id);
	project_rights_print(m, b, "test_run", run);
	project_rights_print(m, b, "project_setting", manage);
	project_rights_print(m, b, "project", admin);
	json_out_close(b, '}');
}

void
q_admin(struct mock *m, struct request *rq, struct reply *rp)
{
	(void)m;
	(void)rq;
	json_out_open(&rp->body, NULL, '{');
	json_out_int(&rp->body, "user_id", 201);
	json_out_bool(&rp->body, "create_project", 0);
	json_out_bool(&rp->body, "manage_client_user", 0);
	json_out_bool(&rp->body, "site_level_field", 0);
	json_out_close(&rp->body, '}');
}
