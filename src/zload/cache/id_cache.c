#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "load.h"
#include "cache/id_cache.h"
#include "work/queue.h"
#include "work/task.h"

/* What is done is remembered in slots by hash, the newest wins; the ledger
   knows the rest. */

enum { ID_CACHE_SLOTS = 8192 };

static struct id_cache *
id_cache_slot(struct load *l, const char *key, uint64_t h)
{
	struct id_cache *k;

	if (l->id_cache == NULL)
		l->id_cache = mem_zalloc(ID_CACHE_SLOTS * sizeof(*l->id_cache));
	k = &l->id_cache[h % ID_CACHE_SLOTS];
	return k->hash == h && k->key != NULL && strcmp(k->key, key) == 0 ? k : NULL;
}

void
id_cache_put(struct load *l, const char *kind, const char *ekey, int64_t id,
    int64_t version, int64_t last_ms)
{
	char *key = mem_fmt("%s/%s", kind, ekey);
	uint64_t h = text_hash(key);
	struct id_cache *k = id_cache_slot(l, key, h);

	if (k == NULL) {
		k = &l->id_cache[h % ID_CACHE_SLOTS];
		free(k->key);
		k->key = key;
		k->hash = h;
	} else
		free(key);
	k->id = id;
	k->version = version;
	k->last_ms = last_ms;
}

/* Another payload is wanted, or what it is now is up to the ledger. */
void
id_cache_drop(struct load *l, const char *kind, const char *ekey)
{
	char *key = mem_fmt("%s/%s", kind, ekey);
	struct id_cache *k = id_cache_slot(l, key, text_hash(key));

	free(key);
	if (k == NULL)
		return;
	free(k->key);
	memset(k, 0, sizeof(*k));
}

void
id_cache_free(struct load *l)
{
	int i;

	for (i = 0; l->id_cache != NULL && i < ID_CACHE_SLOTS; i++)
		free(l->id_cache[i].key);
	free(l->id_cache);
	l->id_cache = NULL;
}

/* Find an effect that was done in this turn and is not committed yet.  Of one that was
   read back only the ledger knows if it is what is wanted now. */
static int
id_cache_lookup_uncommitted(
    struct load *l, const char *kind, const char *ekey, struct id_cache *out)
{
	struct task *t;

	for (t = l->queue->head; t != NULL; t = t->next)
		if ((t->out == OUT_DONE || t->out == OUT_SAME) && t->origin != ORIGIN_READBACK &&
		    effect_is(&t->e, kind, ekey)) {
			out->id = t->e.id;
			out->version = t->e.version_id;
			return 1;
		}
	return 0;
}

static int
id_cache_load_row(struct load *l, const struct effect *f, struct id_cache *out, char *why,
    size_t n)
{
	if (f->state == STATE_FAILED || f->state == STATE_SKIPPED ||
	    (f->state == STATE_GONE && f->id == 0)) {
		snprintf(why, n, "%s %s %s: %s", f->kind, f->ekey,
		    effect_state_name(f->state), f->error != NULL ? f->error : "?");
		return ID_BROKEN;
	}
	if (f->state == STATE_ROLLED_BACK)
		return ID_ABSENT;
	if (f->id == 0 || (f->state != STATE_DONE && f->state != STATE_GONE))
		return ID_NOT_YET;
	out->id = f->id;
	out->version = f->version_id;
	out->last_ms = f->last_log_ms;
	id_cache_put(l, f->kind, f->ekey, out->id, out->version, out->last_ms);
	return ID_DONE;
}

int
id_cache_find(struct load *l, const char *kind, const char *ekey,
    struct id_cache *out, char *why, size_t n, struct err *e)
{
	char *key = mem_fmt("%s/%s", kind, ekey);
	struct id_cache *k = id_cache_slot(l, key, text_hash(key));
	struct effect f;
	int rc;

	free(key);
	memset(out, 0, sizeof(*out));
	if (k != NULL) {
		*out = *k;
		return ID_DONE;
	}
	if (id_cache_lookup_uncommitted(l, kind, ekey, out))
		return ID_DONE;
	if ((rc = ledger_find(&l->ledger, kind, ekey, &f, e)) == -1)
		return -1;
	if (rc == 0)
		return ID_ABSENT;
	rc = id_cache_load_row(l, &f, out, why, n);
	effect_free(&f);
	return rc;
}
