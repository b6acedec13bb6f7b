#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json_out.h"

#include "server/rand.h"
#include "server/text.h"
#include "zephyr/api.h"

enum { DEPTH = 6 };

/* Compare by id.  In this order some children are before their parents. */
static int
folder_by_id(const void *a, const void *b)
{
	const struct zfolder *x = a, *y = b;

	return (x->id > y->id) - (x->id < y->id);
}

static char *
folder_name(const struct zephyr *z, int type, int k)
{
	static const char *const same[] = { "Smoke", "Regression", "Smoke" };
	struct buf b = { 0 };

	if (k % 9 == 3)
		buf_puts(&b, same[k % 3]);
	else if (k % 17 == 11)
		buf_printf(&b, "\xf0\x9f\x93\x81 Folder & <co> \"%d\"", k);
	else {
		buf_printf(&b, "%s %d ", type == 0 ? "Area" : type == 1 ?
		    "Sprint" : "Plans", k);
		text_words(&b, z_rand(z, 20 + type, k, 0), 2);
	}
	return buf_take(&b, NULL);
}

/* Return the index of the parent of folder k, or -1: the first five are a chain, the
   parents of others are random. */
static int
folder_parent_of(const struct zephyr *z, int type, int k, const int *depth)
{
	int64_t p;

	if (k < 5)
		return k - 1;
	if (k % 7 == 0)
		return -1;
	p = rand_below(z_rand(z, 20 + type, k, 1), k);
	return depth[p] >= DEPTH ? -1 : (int)p;
}

static void
folder_generate(struct zephyr *z, int type, int n)
{
	int *depth = mem_zalloc((size_t)(n + 1) * sizeof(*depth)), k, p;
	int64_t *id = mem_zalloc((size_t)(n + 1) * sizeof(*id));
	struct zfolder *f;

	for (k = 0; k < n; k++) {
		/* Ids are unique and not in the order of k. */
		id[k] = 390000 + type * 2000000 +
		    (int64_t)((k * 387420489LL + 77) % 1000003);
		p = folder_parent_of(z, type, k, depth);
		depth[k] = p < 0 ? 1 : depth[p] + 1;
		z->folder = mem_grow(z->folder, (size_t)z->nfolder + 1,
		    sizeof(*z->folder));
		f = &z->folder[z->nfolder++];
		f->id = id[k];
		f->parent = p < 0 ? 0 : id[p];
		if (z->set->hostile && k == 9)
			f->parent = 999999999;	/* does not exist */
		f->index = k % 11 == 10 ? 0 : k;	/* some indexes repeat */
		f->type = type;
		f->name = folder_name(z, type, k);
	}
	free(depth);
	free(id);
}

void
zfolder_open(struct zephyr *z)
{
	int n = (int)z->set->folders;

	if (z->corpus == NULL)
		folder_generate(z, 0, n);
	if (z->n[ZK_CYCLE] > 0)
		folder_generate(z, 1, n / 4 > 6 ? n / 4 : 6);
	if (z->n[ZK_PLAN] > 0)
		folder_generate(z, 2, 3);
	if (z->nfolder > 0)
		qsort(z->folder, (size_t)z->nfolder, sizeof(*z->folder), folder_by_id);
}

int64_t
zfolder_pick(const struct zephyr *z, int type, uint64_t r)
{
	int64_t i, tries;

	if (z->nfolder == 0)
		return 0;
	for (tries = 0; tries < 200; tries++) {
		i = rand_below(rand_next(&r), z->nfolder);
		if (z->folder[i].type == type)
			return z->folder[i].id;
	}
	return 0;
}

static void
folder_json(const struct zephyr *z, const struct zfolder *f, struct buf *b)
{
	json_out_open(b, NULL, '{');
	json_out_int(b, "id", f->id);
	if (f->parent == 0)
		json_out_null(b, "parentId");
	else
		json_out_int(b, "parentId", f->parent);
	json_out_str(b, "name", f->name);
	json_out_int(b, "index", f->index);
	json_out_str(b, "folderType", zfolder_types[f->type]);
	z_ref(z, b, "project", "/projects/", z->project);
	json_out_close(b, '}');
}

static void
folder_row(const struct zephyr *z, const void *arg, int64_t n, struct buf *b)
{
	const int *type = arg;
	int i;

	for (i = 0; i < z->nfolder; i++)
		if ((*type == -1 || z->folder[i].type == *type) && n-- == 0) {
			folder_json(z, &z->folder[i], b);
			return;
		}
}

void
z_folders(struct mock *m, struct request *rq, struct reply *rp)
{
	const struct zephyr *z = m->zephyr;
	const char *want = request_arg(rq, "folderType");
	int which = z_project(z, rq, rp), type = -1, i;
	int64_t n = 0;

	if (which == 0)
		return;
	for (i = 0; want != NULL && i < 3; i++)
		if (strcmp(want, zfolder_types[i]) == 0)
			type = i;
	if (want != NULL && type == -1) {
		reply_zephyr(rp, 400, "folderType: not one of TEST_CASE, "
		    "TEST_PLAN, TEST_CYCLE");
		return;
	}
	for (i = 0; i < z->nfolder; i++)
		n += type == -1 || z->folder[i].type == type;
	zpage_rows(z, which == 2 ? 0 : n, 0, folder_row, &type, rq, rp);
}

void
z_folder_one(struct mock *m, struct request *rq, struct reply *rp)
{
	const struct zephyr *z = m->zephyr;
	int64_t id;
	int i;

	if (!request_int(rq->cap[0], &id)) {
		reply_zephyr(rp, 400, "folderId: must be a number");
		return;
	}
	for (i = 0; i < z->nfolder; i++)
		if (z->folder[i].id == id) {
			folder_json(z, &z->folder[i], &rp->body);
			return;
		}
	reply_zephyr(rp, 404, "Folder %ld does not exist", (long)id);
}
