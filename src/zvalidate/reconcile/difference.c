#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/checkpoint.h"
#include "domain/finding.h"
#include "io/json/json_out.h"
#include "reconcile/difference.h"

const char *const object_kinds[KINDS] = {
	"module", "case", "step", "release", "cycle", "suite", "run", "log", "step-log", "source"
};

struct difference {
	char		*stream, *key, *what, *text;
	const struct accepted *by;	/* NULL: not accepted */
};

enum { SHOWN = 70, BEFORE = 20, HELD = 256 };

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

/* Append s from byte `from` on as part of a line: control bytes as escapes, cut after
   SHOWN bytes between characters. */
static void
difference_shorten(struct buf *b, const char *s, size_t from)
{
	size_t len = strlen(s), i;

	while (from > 0 && ((unsigned char)s[from] & 0xc0) == 0x80)
		from--;
	if (from > 0)
		buf_puts(b, "\xe2\x80\xa6");
	for (i = from; i < len; i++) {
		if (i - from >= SHOWN && ((unsigned char)s[i] & 0xc0) != 0x80) {
			buf_puts(b, "\xe2\x80\xa6");
			return;
		}
		if (s[i] == '\n')
			buf_puts(b, "\\n");
		else if ((unsigned char)s[i] < 0x20 || s[i] == 0x7f ||
		    ((unsigned char)s[i] == 0xc2 && (unsigned char)s[i + 1] < 0xa0))
			buf_printf(b, "\\x%02x", (unsigned char)s[i]);
		else
			buf_putc(b, s[i]);
	}
}

static void
difference_quote(struct buf *b, const char *s, size_t from)
{
	if (*s == '\0') {
		buf_puts(b, "nothing");
		return;
	}
	buf_putc(b, '"');
	difference_shorten(b, s, from);
	buf_putc(b, '"');
}

/* Return where two texts that begin alike are to be shown from. */
static size_t
difference_start(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] != '\0' && a[n] == b[n])
		n++;
	return n > SHOWN / 2 ? n - BEFORE : 0;
}

/* Print owner and reason of an accepted difference. */
static void
difference_print_accepted(struct buf *b, const struct accepted *by, int json)
{
	if (by == NULL)
		return;
	if (json) {
		json_out_str(b, "accepted", by->reason);
		json_out_str(b, "owner", by->owner);
		return;
	}
	buf_puts(b, " (");
	difference_shorten(b, by->owner, 0);
	buf_puts(b, ": ");
	difference_shorten(b, by->reason, 0);
	buf_putc(b, ')');
}

static void
difference_print(const struct object *o, const struct difference *d)
{
	struct buf b = { 0 };

	if (o->to->json) {
		json_out_open(&b, NULL, '{');
		json_out_str(&b, "type", "difference");
		json_out_str(&b, "kind", object_kinds[o->kind]);
		json_out_str(&b, "key", o->ekey);
		json_out_str(&b, "stream", d->stream);
		json_out_str(&b, "source_key", d->key);
		json_out_str(&b, "what", d->what);
		json_out_str(&b, "text", d->text);
		difference_print_accepted(&b, d->by, 1);
		buf_putc(&b, '}');
	} else {
		buf_printf(&b, "%s: %s ", d->by != NULL ? "accepted" : "difference",
		    object_kinds[o->kind]);
		difference_shorten(&b, o->ekey, 0);
		buf_printf(&b, ": %s: %s", d->what, d->text);
		difference_print_accepted(&b, d->by, 0);
	}
	buf_putc(&b, '\n');
	fwrite(buf_str(&b), 1, b.len, stdout);
	buf_free(&b);
}

void
object_differs(struct object *o, const char *what, const char *want, const char *found)
{
	struct differences *all = o->to;
	struct difference *d;
	struct buf b = { 0 };
	size_t from = difference_start(want, found);

	if (all->held == NULL)
		all->held = mem_zalloc(HELD * sizeof(*all->held));
	if (all->nheld == HELD)
		differences_flush(all);
	d = &all->held[all->nheld++];
	buf_puts(&b, "expected ");
	difference_quote(&b, want, from);
	buf_puts(&b, ", found ");
	difference_quote(&b, found, from);
	d->stream = mem_dup(o->stream);
	d->key = mem_dup(o->skey);
	d->what = mem_fmt("%s%s", o->part, what);
	d->text = buf_take(&b, NULL);
	d->by = accept_find(all->accept, o->stream, o->skey, o->ekey, d->what);
	all->accepted += d->by != NULL;
	all->count += d->by == NULL;
	o->differences++;
	difference_print(o, d);
}

void
object_number_differs(struct object *o, const char *what, int64_t want, int64_t found)
{
	char a[32] = "", b[32] = "";

	if (want >= 0)
		snprintf(a, sizeof(a), "%" PRId64, want);
	if (found >= 0)
		snprintf(b, sizeof(b), "%" PRId64, found);
	object_differs(o, what, a, b);
}

static int
differences_store(struct db *db, void *arg, struct err *e)
{
	struct differences *all = arg;
	struct finding f = { .db = db, .project = all->project, .run = all->run };
	const struct difference *d;

	for (d = all->held; d < all->held + all->nheld; d++)
		if (finding_put(&f, &(struct issue){ .side = "reconcile", .level = "error",
		    .stream = d->stream, .key = d->key, .rule = d->what, .what = d->text,
		    .accepted = d->by != NULL ? d->by->reason : NULL,
		    .owner = d->by != NULL ? d->by->owner : NULL }, e) == -1)
			return -1;
	return 0;
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
	}
}

void
differences_free(struct differences *all)
{
	differences_flush(all);
	free(all->held);
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
	printf("%" PRId64 " difference%s", all->count, all->count == 1 ? "" : "s");
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
	for (x = all->accept->v; x < all->accept->v + all->accept->n; x++)
		if (x->met == 0)
			log_info("reconcile", "%s %s: %s: accepted, but no longer different; "
			    "remove the line from the --accept file", x->stream, x->key,
			    x->rule);
}
