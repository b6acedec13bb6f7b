#include <string.h>

#include "io/json/json_out.h"

#include "qtest/state/break.h"
#include "qtest/state/state.h"
#include "server/mark.h"
#include "server/record.h"
#include "server/scenario.h"
#include "zephyr/api.h"
#include "zephyr/edit.h"

/* The pages below /__mock, with which tests query and steer the mock. */

static void
control_show_record(struct mock *m, struct request *rq, struct reply *rp)
{
	rp->type = "application/x-ndjson";
	record_print(m->record, rq, &rp->body);
}

static void
control_show_counts(struct mock *m, struct request *rq, struct reply *rp)
{
	record_counts(m->record, rq, &rp->body);
}

static void
control_show_state(struct mock *m, struct request *rq, struct reply *rp)
{
	int64_t id;

	request_num(rq, "project", 0, &id);
	qstate_print(m, id, request_flag(rq, "normal", 0), request_flag(rq, "deleted", 0),
	    &rp->body);
}

static void
control_reset(struct mock *m, struct request *rq, struct reply *rp)
{
	(void)rq;
	record_reset(m->record);
	reply_qtest(rp, 200, "record is empty");
}

static void
control_show_scenario(struct mock *m, struct request *rq, struct reply *rp)
{
	(void)rq;
	rp->type = "application/x-ndjson";
	scenario_print(m->scenario, &rp->body);
}

/* Replace the scenario by the lines of the body. */
static void
control_put_scenario(struct mock *m, struct request *rq, struct reply *rp)
{
	const char *s = buf_str(&rq->body);
	struct err e = { 0 };
	struct buf line = { 0 };
	size_t len;

	scenario_clear(m->scenario);
	while (*s != '\0' && e.code == 0) {
		len = strcspn(s, "\n");
		buf_reset(&line);
		buf_add(&line, s, len);
		scenario_add(m->scenario, buf_str(&line), &e);
		s += len + (s[len] == '\n');
	}
	buf_free(&line);
	if (e.code != 0)
		reply_qtest(rp, 400, "%s", e.msg);
	else
		control_show_scenario(m, rq, rp);
}

/* Print the number of objects of each kind in Zephyr and in qTest. */
static void
control_show_size(struct mock *m, struct request *rq, struct reply *rp)
{
	const struct zephyr *z = m->zephyr;
	struct buf *b = &rp->body;
	int64_t i, n;
	int k;

	(void)rq;
	json_out_open(b, NULL, '{');
	json_out_open(b, "zephyr", '{');
	for (k = 0; k < ZK_COUNT; k++)
		json_out_int(b, zkind_names[k], z->n[k] - z->ngone[k]);
	json_out_int(b, "folders", z->nfolder);
	json_out_str(b, "project", z->key);
	json_out_close(b, '}');
	json_out_open(b, "qtest", '{');
	for (k = QK_MODULE; k < QK_COUNT; k++) {
		for (n = 0, i = 0; i < m->qtest->nobj[k]; i++)
			n += !m->qtest->obj[k][i]->gone;
		json_out_int(b, qobj_prefix((enum qkind)k), n);
	}
	json_out_close(b, '}');
	json_out_int(b, "requests", record_count(m->record));
	json_out_close(b, '}');
	buf_putc(b, '\n');
}

const struct route control_routes[] = {
	{ "GET", "/__mock/record", control_show_record },
	{ "GET", "/__mock/counts", control_show_counts },
	{ "GET", "/__mock/state", control_show_state },
	{ "GET", "/__mock/size", control_show_size },
	{ "GET", "/__mock/source", z_source },
	{ "GET", "/__mock/scenario", control_show_scenario },
	{ "POST", "/__mock/scenario", control_put_scenario },
	{ "POST", "/__mock/reset", control_reset },
	{ "POST", "/__mock/mark", mark_set },
	{ "POST", "/__mock/back", mark_back },
	{ "POST", "/__mock/edit", zephyr_edit },
	{ "POST", "/__mock/break", qtest_break },
	{ NULL, NULL, NULL }
};
