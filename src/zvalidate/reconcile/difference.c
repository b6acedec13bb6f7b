#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/checkpoint.h"
#include "domain/finding.h"
#include "domain/ledger/ledger.h"
#include "io/json/json_out.h"
#include "reconcile/difference.h"

const char *const object_kinds[KINDS] = {
	"module", "case", "step", "release", "cycle", "suite", "run", "log", "step-log",
	"file", "link", "source"
};

int
differences_fail(struct differences *d, const struct err *e)
{
	if (d->fail.code == 0)
		d->fail = *e;
	return -1;
}

void
differences_query_end(struct differences *d, struct db_query *q)
{
	struct err e = { 0 };

	if (db_done(q, &e) == -1)
		differences_fail(d, &e);
}

int64_t
differences_query_int(struct differences *d, struct db_query *q)
{
	int64_t n = db_row(q) ? db_int(q, 0) : 0;

	differences_query_end(d, q);
	return n;
}

struct difference *
differences_add(struct differences *all)
{
	if (all->nheld == sizeof(all->held) / sizeof(all->held[0]))
		differences_flush(all);
	return &all->held[all->nheld++];
}

void
differences_deleted(struct differences *all, const char *kind, const char *ekey)
{
	struct difference *d = &all->held[all->nheld - 1];

	d->kind = kind;
	d->deleted = mem_dup(ekey);
	all->deleted++;
}

void
differences_tally(struct differences *all, int kind, int differs)
{
	struct tally *y = &all->tally[kind];

	y->compared++;
	y->different += differs;
	y->equal += !differs;
}

/* Store a difference, and in the ledger that its object was deleted.  0, -1. */
static int
difference_store(struct differences *all, const struct difference *d, struct err *e)
{
	struct finding f = { .db = all->db, .project = all->project, .run = all->run };
	struct ledger l = { .db = all->db, .project = all->project, .target = all->target };

	if (d->deleted != NULL && ledger_mark_deleted(&l, d->kind, d->deleted, e) == -1)
		return -1;
	return finding_put(&f, &(struct issue){ .side = "reconcile", .level = "error",
	    .stream = d->stream, .key = d->key, .rule = d->what, .what = d->text,
	    .accepted = d->by != NULL ? d->by->reason : NULL,
	    .owner = d->by != NULL ? d->by->owner : NULL }, e);
}

static int
differences_store(struct db *db, void *arg, struct err *e)
{
	struct differences *all = arg;
	const struct difference *d;
	int rc = 0;

	(void)db;
	for (d = all->held; d < all->held + all->nheld && rc == 0; d++)
		rc = difference_store(all, d, e);
	return rc;
}

void
differences_flush(struct differences *all)
{
	struct difference *d;
	struct err e = { 0 };

	if (all->nheld > 0 && db_tx(all->db, differences_store, all, &e) == -1)
		differences_fail(all, &e);
	while (all->nheld > 0) {
		d = &all->held[--all->nheld];
		free(d->stream);
		free(d->key);
		free(d->what);
		free(d->text);
		free(d->deleted);
		d->deleted = NULL;
	}
}

/* What the comparison was, for its summary. */
struct summary {
	const struct differences *all;
	const char	*target;
	int64_t		 pass;
};

static void
difference_summary_json(const struct summary *s, struct buf *b)
{
	const struct tally *t;
	int i;

	json_out_open(b, NULL, '{');
	json_out_int(b, "accepted", s->all->accepted);
	json_out_int(b, "differences", s->all->count);
	json_out_open(b, "kinds", '{');
	for (i = 0; i < KINDS; i++) {
		t = &s->all->tally[i];
		json_out_open(b, object_kinds[i], '{');
		json_out_int(b, "compared", t->compared);
		json_out_int(b, "different", t->different);
		json_out_int(b, "duplicate", t->duplicate);
		json_out_int(b, "equal", t->equal);
		json_out_int(b, "missing", t->missing);
		json_out_int(b, "unexpected", t->unexpected);
		json_out_close(b, '}');
	}
	json_out_close(b, '}');
	json_out_int(b, "pass", s->pass);
	json_out_str(b, "project", s->all->project);
	json_out_str(b, "target", s->target);
	json_out_str(b, "type", "summary");
	json_out_close(b, '}');
}

static int
difference_summary_store(struct db *db, void *arg, struct err *e)
{
	const struct summary *s = arg;
	const struct checkpoint_of of = { db, "zvalidate", s->all->project, s->pass };
	struct buf b = { 0 };
	char *scope = mem_fmt("reconcile:%s", s->target);
	int rc;

	difference_summary_json(s, &b);
	rc = checkpoint_put_text(&of, scope, buf_str(&b), s->all->count, s->all->count, e);
	buf_free(&b);
	free(scope);
	return rc;
}

static void
difference_summary_text(const struct differences *all)
{
	const struct tally *t;
	int i;

	for (i = 0; i < KINDS; i++) {
		t = &all->tally[i];
		if (t->compared + t->missing + t->unexpected > 0)
			printf("%-9s %8" PRId64 " compared %8" PRId64 " equal %6" PRId64
			    " different %6" PRId64 " missing %6" PRId64 " duplicate %6" PRId64
			    " unexpected\n", object_kinds[i], t->compared, t->equal,
			    t->different, t->missing, t->duplicate, t->unexpected);
	}
	printf("%" PRId64 " difference%s", PLURAL(all->count));
	if (all->accepted > 0)
		printf(", %" PRId64 " accepted", all->accepted);
	printf("\n");
}

void
differences_summary(struct differences *all, const char *target, int64_t pass)
{
	struct summary s = { all, target, pass };
	const struct accepted *x;
	struct buf b = { 0 };
	struct err e = { 0 };

	differences_flush(all);
	if (db_tx(all->db, difference_summary_store, &s, &e) == -1)
		differences_fail(all, &e);
	if (all->json) {
		difference_summary_json(&s, &b);
		printf("%s\n", buf_str(&b));
		buf_free(&b);
	} else {
		difference_summary_text(all);
	}
	if (all->deleted > 0)
		log_info("reconcile", "%" PRId64 " object%s deleted in qTest; `zload "
		    "--restore-missing` creates them again", all->deleted,
		    all->deleted == 1 ? " was" : "s were");
	for (x = all->accept->v; x < all->accept->v + all->accept->n; x++)
		if (x->met == 0)
			log_info("reconcile", "%s %s: %s: accepted, but no longer different; "
			    "remove the line from the --accept file", x->stream, x->key,
			    x->rule);
}
