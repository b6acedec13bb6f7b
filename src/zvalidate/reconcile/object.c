#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json_out.h"
#include "reconcile/object.h"

enum { SHOWN = 70, BEFORE = 20 };

/* Append s from byte `from` on as part of a line: control bytes as escapes, cut after
   SHOWN bytes between characters. */
static void
object_shorten(struct buf *b, const char *s, size_t from)
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
object_quote(struct buf *b, const char *s, size_t from)
{
	if (*s == '\0') {
		buf_puts(b, "nothing");
		return;
	}
	buf_putc(b, '"');
	object_shorten(b, s, from);
	buf_putc(b, '"');
}

/* Return where two texts that begin alike are to be shown from. */
static size_t
object_start(const char *a, const char *b)
{
	size_t n = 0;

	while (a[n] != '\0' && a[n] == b[n])
		n++;
	return n > SHOWN / 2 ? n - BEFORE : 0;
}

static void
object_print(const struct object *o, const struct difference *d)
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
		if (d->by != NULL) {
			json_out_str(&b, "accepted", d->by->reason);
			json_out_str(&b, "owner", d->by->owner);
		}
		json_out_close(&b, '}');
	} else {
		buf_printf(&b, "%s: %s ", d->by != NULL ? "accepted" : "difference",
		    object_kinds[o->kind]);
		object_shorten(&b, o->ekey, 0);
		buf_printf(&b, ": %s: %s", d->what, d->text);
		if (d->by != NULL) {
			buf_puts(&b, " (");
			object_shorten(&b, d->by->owner, 0);
			buf_puts(&b, ": ");
			object_shorten(&b, d->by->reason, 0);
			buf_putc(&b, ')');
		}
	}
	buf_putc(&b, '\n');
	fwrite(buf_str(&b), 1, b.len, stdout);
	buf_free(&b);
}

void
object_differs(struct object *o, const char *what, const char *want, const char *found)
{
	struct differences *all = o->to;
	struct difference *d = differences_add(all);
	struct buf b = { 0 };
	size_t from = object_start(want, found);

	buf_puts(&b, "expected ");
	object_quote(&b, want, from);
	buf_puts(&b, ", found ");
	object_quote(&b, found, from);
	d->stream = mem_dup(o->stream);
	d->key = mem_dup(o->skey);
	d->what = mem_fmt("%s%s", o->part, what);
	d->text = buf_take(&b, NULL);
	d->by = accept_find(all->accept, o->stream, o->skey, o->ekey, d->what);
	all->accepted += d->by != NULL;
	all->count += d->by == NULL;
	o->differences++;
	object_print(o, d);
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
