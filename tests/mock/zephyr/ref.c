#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json_out.h"

#include "zephyr/api.h"

/* The calls for projects, priorities, statuses and environments. */

enum { REF_ALL_STATUSES = -1 };		/* in place of one type of rows */

static int
ref_picked(const struct zlook *l, const int *type)
{
	return *type == REF_ALL_STATUSES ? l->type <= ZL_EXEC : (int)l->type == *type;
}

static void
ref_look_row(const struct zephyr *z, const void *arg, int64_t n, struct buf *b)
{
	int i;

	for (i = 0; i < z->nlook; i++)
		if (ref_picked(&z->look[i], arg) && n-- == 0) {
			json_out_raw(b, NULL, z->look[i].row,
			    strlen(z->look[i].row));
			return;
		}
}

static void
ref_list(const struct zephyr *z, const int *type, const struct request *rq,
    struct reply *rp)
{
	int64_t n = 0;
	int i, which = z_project(z, rq, rp);

	if (which == 0)
		return;
	for (i = 0; i < z->nlook; i++)
		n += ref_picked(&z->look[i], type);
	zpage_rows(z, which == 2 ? 0 : n, 0, ref_look_row, type, rq, rp);
}

static void
ref_one(const struct zephyr *z, const int *type, const struct request *rq,
    struct reply *rp)
{
	int64_t id;
	int i;

	if (!request_int(rq->cap[0], &id)) {
		reply_zephyr(rp, 400, "id: must be a number");
		return;
	}
	for (i = 0; i < z->nlook; i++)
		if (z->look[i].id == id && ref_picked(&z->look[i], type)) {
			buf_puts(&rp->body, z->look[i].row);
			return;
		}
	reply_zephyr(rp, 404, "The entity with id %ld does not exist",
	    (long)id);
}

/* Answer with one row if the path has an id, else with the list. */
static void
ref_answer(const struct zephyr *z, int type, const struct request *rq, struct reply *rp)
{
	(rq->nseg == 3 ? ref_one : ref_list)(z, &type, rq, rp);
}

void
z_priorities(struct mock *m, struct request *rq, struct reply *rp)
{
	ref_answer(m->zephyr, ZL_PRIORITY, rq, rp);
}

void
z_environments(struct mock *m, struct request *rq, struct reply *rp)
{
	ref_answer(m->zephyr, ZL_ENV, rq, rp);
}

void
z_statuses(struct mock *m, struct request *rq, struct reply *rp)
{
	static const char *const types[] = { "TEST_CASE", "TEST_PLAN",
	    "TEST_CYCLE", "TEST_EXECUTION" };
	const char *want = request_arg(rq, "statusType");
	int i, type = REF_ALL_STATUSES;

	for (i = 0; want != NULL && i < 4; i++)
		if (strcmp(want, types[i]) == 0)
			type = i;
	if (want != NULL && type == REF_ALL_STATUSES)
		reply_zephyr(rp, 400, "statusType: not one of TEST_CASE, "
		    "TEST_PLAN, TEST_CYCLE, TEST_EXECUTION");
	else
		ref_answer(m->zephyr, type, rq, rp);
}

enum { FILLERS = 11 };		/* more than a page of 10 */

static void
ref_project_row(const struct zephyr *z, const void *arg, int64_t i, struct buf *b)
{
	(void)arg;
	json_out_open(b, NULL, '{');
	json_out_int(b, "id", i == FILLERS ? z->project : 31000 + i);
	json_out_int(b, "jiraProjectId", i == FILLERS ? 10302 : 12000 + i);
	if (i == FILLERS)
		json_out_str(b, "key", z->key);
	else if (i > FILLERS)
		json_out_str(b, "key", i == FILLERS + 1 ? "EMPTY" : "OFF");
	else
		json_out_fmt(b, "key", "FILL%d", (int)i);
	json_out_bool(b, "enabled", i != FILLERS + 2);
	json_out_close(b, '}');
}

void
z_projects(struct mock *m, struct request *rq, struct reply *rp)
{
	zpage_rows(m->zephyr, FILLERS + 3, 0, ref_project_row, NULL, rq, rp);
}

void
z_project_one(struct mock *m, struct request *rq, struct reply *rp)
{
	char key[16];
	int64_t i, id = 0;

	request_int(rq->cap[0], &id);
	for (i = 0; i < FILLERS + 3; i++) {
		snprintf(key, sizeof(key), "FILL%d", (int)i);
		if (i > FILLERS)
			snprintf(key, sizeof(key), "%s",
			    i == FILLERS + 1 ? "EMPTY" : "OFF");
		if (strcmp(rq->cap[0], i == FILLERS ? m->zephyr->key : key)
		    == 0 || id == (i == FILLERS ? m->zephyr->project :
		    31000 + i)) {
			ref_project_row(m->zephyr, NULL, i, &rp->body);
			return;
		}
	}
	reply_zephyr(rp, 404, "Project %s does not exist", rq->cap[0]);
}

void
z_health(struct mock *m, struct request *rq, struct reply *rp)
{
	(void)m;
	(void)rq;
	rp->status = 200;
}
