#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "batch.h"

static const char stage[] = "ztransform";

struct item *
batch_add(struct batch *b)
{
	if (b->n == b->room) {
		b->room = b->room > 0 ? b->room * 2 : JOB_BATCH;
		b->item = mem_grow(b->item, (size_t)b->room, sizeof(*b->item));
	}
	memset(&b->item[b->n], 0, sizeof(b->item[0]));
	return &b->item[b->n++];
}

static void
batch_item_free(struct item *it)
{
	while (it->effects > 0)
		target_free(&it->effect[--it->effects]);
	free(it->effect);
	json_free(&it->list);
	free(it->key);
	free(it->text);
	free(it->changes);
	free(it->extracted);
	free(it->source_hash);
	free(it->rule);
	free(it->reason);
	free(it->corrected);
}

void
batch_reset(struct batch *b)
{
	while (b->n > 0)
		batch_item_free(&b->item[--b->n]);
}

void
batch_free(struct batch *b)
{
	batch_reset(b);
	free(b->item);
}

static int
batch_item_commit(const struct item *it, const char *map, struct finding *f,
    struct err *e)
{
	int i;

	if (it->corrected != NULL && finding_override_put(f, it->stream, it->key,
	    it->source_hash, it->corrected, strlen(it->corrected), e) == -1)
		return -1;
	if (it->rule != NULL)
		return finding_reject(f, stage, it->stream, it->key, it->rule, it->reason,
		    it->source_hash, NULL, NULL, e);
	if (finding_clear_rejects(f, stage, it->stream, it->key, e) == -1 ||
	    finding_clear_losses(f, it->stream, it->key, e) == -1 ||
	    finding_losses(f, it->stream, it->key, &it->list, e) == -1)
		return -1;
	for (i = 0; i < it->effects; i++)
		if (target_put(f->db, f->project, map, &it->effect[i], e) == -1)
			return -1;
	return 0;
}

static int
batch_commit_tx(struct db *db, void *arg, struct err *e)
{
	struct batch *b = arg;
	int i;

	(void)db;
	for (i = 0; i < b->n; i++)
		if (batch_item_commit(&b->item[i], b->map, &b->finding, e) == -1)
			return -1;
	return 0;
}

int
batch_commit(struct batch *b, struct err *e)
{
	return b->n == 0 ? 0 : db_tx(b->finding.db, batch_commit_tx, b, e);
}

void
batch_write(struct batch *b, struct stream_out *out)
{
	struct item *it;

	for (it = b->item; it < b->item + b->n; it++)
		if (it->rule == NULL)
			stream_record(out, it->stream, it->text, it->len, it->changes,
			    it->extracted);
}
