#include <stdlib.h>
#include <string.h>

#include "io/json/json_out.h"

#include "server/rand.h"
#include "zephyr/api.h"

/*
 * Attachments: half of the --attachments are of cases, the rest of executions,
 * cycles, plans and steps; an object without any is a 404 (zephyr-api.md 4.2).
 */
enum { OWNER_CASE, OWNER_EXEC, OWNER_CYCLE, OWNER_PLAN, OWNER_STEP,
	OWNER_XSTEP, OWNERS };

struct owner {
	int	 kind;
	int64_t	 pos, step;
};

static const struct {
	const char	*name;
	enum zkind	 kind;
	int		 percent;
} owners[4] = {
	{ "testcases", ZK_CASE, 50 }, { "testexecutions", ZK_EXEC, 25 },
	{ "testcycles", ZK_CYCLE, 10 }, { "testplans", ZK_PLAN, 5 },
};

static const char *const names[] = { "screen shot.png", "log.txt",
	"\xc3\x9c" "bersicht.pdf", "a\"b'c.csv", "r\xc3\xa9sum\xc3\xa9.docx",
	"../../etc/passwd", "no extension", "\xf0\x9f\x93\xb7.jpg" };

static int
file_find_owner(const struct zephyr *z, const struct request *rq, struct owner *o)
{
	const char *id = rq->cap[1];
	int64_t n;

	for (o->kind = 0; o->kind < 4; o->kind++)
		if (strcmp(rq->cap[0], owners[o->kind].name) == 0)
			break;
	switch (o->kind) {
	case OWNER_CASE:
		o->pos = request_int(id, &n) ? zpage_find(z, ZK_CASE, n) :
		    zcase_pos(z, id);
		break;
	case OWNER_EXEC:
		o->pos = zexec_pos(z, id);
		break;
	case OWNER_CYCLE:
		o->pos = zcycle_pos(z, id);
		break;
	case OWNER_PLAN:
		o->pos = zplan_pos(z, id);
		break;
	default:
		return -1;
	}
	if (o->pos < 0 || rq->nseg < 6 || strcmp(rq->seg[3], "teststeps") != 0)
		return o->pos < 0 ? -1 : 0;
	if (!request_int(rq->cap[2], &o->step))
		return -1;
	o->kind = o->kind == OWNER_CASE ? OWNER_STEP : OWNER_XSTEP;
	return 0;
}

/* Return how many objects of a kind there are for each owner of files. */
static int64_t
file_every(const struct zephyr *z, enum zkind kind, int64_t share)
{
	int64_t every = share > 0 ? z->n0[kind] / share : 1;

	return every > 0 ? every : 1;
}

static int64_t
file_spread(const struct zephyr *z, enum zkind kind, int percent, int64_t pos,
    int64_t phase)
{
	int64_t share = z->set->attachments * percent / 100;
	int64_t every = file_every(z, kind, share);

	if (pos % every != phase % every || pos / every >= share)
		return 0;
	return pos / every % 7 == 3 ? 2 : 1;
}

static int64_t
file_count(const struct zephyr *z, const struct owner *o)
{
	if (o->kind < 4)
		return file_spread(z, owners[o->kind].kind, owners[o->kind].percent,
		    o->pos, 0);
	if (o->step % 1000 != 1)
		return 0;
	return file_spread(z, o->kind == OWNER_STEP ? ZK_CASE : ZK_EXEC, 5, o->pos,
	    1) > 0;
}

int64_t
zfile_count(const struct zephyr *z, enum zkind kind, int64_t pos)
{
	struct owner o = { .pos = pos };

	while (owners[o.kind].kind != kind)
		o.kind++;
	return file_count(z, &o);
}

static int64_t
file_id(const struct owner *o, int64_t i)
{
	return ((o->pos * 2 + i) * OWNERS + o->kind) * 3 + 100000;
}

/* Return the name of the files of an owner; two of them have the same one. */
static const char *
file_name(const struct zephyr *z, const struct owner *o)
{
	return names[rand_below(z_rand(z, 60 + o->kind, o->pos, 0), 8)];
}

void
z_files(struct mock *m, struct request *rq, struct reply *rp)
{
	const struct zephyr *z = m->zephyr;
	struct owner o = { .pos = -1 };
	int64_t i, n;

	if (file_find_owner(z, rq, &o) == -1) {
		reply_zephyr(rp, 404, "%s does not exist", rq->cap[1]);
		return;
	}
	n = file_count(z, &o);
	if (n == 0) {
		reply_zephyr(rp, 404, "The entity exists but has no "
		    "attachment metadata");
		return;
	}
	json_out_open(&rp->body, NULL, '{');
	json_out_open(&rp->body, "attachments", '[');
	for (i = 0; i < n; i++) {
		json_out_open(&rp->body, NULL, '{');
		json_out_int(&rp->body, "id", file_id(&o, i));
		json_out_str(&rp->body, "name", file_name(z, &o));
		json_out_close(&rp->body, '}');
	}
	json_out_close(&rp->body, ']');
	json_out_close(&rp->body, '}');
}

/* Return the size in --file-sizes of the first file of an owner, which are dealt to the kinds
   of owners in turn; -1 if there is none. */
static int64_t
file_listed_size(const struct zephyr *z, const struct owner *o)
{
	int step = o->kind >= OWNER_STEP;
	enum zkind kind = !step ? owners[o->kind].kind : o->kind == OWNER_STEP ? ZK_CASE : ZK_EXEC;
	int64_t share = z->set->attachments * (step ? 5 : owners[o->kind].percent) / 100;
	int64_t n = o->pos / file_every(z, kind, share) * OWNERS + o->kind;
	const char *s = z->set->file_sizes;

	for (; s != NULL && n > 0; n--)
		if ((s = strchr(s, ',')) != NULL)
			s++;
	return s != NULL ? strtoll(s, NULL, 10) : -1;
}

/* Fill the body with size random bytes, which depend on r alone. */
static void
file_bytes(struct reply *rp, uint64_t r, int64_t size)
{
	uint64_t v;

	buf_reserve(&rp->body, (size_t)size);
	for (; size > 0; size -= 8) {
		v = rand_next(&r);
		buf_add(&rp->body, &v, size < 8 ? (size_t)size : 8);
	}
}

/* Answer as a file store of another host, which needs no token: ?size=N&type=TEXT */
static void
public_file(struct mock *m, struct request *rq, struct reply *rp)
{
	const char *type = request_arg(rq, "type");
	int64_t size = 64;

	(void)m;
	if (request_arg(rq, "size") != NULL &&
	    !request_int(request_arg(rq, "size"), &size))
		size = 64;
	rp->type = type != NULL && strcmp(type, "png") == 0 ? "image/png" :
	    "application/octet-stream";
	file_bytes(rp, (uint64_t)size + 1, size);
}

const struct route public_routes[] = {
	{ "GET", "/files/{}", public_file },
	{ NULL, NULL, NULL }
};

void
z_file(struct mock *m, struct request *rq, struct reply *rp)
{
	const struct zephyr *z = m->zephyr;
	struct owner o = { .pos = -1 };
	int64_t id, i, n, size, listed;
	uint64_t r;

	if (!request_int(rq->seg[rq->nseg - 1], &id) ||
	    file_find_owner(z, rq, &o) == -1)
		id = -1;
	n = id < 0 ? 0 : file_count(z, &o);
	for (i = 0; i < n && file_id(&o, i) != id; i++)
		;
	if (i == n) {
		reply_zephyr(rp, 404, "Attachment not found");
		return;
	}
	r = z_rand(z, 70, id, 0);
	size = r % 9 == 0 ? 0 : r % 5 == 0 ? 200000 : 10 + rand_below(r, 4000);
	if (z->set->file_size > 0)
		size = z->set->file_size;
	if (i == 0 && (listed = file_listed_size(z, &o)) >= 0)
		size = listed;
	rp->type = "application/octet-stream";
	file_bytes(rp, r, size);
}
