#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/set.h"
#include "domain/ledger/ledger.h"
#include "cache/id_cache.h"
#include "work/queue.h"

/* A slot holds the newest effect whose hash has this rest; the ledger knows the other effects. */

enum { ID_CACHE_SLOTS = 8192 };

struct known {
	char		*key;		/* "kind/ekey" */
	struct known_id	 ids;
};

struct id_cache {
	struct ledger	*ledger;
	const struct queue *queue;
	struct known	 slot[ID_CACHE_SLOTS];
};

struct id_cache *
id_cache_open(struct ledger *ledger, const struct queue *q)
{
	struct id_cache *c = mem_zalloc(sizeof(*c));

	c->ledger = ledger;
	c->queue = q;
	return c;
}

/* Return the slot of an effect, and its key, which the caller frees. */
static struct known *
id_cache_slot(struct id_cache *c, const char *kind, const char *ekey, char **key)
{
	*key = mem_fmt("%s/%s", kind, ekey);
	return &c->slot[text_hash(*key) % ID_CACHE_SLOTS];
}

/* Return the slot of an effect if it holds this effect, else NULL. */
static struct known *
id_cache_hit(struct id_cache *c, const char *kind, const char *ekey)
{
	char *key;
	struct known *k = id_cache_slot(c, kind, ekey, &key);
	int hit = k->key != NULL && strcmp(k->key, key) == 0;

	free(key);
	return hit ? k : NULL;
}

void
id_cache_put(struct id_cache *c, const char *kind, const char *ekey, int64_t id,
    int64_t version, int64_t last_ms)
{
	char *key;
	struct known *k = id_cache_slot(c, kind, ekey, &key);

	free(k->key);
	*k = (struct known){ key, { id, version, last_ms } };
}

void
id_cache_drop(struct id_cache *c, const char *kind, const char *ekey)
{
	struct known *k = id_cache_hit(c, kind, ekey);

	if (k == NULL)
		return;
	free(k->key);
	memset(k, 0, sizeof(*k));
}

void
id_cache_clear(struct id_cache *c)
{
	int i;

	for (i = 0; i < ID_CACHE_SLOTS; i++)
		free(c->slot[i].key);
	memset(c->slot, 0, sizeof(c->slot));
}

void
id_cache_close(struct id_cache *c)
{
	if (c != NULL)
		id_cache_clear(c);
	free(c);
}

/* Find an effect that ended in this turn and is not committed yet.  An effect that was
   read back is left out: only the ledger knows if its payload is still desired. */
static int
id_cache_lookup_uncommitted(const struct id_cache *c, const char *kind, const char *ekey,
    struct known_id *out)
{
	const struct task *t;

	for (t = c->queue->head; t != NULL; t = t->next)
		if ((t->out == OUT_DONE || t->out == OUT_SAME) && t->origin != ORIGIN_READBACK &&
		    effect_is(&t->e, kind, ekey)) {
			out->id = t->e.id;
			out->version = t->e.version_id;
			return 1;
		}
	return 0;
}

static int
id_cache_load_row(struct id_cache *c, const struct effect *f, struct known_id *out, char *why,
    size_t n)
{
	if (f->state == STATE_FAILED || f->state == STATE_SKIPPED ||
	    (f->state == STATE_GONE && f->id == 0)) {
		snprintf(why, n, "%s %s %s: %s", f->kind, f->ekey,
		    effect_state_names[f->state], f->error != NULL ? f->error : "?");
		return ID_BROKEN;
	}
	if (f->state == STATE_ROLLED_BACK)
		return ID_ABSENT;
	if (f->id == 0 || (f->state != STATE_DONE && f->state != STATE_GONE))
		return ID_NOT_YET;
	*out = (struct known_id){ f->id, f->version_id, f->last_log_ms };
	id_cache_put(c, f->kind, f->ekey, out->id, out->version, out->last_ms);
	return ID_DONE;
}

int
id_cache_find(struct id_cache *c, const char *kind, const char *ekey,
    struct known_id *out, char *why, size_t n, struct err *e)
{
	struct known *k = id_cache_hit(c, kind, ekey);
	struct effect f;
	int rc;

	memset(out, 0, sizeof(*out));
	if (k != NULL) {
		*out = k->ids;
		return ID_DONE;
	}
	if (id_cache_lookup_uncommitted(c, kind, ekey, out))
		return ID_DONE;
	if ((rc = ledger_find(c->ledger, kind, ekey, &f, e)) == -1)
		return -1;
	if (rc == 0)
		return ID_ABSENT;
	rc = id_cache_load_row(c, &f, out, why, n);
	effect_free(&f);
	return rc;
}
