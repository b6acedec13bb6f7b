#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json_out.h"

#include "server/stamp.h"
#include "zephyr/edit.h"
#include "zephyr/script.h"

static struct zedit *
edit_of(struct zephyr *z, enum zkind kind, int64_t pos)
{
	const struct zedit *old = z_edit(z, kind, pos);
	struct zedit *e;

	if (old == NULL) {
		z->edit = mem_grow(z->edit, (size_t)z->nedit + 1, sizeof(*z->edit));
		e = &z->edit[z->nedit++];
		*e = (struct zedit){ .kind = kind, .pos = pos };
	} else
		e = &z->edit[old - z->edit];
	e->at = stamp_now_ms();
	return e;
}

static void
edit_drop(struct zephyr *z, enum zkind kind, int64_t pos)
{
	int64_t i, n = z->ngone[kind];

	z->gone[kind] = mem_grow(z->gone[kind], (size_t)n + 1,
	    sizeof(*z->gone[kind]));
	for (i = n; i > 0 && z->gone[kind][i - 1] > pos; i--)
		z->gone[kind][i] = z->gone[kind][i - 1];
	z->gone[kind][i] = pos;
	z->ngone[kind]++;
}

static int64_t
edit_add(struct zephyr *z, enum zkind kind)
{
	int64_t pos = z->n[kind]++;

	edit_of(z, kind, pos);
	return pos;
}

/* Make a new version of a case: its row moves to the end, under a new id. */
static int64_t
edit_renew(struct zephyr *z, int64_t pos)
{
	int64_t to = edit_add(z, ZK_CASE);

	z->newer = mem_grow(z->newer, (size_t)z->nnewer + 1,
	    sizeof(*z->newer));
	z->newer[z->nnewer].pos = to;
	z->newer[z->nnewer++].from = pos;
	edit_drop(z, ZK_CASE, pos);
	return to;
}

void
zephyr_shift(struct zephyr *z, const struct request *rq, int insert)
{
	int64_t pos = 0;
	int k;

	for (k = 0; k < ZK_COUNT; k++)
		if (rq->nseg > 1 && strcmp(rq->seg[1], zkind_names[k]) == 0)
			break;
	if (k == ZK_COUNT)
		return;
	if (insert) {
		edit_add(z, (enum zkind)k);
		z->front[k]++;
		return;
	}
	while (pos < z->n[k] && z_gone(z, (enum zkind)k, pos))
		pos++;
	if (pos < z->n[k])
		edit_drop(z, (enum zkind)k, pos);
}

static const struct {
	const char	*name;
	enum zkind	 kind;
	int64_t		(*pos)(const struct zephyr *, const char *);
} kinds[] = {
	{ "case", ZK_CASE, zcase_pos },
	{ "cycle", ZK_CYCLE, zcycle_pos },
	{ "plan", ZK_PLAN, zplan_pos },
	{ "execution", ZK_EXEC, zexec_pos },
};

static void
edit_put_text(char **slot, const char *text)
{
	if (text == NULL)
		return;
	free(*slot);
	*slot = mem_dup(text);
}

/* Change the steps of a case: insert (step, text), remove (step), move (step, to),
   change (step, text); return -1 and reply 400 if there is no such step. */
static int
edit_rearrange(struct zephyr *z, int64_t pos, const char *how, const struct request *rq,
    struct reply *rp)
{
	int64_t step, to;

	if (request_num(rq, "step", 0, &step) == -1 || request_num(rq, "to", 0, &to) == -1 ||
	    zscript_edit(z, zcase_source(z, pos), how, step, to, request_arg(rq, "text")) == -1) {
		reply_qtest(rp, 400, "no such step");
		return -1;
	}
	return 0;
}

/* Change name, texts and status of a row; return -1 and reply 400 if it cannot be. */
static int
edit_change(struct zephyr *z, enum zkind kind, int64_t pos,
    const struct request *rq, struct reply *rp)
{
	const char *status = request_arg(rq, "status"), *text = request_arg(rq, "text");
	struct zedit *e = edit_of(z, kind, kind == ZK_CASE ?
	    zcase_source(z, pos) : pos);

	edit_put_text(&e->name, request_arg(rq, "name"));
	edit_put_text(&e->text, request_arg(rq, kind == ZK_EXEC ? "comment" :
	    "text"));
	if (kind == ZK_CASE && text != NULL && edit_rearrange(z, pos, "change", rq, rp) == -1)
		return -1;
	if (status == NULL)
		return 0;
	e->status = zlook_named(z, ZL_EXEC, status);
	if (e->status != 0)
		return 0;
	reply_qtest(rp, 400, "status not known: %s", status);
	return -1;
}

/* Set the time of update of a row to the seconds before now that ago= gives. */
static int
edit_age(struct zephyr *z, enum zkind kind, int64_t pos, const struct request *rq,
    struct reply *rp)
{
	int64_t ago;

	if (request_num(rq, "ago", 0, &ago) == -1) {
		reply_qtest(rp, 400, "ago: no number");
		return -1;
	}
	edit_of(z, kind, pos)->at -= ago * 1000;
	return 0;
}

static void
edit_reply(const struct zephyr *z, enum zkind kind, int64_t pos, struct reply *rp)
{
	void (*row[ZK_COUNT])(const struct zephyr *, int64_t, struct buf *) = {
	    zcase_row, zcycle_row, zplan_row, zexec_row };

	row[kind](z, pos, &rp->body);
	buf_putc(&rp->body, '\n');
}

void
zephyr_edit(struct mock *m, struct request *rq, struct reply *rp)
{
	const char *what = request_arg(rq, "what"), *how, *key;
	struct zephyr *z = m->zephyr;
	int64_t pos;
	size_t i;

	how = request_arg(rq, "do");
	key = request_arg(rq, "key");
	for (i = 0; what != NULL && i < sizeof(kinds) / sizeof(*kinds); i++)
		if (strcmp(what, kinds[i].name) == 0)
			break;
	if (what == NULL || how == NULL || i == sizeof(kinds) / sizeof(*kinds)) {
		reply_qtest(rp, 400, "want what=case|cycle|plan|execution and "
		    "do=add|delete|change|version|insert|remove|move");
		return;
	}
	if (strcmp(how, "add") == 0)
		pos = edit_add(z, kinds[i].kind);
	else
		pos = key == NULL ? -1 : kinds[i].pos(z, key);
	if (pos < 0) {
		reply_qtest(rp, 404, "no such %s", what);
		return;
	}
	if (strcmp(how, "version") == 0 && kinds[i].kind == ZK_CASE) {
		edit_reply(z, ZK_CASE, edit_renew(z, pos), rp);
		return;
	}
	if (kinds[i].kind == ZK_CASE && (strcmp(how, "insert") == 0 ||
	    strcmp(how, "remove") == 0 || strcmp(how, "move") == 0)) {
		if (edit_rearrange(z, pos, how, rq, rp) == 0) {
			edit_of(z, ZK_CASE, zcase_source(z, pos));
			edit_reply(z, ZK_CASE, pos, rp);
		}
		return;
	}
	if (strcmp(how, "delete") == 0) {
		edit_drop(z, kinds[i].kind, pos);
		reply_qtest(rp, 200, "deleted");
	} else if (edit_change(z, kinds[i].kind, pos, rq, rp) == 0 &&
	    edit_age(z, kinds[i].kind, pos, rq, rp) == 0)
		edit_reply(z, kinds[i].kind, pos, rp);
}
