#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "base/mem.h"
#include "domain/checkpoint.h"
#include "domain/finding.h"
#include "io/json/json_out.h"
#include "reconcile/reconcile_impl.h"

const char *const recon_names[KINDS] = {
	"module", "case", "step", "release", "cycle", "suite", "run", "log", "step-log", "source"
};

enum { SHOWN = 70, BEFORE = 20 };

int
recon_fail(struct recon *r, const struct err *e)
{
	if (r->fail.code == 0)
		r->fail = *e;
	return -1;
}

/* Part of s for one line: from `from` on, control bytes as escapes, cut
   between characters. */
static void
reconcile_report_shorten(struct buf *b, const char *s, size_t from)
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
reconcile_report_line(struct buf *b, const char *s, size_t from)
{
	if (*s == '\0') {
		buf_puts(b, "nothing");
		return;
	}
	buf_putc(b, '"');
	reconcile_report_shorten(b, s, from);
	buf_putc(b, '"');
}

static size_t
reconcile_report_count(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] != '\0' && a[n] == b[n])
		n++;
	return n > SHOWN / 2 ? n - BEFORE : 0;
}

/* Who answers for it, and why. */
static void
reconcile_report_print_accepted(struct buf *b, const struct accepted *by, int json)
{
	if (by == NULL)
		return;
	if (!json) {
		buf_puts(b, " (");
		reconcile_report_shorten(b, by->owner, 0);
		buf_puts(b, ": ");
		reconcile_report_shorten(b, by->reason, 0);
		buf_putc(b, ')');
		return;
	}
	json_out_str(b, "accepted", by->reason);
	json_out_str(b, "owner", by->owner);
}

static void
reconcile_report_print_text(
    const struct recon *r, int kind, const struct difference *d, const char *key)
{
	struct buf b = { 0 };

	if (r->json) {
		json_out_open(&b, NULL, '{');
		json_out_str(&b, "type", "difference");
		json_out_str(&b, "kind", recon_names[kind]);
		json_out_str(&b, "key", key);
		json_out_str(&b, "stream", d->stream);
		json_out_str(&b, "source_key", d->key);
		json_out_str(&b, "what", d->what);
		json_out_str(&b, "text", d->text);
		reconcile_report_print_accepted(&b, d->by, 1);
		buf_puts(&b, "}\n");
	} else {
		buf_printf(&b, "%s: %s ", d->by != NULL ? "accepted" : "difference",
		    recon_names[kind]);
		reconcile_report_shorten(&b, key, 0);
		buf_printf(&b, ": %s: %s", d->what, d->text);
		reconcile_report_print_accepted(&b, d->by, 0);
		buf_putc(&b, '\n');
	}
	fwrite(buf_str(&b), 1, b.len, stdout);
	buf_free(&b);
}

void
tell_of(struct recon *r, int kind, const char *stream, const char *skey, const char *key,
    const char *what, const char *want, const char *found)
{
	struct difference *d;
	struct buf b = { 0 };
	size_t from = reconcile_report_count(want, found);

	if (r->nheld == DIFF_HELD)
		tell_flush(r);
	d = &r->held[r->nheld++];
	buf_puts(&b, "expected ");
	reconcile_report_line(&b, want, from);
	buf_puts(&b, ", found ");
	reconcile_report_line(&b, found, from);
	d->stream = mem_dup(stream);
	d->key = mem_dup(skey);
	d->what = mem_dup(what);
	d->text = buf_take(&b, NULL);
	d->by = accept_difference(r->accept, stream, skey, key, what);
	r->accepted += d->by != NULL;
	r->differences += d->by == NULL;
	r->odd++;
	reconcile_report_print_text(r, kind, d, key);
}

void
tell(struct recon *r, const char *what, const char *want, const char *found)
{
	tell_of(r, r->kind, r->stream, r->skey, r->ekey, what, want, found);
}

static int
reconcile_report_put_held(struct db *db, void *arg, struct err *e)
{
	struct recon *r = arg;
	struct finding f = { .db = db, .project = r->project, .run = r->job->run };
	const struct difference *d;
	int i;

	for (i = 0; i < r->nheld; i++) {
		d = &r->held[i];
		if (finding_put(&f, &(struct issue){ .side = "reconcile", .level = "error",
		    .stream = d->stream, .key = d->key, .rule = d->what, .what = d->text,
		    .accepted = d->by != NULL ? d->by->reason : NULL,
		    .owner = d->by != NULL ? d->by->owner : NULL }, e) == -1)
			return -1;
	}
	return 0;
}

void
tell_flush(struct recon *r)
{
	struct err e = { 0 };

	if (r->nheld > 0 && db_tx(r->db, reconcile_report_put_held, r, &e) == -1)
		recon_fail(r, &e);
	while (r->nheld > 0) {
		r->nheld--;
		free(r->held[r->nheld].stream);
		free(r->held[r->nheld].key);
		free(r->held[r->nheld].what);
		free(r->held[r->nheld].text);
	}
}

static void
reconcile_report_summary_json(struct recon *r, struct buf *b)
{
	const struct tally *t;
	int i;

	json_out_open(b, NULL, '{');
	json_out_int(b, "accepted", r->accepted);
	json_out_int(b, "differences", r->differences);
	json_out_open(b, "kinds", '{');
	for (i = 0; i < KINDS; i++) {
		t = &r->tally[i];
		json_out_open(b, recon_names[i], '{');
		json_out_int(b, "compared", t->compared);
		json_out_int(b, "different", t->different);
		json_out_int(b, "duplicate", t->duplicate);
		json_out_int(b, "equal", t->equal);
		json_out_int(b, "missing", t->missing);
		json_out_int(b, "unexpected", t->unexpected);
		json_out_close(b, '}');
	}
	json_out_close(b, '}');
	json_out_int(b, "pass", r->pass);
	json_out_str(b, "project", r->project);
	json_out_str(b, "target", r->target);
	json_out_str(b, "type", "summary");
	json_out_close(b, '}');
}

static int
reconcile_report_put_summary(struct db *db, void *arg, struct err *e)
{
	struct recon *r = arg;
	const struct checkpoint_of of = { db, "zvalidate", r->project, r->pass };
	struct buf b = { 0 };
	char *scope = mem_fmt("reconcile:%s", r->target);
	int rc;

	reconcile_report_summary_json(r, &b);
	rc = checkpoint_put_text(&of, scope, buf_str(&b), r->differences, r->differences, e);
	buf_free(&b);
	free(scope);
	return rc;
}

/* What is accepted and no longer differs: the file can do without it. */
static void
reconcile_report_tell_stale(const struct recon *r)
{
	const struct accepted *x;

	for (x = r->accept->v; x < r->accept->v + r->accept->n; x++)
		if (x->met == 0)
			log_info("reconcile", "accepted, but there is no such difference any more: "
			    "%s %s: %s",
			    x->stream, x->key, x->rule);
}

void
tell_summary(struct recon *r)
{
	const struct tally *t;
	struct buf b = { 0 };
	struct err e = { 0 };
	int i;

	tell_flush(r);
	if (db_tx(r->db, reconcile_report_put_summary, r, &e) == -1)
		recon_fail(r, &e);
	if (r->json) {
		reconcile_report_summary_json(r, &b);
		printf("%s\n", buf_str(&b));
		buf_free(&b);
		reconcile_report_tell_stale(r);
		return;
	}
	for (i = 0; i < KINDS; i++) {
		t = &r->tally[i];
		if (t->compared + t->missing + t->unexpected > 0)
			printf("%-9s %8lld compared %8lld equal %6lld different %6lld missing"
			    " %6lld duplicate %6lld unexpected\n", recon_names[i],
			    (long long)t->compared, (long long)t->equal, (long long)t->different,
			    (long long)t->missing, (long long)t->duplicate,
			    (long long)t->unexpected);
	}
	printf("%lld differences", (long long)r->differences);
	if (r->accepted > 0)
		printf(", %lld accepted", (long long)r->accepted);
	printf("\n");
	reconcile_report_tell_stale(r);
}
