#include <string.h>

#include "mark.h"
#include "out.h"
#include "qtest_break.h"
#include "qtest_state.h"
#include "record.h"
#include "scenario.h"
#include "zephyr_api.h"
#include "zephyr_edit.h"

/* The pages below /__mock: what tests ask of the mock itself. */

static void
show_record(struct mock *m, struct request *rq, struct reply *rp)
{
	rp->type = "application/x-ndjson";
	record_print(m->record, rq, &rp->body);
}

static void
show_counts(struct mock *m, struct request *rq, struct reply *rp)
{
	record_counts(m->record, rq, &rp->body);
}

static void
show_state(struct mock *m, struct request *rq, struct reply *rp)
{
	int64_t id;

	request_num(rq, "project", 0, &id);
	qstate_print(m, id, request_flag(rq, "normal", 0), &rp->body);
}

static void
reset(struct mock *m, struct request *rq, struct reply *rp)
{
	(void)rq;
	record_reset(m->record);
	reply_message(rp, "record is empty");
}

static void
show_scenario(struct mock *m, struct request *rq, struct reply *rp)
{
	(void)rq;
	rp->type = "application/x-ndjson";
	scenario_print(m->scenario, &rp->body);
}

/* The body: lines of a scenario; they take the place of those before. */
static void
put_scenario(struct mock *m, struct request *rq, struct reply *rp)
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
		show_scenario(m, rq, rp);
}

/* How many of each kind stand where. */
static void
show_size(struct mock *m, struct request *rq, struct reply *rp)
{
	const struct zephyr *z = m->zephyr;
	struct buf *b = &rp->body;
	int64_t i, n;
	int k;

	(void)rq;
	out_open(b, NULL, '{');
	out_open(b, "zephyr", '{');
	for (k = 0; k < ZK_COUNT; k++)
		out_int(b, zkind_names[k], z->n[k] - z->ngone[k]);
	out_int(b, "folders", z->nfolder);
	out_str(b, "project", z->key);
	out_close(b, '}');
	out_open(b, "qtest", '{');
	for (k = QK_MODULE; k < QK_COUNT; k++) {
		for (n = 0, i = 0; i < m->qtest->nobj[k]; i++)
			n += !m->qtest->obj[k][i]->gone;
		out_int(b, qobj_prefix((enum qkind)k), n);
	}
	out_close(b, '}');
	out_int(b, "requests", record_count(m->record));
	out_close(b, '}');
	buf_putc(b, '\n');
}

const struct route control_routes[] = {
	{ "GET", "/__mock/record", show_record },
	{ "GET", "/__mock/counts", show_counts },
	{ "GET", "/__mock/state", show_state },
	{ "GET", "/__mock/size", show_size },
	{ "GET", "/__mock/source", z_source },
	{ "GET", "/__mock/scenario", show_scenario },
	{ "POST", "/__mock/scenario", put_scenario },
	{ "POST", "/__mock/reset", reset },
	{ "POST", "/__mock/mark", mark_set },
	{ "POST", "/__mock/back", mark_back },
	{ "POST", "/__mock/edit", zephyr_edit },
	{ "POST", "/__mock/break", qtest_break },
	{ NULL, NULL, NULL }
};
