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
	int64_t		 inline_left;	/* bytes of files that the object created last takes */
};

/* Count what the effect with this kind and key would change.  1 when it is to be created,
   0, -1. */
static int
plan_one(struct plan *p, const char *kind, const char *ekey, const char *hash, struct err *e)
{
	char *key = mem_fmt("%s/%s", kind, ekey);
	int i, is_new = set_add(&p->seen, text_hash(key)), rc, created;
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
	created = rc == 0 || (f.id == 0 && f.state != STATE_DONE) || f.state == STATE_ROLLED_BACK;
	if (created) {
		p->kind[i].create++;
		p->requests++;
	} else if (f.desired_hash != NULL && strcmp(f.desired_hash, hash) == 0 &&
	    f.state == STATE_DONE)
		p->kind[i].same++;
	else {
		p->kind[i].update++;
		p->requests += f.type == KIND_BLOB ? 0 : f.type == KIND_APPROVE ? 1 : 2;
	}
	effect_free(&f);
	return created;
}

/* True if a file to be created goes in the request that creates its object. */
static int
plan_is_inline(struct plan *p, const struct target *row)
{
	struct json doc = { 0 };
	int64_t size;
	const char *ref;
	int is = 0;

	if (json_parse(&doc, row->body, strlen(row->body), NULL, NULL) == 0) {
		size = json_int(&doc, "body.size", 0);
		ref = json_str(&doc, "parent.$ref");
		is = size > 0 && size <= p->inline_left && ref != NULL &&
		    (strncmp(ref, "case/", 5) == 0 || strncmp(ref, "log/", 4) == 0);
		p->inline_left -= is ? size : 0;
	}
	json_free(&doc);
	return is;
}

/* Count what a row of the input would change.  0, -1. */
static int
plan_row(struct plan *p, const struct target *row, struct err *e)
{
	int created = plan_one(p, row->kind, row->ekey, row->hash, e);

	if (created == -1)
		return -1;
	if (row->type != KIND_BLOB)
		p->inline_left = created ? p->session->options->inline_limit : 0;
	else if (created && plan_is_inline(p, row))
		p->requests--;
	return row->type == KIND_CASE &&
	    plan_one(p, "approve", row->ekey, row->hash, e) == -1 ? -1 : 0;
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
		if (plan_row(p, &row[i], e) == -1)
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
