#include "base/buf.h"
#include "base/time.h"
#include "files/file_steps.h"
#include "recover/doubt_impl.h"
#include "recover/file_listing.h"

enum { PATH_BYTES = 7600 };	/* servers and proxies limit a request line to 8 KB */

/* True if a doubt is a due search for the file of a step. */
static int
file_listing_is_due(const struct doubt *d, int64_t now)
{
	return d->task != NULL && d->due_ms <= now && file_steps_id(d->e.path) != 0;
}

char *
file_listing_path(struct doubts *ds, struct doubt *first, struct readback *a)
{
	int64_t now = time_mono_ms(), id = 0, last = 0;
	struct buf b = { 0 };
	struct doubt *d;
	int steps = 0;

	if (ds->is_by_step || !file_listing_is_due(first, now))
		return NULL;
	for (d = first; d != NULL; d = d->next)
		steps += d != first && d->readback == NULL && file_listing_is_due(d, now) &&
		    file_steps_id(d->e.path) != file_steps_id(first->e.path);
	if (steps == 0)
		return NULL;
	buf_puts(&b, "/attachments?type=test-steps");
	for (d = first; d != NULL && b.len < PATH_BYTES; d = d->next) {
		if ((d != first && d->readback != NULL) || !file_listing_is_due(d, now))
			continue;
		d->readback = a;
		if ((id = file_steps_id(d->e.path)) != last)
			buf_printf(&b, "&ids=%lld", (long long)id);
		last = id;
	}
	return buf_take(&b, NULL);
}

int
file_listing_has(const struct doubt *d, const struct json *item)
{
	return json_int(item, "artifact_id", 0) == file_steps_id(d->e.path);
}

void
file_listing_no_parent(struct doubts *ds, struct doubt *d)
{
	if (d->task == NULL && file_steps_id(d->e.path) != 0) {
		d->e.verb = VERB_RECHECK;
		doubt_end(ds, d, OUT_UNDO, "its step was replaced");
		return;
	}
	if (d->task != NULL)
		d->task->status = 404;
	doubt_end(ds, d, OUT_FAILED, "its parent no longer exists in qTest");
}
