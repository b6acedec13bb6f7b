#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "io/hash.h"
#include "io/json/json_out.h"

#include "server/record.h"
#include "server/stamp.h"

struct entry {
	size_t		 text;		/* offset of path, NUL, query, NUL */
	const char	*pattern;	/* a literal, or NULL */
	const char	*note;		/* a literal, or NULL */
	int64_t		 effect;
	uint64_t	 in, out;
	uint32_t	 t_ms;
	uint16_t	 status;
	uint8_t		 api;
	uint8_t		 auth_ok, had_auth, host_ok, acted, done;
	char		 method[8];
	char		 sum[HASH_HEX];
};

struct record {
	struct entry	*v;
	size_t		 n, cap;
	struct buf	 text;
	int64_t		 base;		/* numbers given out before a reset */
	int64_t		 start;
};

static const char *const api_names[] = { "zephyr", "qtest", "mock", "none",
    "jira" };

struct record *
record_new(void)
{
	struct record *r = mem_zalloc(sizeof(*r));

	r->start = time_mono_ms();
	return r;
}

void
record_free(struct record *r)
{
	if (r == NULL)
		return;
	free(r->v);
	buf_free(&r->text);
	free(r);
}

void
record_reset(struct record *r)
{
	r->base += (int64_t)r->n;
	r->n = 0;
	buf_reset(&r->text);
	r->start = time_mono_ms();
}

int64_t
record_count(const struct record *r)
{
	return (int64_t)r->n;
}

void
record_begin(struct record *r, struct request *rq, int host_ok)
{
	struct entry *e;

	if (rq->api == API_MOCK)
		return;
	if (r->n == r->cap) {
		r->cap = r->cap == 0 ? 1024 : r->cap * 2;
		r->v = mem_grow(r->v, r->cap, sizeof(*r->v));
	}
	e = &r->v[r->n++];
	memset(e, 0, sizeof(*e));
	e->text = r->text.len;
	buf_add(&r->text, rq->path, strlen(rq->path) + 1);
	buf_add(&r->text, rq->query, strlen(rq->query) + 1);
	e->t_ms = (uint32_t)(time_mono_ms() - r->start);
	e->in = request_len(rq);
	stamp_tick();
	e->api = (uint8_t)rq->api;
	e->had_auth = rq->auth != NULL;
	e->host_ok = host_ok != 0;
	snprintf(e->method, sizeof(e->method), "%s", rq->method);
	if (rq->upload != NULL)
		snprintf(e->sum, sizeof(e->sum), "%s", content_sum(rq->upload));
	else if (rq->body.len > 0)
		hash_text(buf_str(&rq->body), rq->body.len, e->sum);
	rq->n = r->base + (int64_t)r->n;
}

void
record_end(struct record *r, const struct request *rq, int status,
    uint64_t bytes_out, int acted, const char *note)
{
	struct entry *e;

	if (rq->n <= r->base || rq->n > r->base + (int64_t)r->n)
		return;
	e = &r->v[rq->n - r->base - 1];
	e->pattern = rq->pattern;
	e->effect = rq->effect;
	e->auth_ok = rq->auth_ok != 0;
	e->acted = acted != 0;
	e->out = bytes_out;
	e->note = note;
	if (!e->done)		/* a late effect keeps the status of its answer */
		e->status = (uint16_t)status;
	e->done = 1;
}

static void
record_print_entry(const struct record *r, size_t i, struct buf *b)
{
	const struct entry *e = &r->v[i];
	const char *path = r->text.s + e->text;

	json_out_open(b, NULL, '{');
	json_out_int(b, "n", r->base + (int64_t)i + 1);
	json_out_int(b, "t_ms", e->t_ms);
	json_out_str(b, "api", api_names[e->api]);
	json_out_str(b, "method", e->method);
	json_out_str(b, "path", path);
	json_out_str(b, "query", path + strlen(path) + 1);
	json_out_str(b, "pattern", e->pattern);
	json_out_int(b, "status", e->status);
	json_out_int(b, "bytes_in", (int64_t)e->in);
	json_out_int(b, "bytes_out", (int64_t)e->out);
	json_out_bool(b, "auth_ok", e->auth_ok);
	json_out_bool(b, "authorization", e->had_auth);
	json_out_bool(b, "authorization_host_ok", !e->had_auth || e->host_ok);
	json_out_str(b, "body_sha256", e->in == 0 ? NULL : e->sum);
	json_out_bool(b, "acted", e->acted);
	if (e->effect != 0)
		json_out_int(b, "effect", e->effect);
	if (e->note != NULL)
		json_out_str(b, "fault", e->note);
	json_out_close(b, '}');
	buf_putc(b, '\n');
}

static int
record_fits(const struct record *r, size_t i, const struct request *f)
{
	const struct entry *e = &r->v[i];
	const char *s;
	int64_t n;

	if ((s = request_arg(f, "method")) != NULL && strcmp(s, e->method) != 0)
		return 0;
	if ((s = request_arg(f, "api")) != NULL &&
	    strcmp(s, api_names[e->api]) != 0)
		return 0;
	if ((s = request_arg(f, "path")) != NULL &&
	    !request_glob(s, r->text.s + e->text))
		return 0;
	if (request_num(f, "status", 0, &n) == 1 && n != e->status)
		return 0;
	return request_num(f, "from", 0, &n) != 1 ||
	    r->base + (int64_t)i + 1 >= n;
}

void
record_print(const struct record *r, const struct request *f, struct buf *b)
{
	size_t i;

	for (i = 0; i < r->n; i++)
		if (record_fits(r, i, f))
			record_print_entry(r, i, b);
}

struct tally {
	const char	*method, *pattern;
	int		 status;
	int64_t		 n;
};

static int
record_by_name(const void *a, const void *b)
{
	const struct tally *x = a, *y = b;
	int d = strcmp(x->method, y->method);

	if (d == 0)
		d = strcmp(x->pattern, y->pattern);
	return d != 0 ? d : x->status - y->status;
}

static size_t
record_tally_add(struct tally *t, size_t n, size_t cap, const struct entry *e)
{
	const char *pattern = e->pattern == NULL ? "(none)" : e->pattern;
	size_t i;

	for (i = 0; i < n; i++)
		if (t[i].status == e->status && t[i].pattern == pattern &&
		    strcmp(t[i].method, e->method) == 0)
			break;
	if (i == cap)
		return n;
	if (i == n) {
		t[i].method = e->method;
		t[i].pattern = pattern;
		t[i].status = e->status;
		t[i].n = 0;
		n++;
	}
	t[i].n++;
	return n;
}

void
record_counts(const struct record *r, const struct request *f, struct buf *b)
{
	struct tally t[512];
	char name[300];
	size_t i, n = 0;

	for (i = 0; i < r->n; i++)
		if (record_fits(r, i, f))
			n = record_tally_add(t, n, sizeof(t) / sizeof(*t), &r->v[i]);
	qsort(t, n, sizeof(*t), record_by_name);
	json_out_open(b, NULL, '{');
	for (i = 0; i < n; i++) {
		snprintf(name, sizeof(name), "%s %s %d", t[i].method,
		    t[i].pattern, t[i].status);
		json_out_int(b, name, t[i].n);
	}
	json_out_close(b, '}');
	buf_putc(b, '\n');
}
