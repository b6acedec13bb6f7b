#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/set.h"
#include "load.h"
#include "plan_effects.h"
#include "preflight.h"
#include "input/ingest.h"
#include "work/record_gone.h"

/*
 * --plan: what would be created, updated or left, and how many requests that
 * takes.  The database is read and nothing is written, neither there nor in
 * qTest.  An effect may come with several records; a fingerprint of 8 bytes
 * each tells which were counted.
 */
enum { KINDS = 12 };

struct plan {
	struct { char name[24]; int64_t create, update, same; } kind[KINDS];
	struct set	 seen;
	int64_t		 requests;
};

/* Count what the effect with this kind and key would change. */
static int
plan_one(struct load *l, const char *kind, const char *ekey, const char *hash,
    struct err *e)
{
	struct plan *p = l->planned;
	char *key = mem_fmt("%s/%s", kind, ekey);
	int i, fresh = set_add(&p->seen, text_hash(key)), rc;
	struct effect f;

	free(key);
	if (!fresh)
		return 0;
	for (i = 0; i < KINDS - 1 && p->kind[i].name[0] != '\0' &&
	    strcmp(p->kind[i].name, kind) != 0; i++)
		continue;
	snprintf(p->kind[i].name, sizeof(p->kind[i].name), "%s", kind);
	if ((rc = ledger_find(&l->ledger, kind, ekey, &f, e)) == -1)
		return -1;
	if (rc == 0 || f.id == 0 || f.state == STATE_ROLLED_BACK) {
		p->kind[i].create++;
		p->requests++;
	} else if (f.desired_hash != NULL && strcmp(f.desired_hash, hash) == 0 &&
	    f.state == STATE_DONE)
		p->kind[i].same++;
	else {
		p->kind[i].update++;
		p->requests += f.type == KIND_APPROVE ? 1 : 2;
	}
	effect_free(&f);
	return 0;
}

/* The sink of the input: count what each row would change. */
static int
plan_rows(struct load *l, const struct target *row, int n, int piped, struct err *e)
{
	int i;

	for (i = 0; i < n; i++) {
		if (!piped && gone_row(l, &row[i]))
			continue;
		if (plan_one(l, row[i].kind, row[i].ekey, row[i].hash, e) == -1)
			return -1;
		if (row[i].type == KIND_CASE &&
		    plan_one(l, "approve", row[i].ekey, row[i].hash, e) == -1)
			return -1;
	}
	return 0;
}

static void
plan_effects_print(const struct plan *p)
{
	int i;

	for (i = 0; i < KINDS && p->kind[i].name[0] != '\0'; i++)
		printf("%s: %" PRId64 " to create, %" PRId64 " to update, %" PRId64
		    " unchanged\n", p->kind[i].name, p->kind[i].create,
		    p->kind[i].update, p->kind[i].same);
	printf("requests: %" PRId64 ", plus one per case with step results if qTest does not "
	    "return step ids on approval\n",
	    p->requests);
}

int
plan(struct load *l, struct err *e)
{
	struct pollfd pfd = { .events = POLLIN };
	struct plan p = { .requests = 0 };
	int rc, creating;

	l->planned = &p;
	rc = ingest_open(l, plan_rows, e);
	while (rc != -1 && l->input_open && !job_stop(&l->job, NULL)) {
		rc = ingest_turn(l, e);
		pfd.fd = ingest_fd(l);
		if (rc == 0 && l->input_open && pfd.fd != -1)
			(void)poll(&pfd, 1, 1000);
	}
	if (rc != -1 && l->map[0] != '\0')
		rc = preflight(l, &creating, e);
	if (rc != -1)
		plan_effects_print(&p);
	set_free(&p.seen);
	l->planned = NULL;
	return rc == -1 ? -1 : 0;
}
