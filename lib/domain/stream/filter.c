#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/mem.h"
#include "base/sig.h"
#include "domain/stream/filter.h"

static void
filter_open(struct filter *f)
{
	struct stat st;

	f->flags = -1;
	f->reject.path = f->job->reject_path;
	stream_in_open(&f->in, STDIN_FILENO, "stdin");
	f->in.unsealed = f->unsealed;
	ndjson_out_open(&f->out.nd, STDOUT_FILENO);
	/* a pipe without input must not delay the records that have arrived */
	if (fstat(STDIN_FILENO, &st) == 0 &&
	    (S_ISFIFO(st.st_mode) || S_ISSOCK(st.st_mode))) {
		f->flags = fcntl(STDIN_FILENO, F_GETFL);
		fcntl(STDIN_FILENO, F_SETFL, f->flags | O_NONBLOCK);
	}
}

/* Free all but the project, and restore the mode of standard input. */
static void
filter_close(struct filter *f)
{
	if (f->flags != -1)
		fcntl(STDIN_FILENO, F_SETFL, f->flags);
	stream_in_free(&f->in);
	ndjson_out_free(&f->out.nd);
	reject_close(&f->reject);
}

static int
filter_flush(struct filter *f, struct err *e)
{
	f->pending = 0;
	f->bytes = 0;
	if (f->ops->flush(f->arg, f, e) == -1)
		return -1;
	if (f->mute)
		buf_reset(&f->out.nd.b);
	return ndjson_flush(&f->out.nd, e);
}

static int
filter_start(struct filter *f, const struct stream_msg *m, struct err *e)
{
	const char *p = m->type == MSG_META ? json_str(&m->doc, "z.project") : NULL;

	if (f->started)
		return 0;
	if (p != NULL && f->job->project != NULL && strcmp(p, f->job->project) != 0)
		return err_set(e, ZX_DATA, "the stream contains project %s, not %s", p,
		    f->job->project);
	if (p == NULL)
		p = f->job->project;
	if (p == NULL)
		return err_set(e, ZX_USAGE, "no META line names the project; use -p KEY");
	f->project = mem_dup(p);
	f->job->project = f->project;
	if (m->type == MSG_META)
		f->pass = json_int(&m->doc, "z.pass", 0);
	f->started = 1;
	return f->ops->start(f->arg, f, m, e);
}

char *
filter_key(const struct stream_msg *m, int target_side)
{
	struct json id = json_member(&m->rec, target_side ? "key" : stream_key(m->stream));
	struct buf b = { 0 };

	if (json_type(&id, "") == JSON_STR)
		buf_puts(&b, json_str(&id, ""));
	else if (json_type(&id, "") == JSON_NUM)
		json_dump(&id, &b);
	json_free(&id);
	if (b.len == 0)
		buf_putc(&b, '-');
	return buf_take(&b, NULL);
}

int
filter_reject(struct filter *f, const struct stream_msg *m, const char *rule,
    const char *reason, int report, struct err *e)
{
	f->aside[m->stream]++;
	stream_set_aside(&f->in, m->stream);
	if (!report)
		return 0;
	return reject_put(&f->reject, stream_name(m->stream), rule, reason, m->hash,
	    f->in.nd.line, m->recline, m->reclen, 1, e);
}

static int
on_bad(struct filter *f, const struct stream_msg *m, struct err *e)
{
	f->bad++;
	return reject_put(&f->reject, NULL, "line", m->why, NULL, f->in.nd.line,
	    m->line, m->len, 0, e);
}

static int
filter_end_write(struct filter *f, enum stream s, int64_t rejected,
    enum stream_status status, struct err *e)
{
	struct stream_count *c = &f->out.c[s];

	c->rejected = rejected;
	c->status = status;
	if (f->ops->end != NULL && f->started &&
	    f->ops->end(f->arg, f, s, c, e) == -1)
		return -1;
	stream_end(&f->out, s, status);
	return 0;
}

/*
 * Pass END on, or write one if records were set aside or are rewritten.  If the input's
 * END is wrong none is written, so that the next stage sees a truncated stream.
 */
static int
on_end(struct filter *f, const struct stream_msg *m, struct err *e)
{
	enum stream s = m->stream;
	const struct stream_count *announced = &f->in.announced[s];

	if (filter_flush(f, e) == -1)
		return -1;
	if (!f->unsealed && !stream_ended(&f->in, s))
		return 0;
	if (!f->unsealed && !f->ops->rewrites && f->aside[s] == 0) {
		ndjson_put(&f->out.nd, m->line, m->len);
		f->out.c[s].ended = 1;
		return 0;
	}
	return filter_end_write(f, s, announced->rejected + f->aside[s],
	    f->unsealed ? STREAM_UNPROVEN : announced->status, e);
}

static int
on_record(struct filter *f, struct stream_msg *m, struct err *e)
{
	if (filter_start(f, m, e) == -1 || f->ops->record(f->arg, f, m, e) == -1)
		return -1;
	f->taken++;
	f->bytes += m->len;
	if (++f->pending < f->job->batch_size && f->bytes < FILTER_BYTES)
		return 0;
	return filter_flush(f, e);
}

static int
on_msg(struct filter *f, struct stream_msg *m, struct err *e)
{
	switch (m->type) {
	case MSG_META:
		return filter_start(f, m, e);
	case MSG_RECORD:
	case MSG_REJECT:
		return on_record(f, m, e);
	case MSG_END:
		return on_end(f, m, e);
	case MSG_BAD:
		return on_bad(f, m, e);
	default:
		if (filter_flush(f, e) == -1)
			return -1;
		if (f->ops->line != NULL)
			return f->ops->line(f->arg, f, m, e);
		ndjson_put(&f->out.nd, m->line, m->len);
		return 0;
	}
}

static int
filter_input_wait(struct filter *f, struct err *e)
{
	struct pollfd p = { .fd = f->in.nd.fd, .events = POLLIN };

	if (filter_flush(f, e) == -1)
		return -1;
	if (poll(&p, 1, f->job->deadline_ms > 0 ? 200 : -1) == -1 && errno != EINTR)
		return err_sys(e, ZX_IO, "stdin");
	return 0;
}

static int
filter_stop(struct filter *f)
{
	if (job_stop(f->job, &f->stopped))
		return 1;
	if (f->job->limit > 0 && f->taken >= f->job->limit)
		f->stopped = "--limit";
	return f->stopped != NULL;
}

/* Write the END of each stream that has none yet, with this status. */
static int
filter_end_missing(struct filter *f, enum stream_status status, struct err *e)
{
	int s;

	for (s = 0; s < STREAM_COUNT; s++) {
		if (f->out.c[s].ended)
			continue;
		if (filter_end_write(f, (enum stream)s, f->aside[s], status, e) == -1)
			return -1;
	}
	return filter_flush(f, e);
}

static int
filter_work(struct filter *f, struct err *e)
{
	struct stream_msg *m;
	int rc = 1;

	while (rc != 0 && !filter_stop(f)) {
		rc = stream_next(&f->in, &m, e);
		if (rc == -1)
			break;
		if (rc == 1 && on_msg(f, m, e) == -1)
			return -1;
		if (rc == 2 && filter_input_wait(f, e) == -1)
			return -1;
	}
	if (filter_flush(f, rc == -1 ? NULL : e) == -1 || rc == -1)
		return -1;
	if (sig_seen())
		return err_set(e, ZX_RETRY, "stopped by a signal");
	if (f->stopped != NULL)
		return filter_end_missing(f, STREAM_PARTIAL, e);
	if (f->unsealed && filter_end_missing(f, STREAM_UNPROVEN, e) == -1)
		return -1;
	return stream_sealed(&f->in, &f->sealed, e);
}

static int
filter_status(const struct filter *f)
{
	int64_t n = f->bad;
	int s;

	for (s = 0; s < STREAM_COUNT; s++)
		n += f->aside[s];
	if (f->stopped != NULL || (f->sealed == STREAM_PARTIAL && !f->unsealed))
		return ZX_RETRY;
	return n > 0 ? ZX_REJECTS : ZX_OK;
}

int
filter_run(struct filter *f, struct err *e)
{
	int rc;

	filter_open(f);
	rc = filter_work(f, e);
	filter_close(f);
	if (f->out.nd.pipe_closed)
		return JOB_PIPE;
	return rc == -1 ? -1 : filter_status(f);
}
