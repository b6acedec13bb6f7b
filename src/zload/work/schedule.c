#include <stdio.h>
#include <string.h>

#include "load.h"
#include "cache/id_cache.h"
#include "recover/doubt.h"
#include "work/queue.h"
#include "work/record_gone.h"
#include "work/schedule.h"
#include "work/task.h"
#include "work/update.h"

/* Lanes that something earlier occupies: an open-addressed set of hashes. */
enum { LANES = 2048 };

struct lanes {
	uint64_t	 v[LANES];
	int		 n;
};

/* 1 when it was free and is taken now. */
static int
schedule_lane_claim(struct lanes *s, uint64_t lane)
{
	size_t i = lane % LANES;

	if (lane == 0)
		return 1;
	if (s->n > LANES / 2)
		return 0;
	while (s->v[i] != 0) {
		if (s->v[i] == lane)
			return 0;
		i = (i + 1) % LANES;
	}
	s->v[i] = lane;
	s->n++;
	return 1;
}

/* One need, "kind/ekey": 1 it is there, 0 blocked or skipped, -1. */
static int
schedule_need_met(struct task *t, const char *need, struct err *e)
{
	const char *slash = strchr(need, '/');
	struct id_cache k;
	char kind[32], why[300] = "";
	int rc;

	if (slash == NULL || (size_t)(slash - need) >= sizeof(kind)) {
		task_end(t, OUT_SKIPPED, "needs %s, which is not an effect", need);
		return 0;
	}
	snprintf(kind, sizeof(kind), "%.*s", (int)(slash - need), need);
	rc = id_cache_find(t->load, kind, slash + 1, &k, why, sizeof(why), e);
	if (rc == ID_BROKEN)
		task_end(t, OUT_SKIPPED, "needs %s", why);
	else if (rc == ID_ABSENT && !t->load->input_open)
		task_end(t, OUT_SKIPPED, "needs %s, which does not exist in qTest", need);
	else if (rc == ID_ABSENT || rc == ID_NOT_YET)
		task_block(t, kind, slash + 1);
	return rc == -1 ? -1 : rc == ID_DONE;
}

/* Everything it needs: ready, blocked by the first that is not there, or ended. */
static int
schedule_lookup(struct task *t, struct err *e)
{
	struct json needs = { 0 }, one;
	int i, n, rc = 1;

	if (t->kind == NULL) {
		task_end(t, OUT_FAILED, "unknown kind %s", t->e.kind);
		return 0;
	}
	if ((rc = check_gone(t, e)) != 1)
		return rc;
	if (t->e.needs != NULL && json_parse(&needs, t->e.needs,
	    strlen(t->e.needs), NULL, e) == -1)
		return -1;
	for (i = 0, n = json_len(&needs, ""); i < n && rc == 1; i++) {
		one = json_at(&needs, i);
		rc = json_str(&one, "") == NULL ? 1 :
		    schedule_need_met(t, json_str(&one, ""), e);
		json_free(&one);
	}
	json_free(&needs);
	if (rc == 1)
		t->state = TASK_READY;
	return rc == -1 ? -1 : 0;
}

/* --adopt: it will not be made before it was looked for. */
static int
schedule_is_adopting(const struct task *t)
{
	return t->load->adopt && t->e.id == 0 && t->origin != ORIGIN_LOOKUP;
}

/* Ready, and its turn: what comes of it. 1 when it takes room. */
static int
schedule_start(struct task *t, struct err *e)
{
	if (t->state == TASK_READY && t->kind->prepare(t, e) == -1)
		return -1;
	if (t->state == TASK_READ && update_decide(t, e) == -1)
		return -1;
	return t->state == TASK_WRITE || t->state == TASK_READING;
}

/* Its lane is free, or it is only looked for. */
static int
schedule_may_start(struct task *t, struct lanes *lanes)
{
	int is_free = schedule_lane_claim(lanes, t->lane);

	return schedule_is_adopting(t) || (is_free &&
	    (t->lane == 0 || !doubt_lane(t->load, t->lane)));
}

/*
 * In order of work: a phase begins when nothing of an earlier one is under way
 * or could be; what only waits (for a read-back) holds nobody up but those
 * who need it, and those behind it in its lane.
 */
int
schedule(struct load *l, int room, struct err *e)
{
	struct lanes lanes = { .n = 0 };
	int64_t low = -1;
	struct task *t;
	int rc, n = 0;

	for (t = l->queue->head; t != NULL; t = t->next) {
		if (l->phase == PHASE_FIELDS && t->e.type != KIND_FIELD)
			continue;
		if (t->state == TASK_ENDED) {
			/* To be read back or sent again: its lane waits. */
			if (t->out == OUT_DOUBT || t->out == OUT_UNDO)
				(void)schedule_lane_claim(&lanes, t->lane);
			continue;
		}
		if (low >= 0 && t->e.phase > low)
			break;
		if (t->state == TASK_NEW && schedule_lookup(t, e) == -1)
			return -1;
		if (t->state == TASK_ENDED || !schedule_may_start(t, &lanes) ||
		    t->state == TASK_BLOCKED)
			continue;
		if ((t->state == TASK_READY && (n < room || schedule_is_adopting(t))) ||
		    t->state == TASK_READ) {
			if ((rc = schedule_start(t, e)) == -1)
				return -1;
			n += rc;
		}
		if (t->state != TASK_BLOCKED && t->state != TASK_ENDED)
			low = t->e.phase;
	}
	return n;
}
