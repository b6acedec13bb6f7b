#include <string.h>

#include "base/time.h"

#include "domain/api/api.h"

/* The rate and the limit of requests.  The rate holds for all processes, by the row that
   they share. */
enum { SYNC_MS = 700 };

/* GCRA; permissions that were not used are kept for a second. */
int64_t
api_rate_take(struct api *a)
{
	int64_t now = time_mono_ms() * 1000, *next = &a->use.next_us, step;

	if (a->use.rate <= 0)
		return 0;
	step = 60 * 1000000 / a->use.rate;
	if (*next > now)
		return (*next - now + 999) / 1000;
	*next = (*next > now - 1000000 ? *next : now) + step;
	return 0;
}

int64_t
api_rate(const struct api *a)
{
	return a->use.rate;
}

int64_t
api_requests(const struct api *a)
{
	return a->sent + (a->shared != NULL ? a->shared->sent : 0);
}

int
api_budget_is_spent(const struct api *a, struct err *e)
{
	const struct api *first = a->first != NULL ? a->first : a;

	if (first->max_requests <= 0 || api_requests(first) < first->max_requests)
		return 0;
	if (a->ops->describe_limit != NULL)
		a->ops->describe_limit(a, e);
	return 1;
}

/* The result of the transaction, which may run more than once. */
struct sync {
	struct api		*api;
	struct budget_use	 use;
};

static int
api_budget_sync_tx(struct db *db, void *arg, struct err *e)
{
	struct sync *s = arg;
	struct api *a = s->api;
	const char *host = strstr(a->base, "://");

	s->use = a->use;
	s->use.sent = a->sent - a->sent_elsewhere;
	if (budget_use(db, a->base, &s->use, &a->retry, e) == -1)
		return -1;
	return s->use.sent == a->use.added ? 0 : budget_left(db, host != NULL ? host + 3 :
	    a->base, a->left_minute, a->left_month, e);
}

static int
api_budget_is_due(const struct api *a, int64_t now)
{
	if (a->synced_ms == 0)
		return 1;
	return now >= a->synced_ms + SYNC_MS &&
	    (a->sent - a->sent_elsewhere != a->use.added || a->use.rate > 0);
}

int
api_sync_budget(struct api *a, struct db *db, enum api_sync when, struct err *e)
{
	struct sync s = { .api = a };
	int64_t now = time_mono_ms();

	if (a->shared != NULL && api_sync_budget(a->shared, db, when, e) == -1)
		return -1;
	if (when == API_SYNC_DUE && !api_budget_is_due(a, now))
		return 0;
	a->synced_ms = now;
	if (db_tx(db, api_budget_sync_tx, &s, e) == -1)
		return -1;
	a->use = s.use;
	return 0;
}
