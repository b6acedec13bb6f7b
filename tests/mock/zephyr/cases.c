#include <stdio.h>
#include <string.h>

#include "io/json/json_out.h"

#include "zephyr/api.h"

/* The calls below testcases, except those of scripts and files. */

static int64_t
cases_wanted(const struct zephyr *z, const struct request *rq, struct reply *rp)
{
	int64_t pos = zcase_pos(z, rq->cap[0]);

	if (pos >= 0)
		return pos;
	if (strstr(rq->cap[0], "-T") == NULL)
		reply_zephyr(rp, 400, "testCaseKey: should match pattern "
		    "(.+-T[0-9]+)");
	else
		reply_zephyr(rp, 404, "The test case with key %s does not "
		    "exist or you do not have access to it", rq->cap[0]);
	return -1;
}

static int
cases_in_folder(const struct zephyr *z, int64_t pos, const void *arg)
{
	struct buf b = { 0 };
	char want[64];
	int yes;

	snprintf(want, sizeof(want), "\"folder\":{\"id\":%ld,",
	    (long)*(const int64_t *)arg);
	zcase_row(z, pos, &b);
	yes = strstr(buf_str(&b), want) != NULL;
	buf_free(&b);
	return yes;
}

void
z_cases(struct mock *m, struct request *rq, struct reply *rp)
{
	int64_t folder;
	struct zlist l = { .kind = ZK_CASE, .filter = &folder };
	int given = request_num(rq, "folderId", 0, &folder);

	if (given == -1) {
		reply_zephyr(rp, 400, "folderId: must be a number");
		return;
	}
	if (given == 1)
		l.fits = cases_in_folder;
	zpage_list(m->zephyr, &l, rq, rp);
}

void
z_case_one(struct mock *m, struct request *rq, struct reply *rp)
{
	int64_t pos = cases_wanted(m->zephyr, rq, rp);

	if (pos >= 0)
		zcase_row(m->zephyr, pos, &rp->body);
}

void
z_case_links(struct mock *m, struct request *rq, struct reply *rp)
{
	int64_t pos = cases_wanted(m->zephyr, rq, rp);

	if (pos < 0)
		return;
	json_out_open(&rp->body, NULL, '{');
	json_out_fmt(&rp->body, "self", "%s/testcases/%s/links", m->zephyr->base,
	    rq->cap[0]);
	z_issues(m->zephyr, &rp->body, z_rand(m->zephyr, ZK_CASE, pos, 5));
	z_weblinks(m->zephyr, &rp->body, z_rand(m->zephyr, ZK_CASE, pos, 6));
	json_out_close(&rp->body, '}');
}

static void
cases_version_row(const struct zephyr *z, const void *arg, int64_t i, struct buf *b)
{
	int64_t pos = *(const int64_t *)arg;
	int v = zcase_versions(z, pos) - (int)i;	/* most recent first */

	json_out_open(b, NULL, '{');
	json_out_int(b, "id", zcase_version_id(z, pos, v));
	json_out_fmt(b, "self", "%s/testcases/%s-T%ld/versions/%d", z->base, z->key,
	    (long)zcase_num(z, pos), v);
	json_out_close(b, '}');
}

void
z_case_versions(struct mock *m, struct request *rq, struct reply *rp)
{
	int64_t pos = cases_wanted(m->zephyr, rq, rp);

	if (pos >= 0)
		zpage_rows(m->zephyr, zcase_versions(m->zephyr, pos), 0,
		    cases_version_row, &pos, rq, rp);
}

void
z_case_version(struct mock *m, struct request *rq, struct reply *rp)
{
	const struct zephyr *z = m->zephyr;
	int64_t pos = cases_wanted(z, rq, rp), v;

	if (pos < 0)
		return;
	if (!request_int(rq->cap[1], &v)) {
		reply_zephyr(rp, 400, "version: must be a number");
		return;
	}
	if (v < 1 || v > zcase_versions(z, pos)) {
		reply_zephyr(rp, 404, "Version %ld does not exist", (long)v);
		return;
	}
	zcase_row_as(z, zcase_source(z, pos), zcase_version_id(z, pos, (int)v),
	    &rp->body);
}
