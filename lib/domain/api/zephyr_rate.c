#include "base/time.h"

#include "domain/api/zephyr_impl.h"

/* How fast: --rate holds for all processes, by the row that they share. */
enum { TELL_MS = 700 };

int64_t
zephyr_rate(struct zephyr *z)
{
	int64_t now = time_mono_ms() * 1000, *next = &z->use.next_us, step;

	if (z->use.rate <= 0)
		return 0;
	step = 60 * 1000000 / z->use.rate;
	if (*next > now)
		return (*next - now + 999) / 1000;
	*next = (*next > now - 1000000 ? *next : now) + step;
	return 0;
}

struct telling {
	struct zephyr		*z;
	struct budget_use	 use;
};

static int
zephyr_rate_tell_tx(struct db *db, void *arg, struct err *e)
{
	struct telling *t = arg;

	t->use = t->z->use;
	t->use.sent = t->z->sent - t->z->foreign;
	return budget_use(db, t->z->base, &t->use, &t->z->patience, e);
}

int
zephyr_sync_budget(struct zephyr *z, struct db *db, int now, struct err *e)
{
	struct telling t = { .z = z };
	int64_t ms = time_mono_ms();

	if (z->beside != NULL && zephyr_sync_budget(z->beside, db, now, e) == -1)
		return -1;
	if (!now && z->told_ms > 0 && (ms < z->told_ms + TELL_MS ||
	    (z->sent - z->foreign == z->use.told && z->use.rate <= 0)))
		return 0;
	z->told_ms = ms;
	if (db_tx(db, zephyr_rate_tell_tx, &t, e) == -1)
		return -1;
	z->use = t.use;
	return 0;
}

int64_t
zephyr_requests(const struct zephyr *z)
{
	return z->sent + (z->beside != NULL ? z->beside->sent : 0);
}

int
zephyr_spent(const struct zephyr *z)
{
	if (z->first != NULL)
		z = z->first;
	return z->conf.max_requests > 0 &&
	    zephyr_requests(z) >= z->conf.max_requests;
}
