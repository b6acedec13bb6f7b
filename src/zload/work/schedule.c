#include <string.h>

#include "cache/id_cache.h"
#include "links/link_send.h"
#include "recover/doubt.h"
#include "work/queue.h"
#include "work/record_gone.h"
#include "work/resolve.h"
#include "work/schedule.h"
#include "work/task.h"
#include "work/update.h"
#include "work/work.h"

/* Lanes that an earlier task occupies, in an open-addressed set of hashes. */
enum { LANES = 2048 };

struct lanes {
	uint64_t	 v[LANES];
	int		 n;
};

/* Return 1 if the lane was free and is occupied now, else 0. */
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

/* Check the needs of a new task: make it ready, block it by the first effect that is not
   done, or end it.  0, -1. */
static int
schedule_lookup(struct task *t, struct err *e)
{
	struct json needs = { 0 }, one = { 0 };
	struct known_id k;
	char kind[32];
	int i = 0, rc = 1;

	if (t->kind == NULL) {
		task_end(t, OUT_FAILED, "unknown kind %s", t->e.kind);
		return 0;
	}
	if ((rc = check_gone(t, e)) != 1)
		return rc;
	if (t->e.needs != NULL && json_parse(&needs, t->e.needs, strlen(t->e.needs), NULL, e) == -1)
		return -1;
	while (rc == 1 && json_each(&needs, &i, &one))
		if (json_str(&one, "") != NULL)
			rc = resolve_need(t, json_str(&one, ""), &k, kind, e);
	json_free(&one);
	json_free(&needs);
	if (rc == 1)
		t->state = TASK_READY;
	return rc == -1 ? -1 : 0;
}

/* True if the lane of a task is free, or if the task only searches for its object. */
static int
schedule_may_start(struct task *t, struct lanes *lanes)
{
	int is_free = schedule_lane_claim(lanes, t->lane);

	return task_is_sought(t) || (is_free &&
	    (t->lane == 0 || !doubt_lane(t->work->doubts, t->lane)));
}

/*
 * Tasks start in order of work.  A stage of the order (.phase) begins when no task of an
 * earlier one can start or is under way.  A task that waits for a read-back delays only the
 * tasks that need it and the later tasks of its lane.
 */
int
schedule(struct queue *q, enum effect_kind kind, int room, struct err *e)
{
	struct lanes lanes = { .n = 0 };
	int64_t low = -1;
	struct task *t;
	int n = 0;

	for (t = q->head; t != NULL; t = t->next) {
		if (kind != KIND_UNKNOWN && t->e.type != kind)
			continue;
		if (t->state == TASK_ENDED) {
			/* The lane waits until the task is read back or sent again. */
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
		if ((t->state == TASK_READY && link_may_start(t, n < room || task_is_sought(t))) ||
		    t->state == TASK_READ) {
			if ((t->state == TASK_READY ? t->kind->prepare(t, e) :
			    update_decide(t, e)) == -1)
				return -1;
			n += t->group != GROUP_JOINS &&
			    (t->state == TASK_WRITE || t->state == TASK_READING);
		}
		if (t->state != TASK_BLOCKED && t->state != TASK_ENDED)
			low = t->e.phase;
	}
	return n;
}
