#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json_out.h"

#include "server/rand.h"
#include "server/text.h"
#include "zephyr/api.h"
#include "zephyr/full.h"

/*
 * Results of an execution, a row for each step.  Called cases are expanded, old
 * versions have other texts, and data-driven cases have a row for each data row.
 */
enum { DEPTH = 8 };

struct leaf {
	int64_t	pos, step;
};

struct result {
	struct zexec	 x;
	struct leaf	*leaf;
	int64_t		 nleaf, rows, only;	/* only: row number or -1 */
};

static void
result_leaf_add(struct result *r, int64_t pos, int64_t step)
{
	r->leaf = mem_grow(r->leaf, (size_t)r->nleaf + 1, sizeof(*r->leaf));
	r->leaf[r->nleaf].pos = pos;
	r->leaf[r->nleaf++].step = step;
}

/* Add the steps of a case and of those that it calls.  A case that is in the path
   already, or does not exist, adds nothing. */
static void
result_expand(const struct zephyr *z, struct result *r, int64_t pos, int64_t *path,
    int depth)
{
	int64_t j, n = zstep_count_of(z, pos, r->x.pos), to;
	struct zstep s = { 0 };
	int i;

	path[depth] = pos;
	for (j = 0; j < n; j++) {
		zstep_get_of(z, pos, j, r->x.pos, &s);
		to = s.call[0] == '\0' ? pos : zcase_named(z, s.call);
		if (s.call[0] == '\0')
			result_leaf_add(r, pos, j);
		zstep_free(&s);
		for (i = 0; i <= depth && to != path[i]; i++)
			;
		if (to >= 0 && i > depth && depth + 1 < DEPTH)
			result_expand(z, r, to, path, depth + 1);
	}
}

static void
result_collect(const struct zephyr *z, struct result *r)
{
	int64_t path[DEPTH], pos = r->x.case_pos;
	enum zscript s = pos < 0 ? ZS_NONE : zcase_script(z, pos);

	if (pos < 0) {		/* the results of a deleted case remain */
		result_leaf_add(r, -1, 0);
		result_leaf_add(r, -1, 1);
	} else if (s == ZS_PLAIN || s == ZS_BDD)
		result_leaf_add(r, pos, -1);
	else
		result_expand(z, r, pos, path, 0);
	if (pos >= 0 && r->x.version < zcase_versions(z, pos) && r->nleaf > 1)
		r->nleaf--;		/* the last step is newer than the version */
	r->rows = r->x.pos % 20 == 3 ? 2 + r->x.pos % 2 : 1;
}

static void
result_texts(const struct zephyr *z, const struct result *r, const struct leaf *l,
    struct zstep *s)
{
	if (l->pos < 0) {
		buf_printf(&s->desc, "<p>old step %d</p>", (int)l->step + 1);
		return;
	}
	if (l->step < 0) {
		zscript_text(z, l->pos, &s->desc);
		return;
	}
	zstep_get_of(z, l->pos, l->step, r->x.pos, s);
	if (l == r->leaf && r->x.version < zcase_versions(z, r->x.case_pos))
		buf_puts(&s->desc, " (as it was)");
}

static int64_t
result_step_status(const struct zephyr *z, const struct result *r, int64_t i)
{
	uint64_t c = z_rand(z, 50, r->x.pos, (int)i) % 10;

	if (z->set->full ? !zexec_ran(z, &r->x) : r->x.end == 0)
		return zlook_named(z, ZL_EXEC, "Not Executed");
	return c < 6 ? zlook_named(z, ZL_EXEC, "Pass") : c == 6 ?
	    zlook_named(z, ZL_EXEC, "Not Executed") : r->x.status;
}

/* Print status and data row of a result.  The API description has them inside
   inline; some servers may have them beside it. */
static void
result_outcome(const struct zephyr *z, const struct result *r, int64_t i, int64_t n,
    struct buf *b)
{
	z_ref(z, b, "status", "/statuses/", result_step_status(z, r, i));
	if (r->rows > 1)
		json_out_int(b, "testDataRowNumber", n);
	else
		json_out_null(b, "testDataRowNumber");
	json_out_null(b, "reflectRef");
}

static void
result_row(const struct zephyr *z, const void *arg, int64_t i, struct buf *b)
{
	const struct result *r = arg;
	int64_t n = r->only >= 0 ? r->only : i / r->nleaf;
	const struct leaf *l = &r->leaf[i % r->nleaf];
	uint64_t c = z_rand(z, 51, r->x.pos, (int)i);
	struct zstep s = { 0 };
	struct buf actual = { 0 };

	result_texts(z, r, l, &s);
	json_out_open(b, NULL, '{');
	if (r->x.pos % 13 != 5)
		json_out_int(b, "id", r->x.id * 1000 + n * r->nleaf +
		    i % r->nleaf + 1);
	json_out_open(b, "inline", '{');
	json_out_str(b, "description", s.desc.s);
	json_out_str(b, "testData", s.data.s);
	json_out_str(b, "expectedResult", s.expect.s);
	if (z->set->full && zexec_ran(z, &r->x))
		zfull_actual(z, &r->x, i, &actual);
	else if (r->x.end != 0 && c % 3 == 0) {
		text_line(&actual, c);
		buf_printf(&actual, " (E%ld-%ld)", (long)r->x.id, (long)i + 1);
	}
	json_out_str(b, "actualResult", actual.s == NULL && c % 2 == 0 ? NULL :
	    buf_str(&actual));
	if (strcmp(z->set->step_outcome, "inside") == 0)
		result_outcome(z, r, i, n, b);
	json_out_close(b, '}');
	if (strcmp(z->set->step_outcome, "beside") == 0)
		result_outcome(z, r, i, n, b);
	json_out_close(b, '}');
	zstep_free(&s);
	buf_free(&actual);
}

int64_t
zexec_results(const struct zephyr *z, int64_t pos)
{
	struct result r = { .leaf = NULL };
	int64_t n;

	zexec_get(z, pos, &r.x);
	result_collect(z, &r);
	n = r.nleaf * r.rows;
	free(r.leaf);
	return n;
}

void
z_exec_steps(struct mock *m, struct request *rq, struct reply *rp)
{
	const struct zephyr *z = m->zephyr;
	int64_t pos = z_wanted(zexec_pos(z, rq->cap[0]), "execution", rq, rp), rows;
	int64_t cap = z->set->step_cap > 0 ? z->set->step_cap : 100;
	struct result r = { .leaf = NULL };

	if (pos < 0)
		return;
	if (request_num(rq, "testDataRowNumber", -1, &r.only) == -1 ||
	    (request_arg(rq, "testDataRowNumber") != NULL && r.only < 0)) {
		reply_zephyr(rp, 400, "testDataRowNumber: must be >= 0");
		return;
	}
	zexec_get(z, pos, &r.x);
	result_collect(z, &r);
	rows = r.only < 0 ? r.rows : r.only < r.rows ? 1 : 0;
	zpage_rows(z, r.nleaf * rows, cap, result_row, &r, rq, rp);
	free(r.leaf);
}
