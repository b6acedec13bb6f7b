#pragma once

#include <stddef.h>
#include <stdint.h>

struct err;
struct ledger;
struct queue;

/* The ids that other effects need of an effect that is done. */
struct known_id {
	int64_t		 id, version, last_ms;	/* last_ms: run: end of its last log */
};

enum { ID_NOT_YET, ID_DONE, ID_BROKEN, ID_ABSENT };

/* Make a cache of ids in front of the ledger and the queue, which must outlive it. */
struct id_cache *id_cache_open(struct ledger *, const struct queue *);
/* Find an effect by kind and key.  Return ID_DONE and fill *out; ID_NOT_YET; ID_BROKEN when
   the effect failed, with the reason in why (n bytes); ID_ABSENT when the ledger does not
   hold it; -1. */
int	 id_cache_find(struct id_cache *, const char *kind, const char *ekey,
	    struct known_id *out, char *why, size_t n, struct err *);
/* Remember the ids of an effect that is done. */
void	 id_cache_put(struct id_cache *, const char *kind, const char *ekey,
	    int64_t id, int64_t version, int64_t last_ms);
/* Forget an effect, so that the next search reads the ledger. */
void	 id_cache_drop(struct id_cache *, const char *kind, const char *ekey);
/* Forget all effects. */
void	 id_cache_clear(struct id_cache *);
/* Free a cache; NULL does nothing. */
void	 id_cache_close(struct id_cache *);
