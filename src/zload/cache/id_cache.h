#ifndef ZLOAD_ID_CACHE_H
#define ZLOAD_ID_CACHE_H

#include <stddef.h>
#include <stdint.h>

struct err;
struct load;

/* What others need of an effect that is done. */
struct id_cache {
	int64_t		 id, version, last_ms;
	uint64_t	 hash;
	char		*key;		/* "kind/ekey" */
};

enum { ID_NOT_YET, ID_DONE, ID_BROKEN, ID_ABSENT };

/* Find an effect.  ID_DONE and *out; ID_NOT_YET; ID_BROKEN, it failed, and why; ID_ABSENT,
   the ledger does not hold it; -1. */
int	 id_cache_find(struct load *, const char *kind, const char *ekey,
	    struct id_cache *out, char *why, size_t n, struct err *);
void	 id_cache_put(struct load *, const char *kind, const char *ekey,
	    int64_t id, int64_t version, int64_t last_ms);
void	 id_cache_drop(struct load *, const char *kind, const char *ekey);
void	 id_cache_free(struct load *);

#endif
