#include <inttypes.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/set.h"
#include "plan_effects.h"
#include "preflight.h"
#include "session.h"
#include "input/ingest.h"
#include "input/input.h"
#include "work/record_gone.h"
#include "work/work.h"

enum { KINDS = 12 };

struct plan {
	struct session	*session;
	struct input	*input;
	struct { char name[24]; int64_t create, update, same; } kind[KINDS];
	struct set	 seen;		/* hashes of effects, which several records may have */
	int64_t		 requests;
};

/* Count what the effect with this kind and key would change. */
static int
plan_one(struct plan *p, const char *kind, const char *ekey, const char *hash, struct err *e)
{
	char *key = mem_fmt("%s/%s", kind, ekey);
	int i, is_new = set_add(&p->seen, text_hash(key)), rc;
	struct effect f;

	free(key);
	if (!is_new)
		return 0;
	for (i = 0; i < KINDS - 1 && p->kind[i].name[0] != '\0' &&
	    strcmp(p->kind[i].name, kind) != 0; i++)
		continue;
	snprintf(p->kind[i].name, sizeof(p->kind[i].name), "%s", kind);
	if ((rc = ledger_find(&p->session->ledger, kind, ekey, &f, e)) == -1)
		return -1;
	if (rc == 0 || (f.id == 0 && f.state != STATE_DONE) || f.state == STATE_ROLLED_BACK) {
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

/* Count what n rows of the input would change (ingest_sink). */
static int
plan_rows(void *arg, const struct target *row, int n, int piped, struct err *e)
{
	struct plan *p = arg;
	int i;

	for (i = 0; i < n; i++) {
		if (!piped && gone_row(p->input, &row[i]))
			continue;
		if (plan_one(p, row[i].kind, row[i].ekey, row[i].hash, e) == -1)
			return -1;
		if (row[i].type == KIND_CASE &&
		    plan_one(p, "approve", row[i].ekey, row[i].hash, e) == -1)
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
	    "return step ids on approval\n", p->requests);
}

int
plan(struct work *w, struct err *e)
{
	struct pollfd pfd = { .events = POLLIN };
	struct plan p = { .session = w->session, .input = w->input };
	struct ingest *in;
	int rc = ingest_open(&in, w, plan_rows, &p, e), creating;

	while (rc != -1 && w->input->is_open && !job_stop(w->session->job, NULL)) {
		rc = ingest_turn(in, e);
		pfd.fd = ingest_fd(in);
		if (rc == 0 && w->input->is_open && pfd.fd != -1)
			(void)poll(&pfd, 1, 1000);
	}
	ingest_close(in);
	if (rc != -1 && w->input->map[0] != '\0')
		rc = preflight(w, &creating, e);
	if (rc != -1)
		plan_effects_print(&p);
	set_free(&p.seen);
	return rc == -1 ? -1 : 0;
}
