#include "test.h"

#include "base/time.h"
#include "domain/budget.h"
#include "domain/schema.h"
#include "both.h"

struct take {
	int64_t	 n, rate, wait;
	int	 got;
};

static int
take_fn(struct db *db, void *arg, struct err *e)
{
	struct take *t = arg;

	t->got = budget_take(db, "api", t->n, t->rate, &t->wait, e);
	return t->got == -1 ? -1 : 0;
}

static int
take(struct db *db, int64_t n, int64_t rate, int64_t *wait)
{
	struct err e = { 0 };
	struct take t = { .n = n, .rate = rate };

	if (db_tx(db, take_fn, &t, &e) == -1)
		printf("# %s\n", e.msg);
	*wait = t.wait;
	return e.code ? -1 : t.got;
}

/* Return the number in column of the row of an API, -1 if it is NULL, 0 without a row. */
static int64_t
stored(struct db *db, const char *api, const char *column)
{
	char sql[100];
	int64_t n;

	snprintf(sql, sizeof(sql), "SELECT COALESCE(%s, -1) FROM budget WHERE api = ?1",
	    column);
	return db_one(db, &n, 0, NULL, sql, "s", api) == -1 ? -2 : n;
}

BOTH(rate, "a group of tokens is given at once, and later ones wait as the rate says")
{
	struct err e = { 0 };
	struct budget b;
	int64_t wait;

	CHECK_INT(schema_ready(db, &e), 0);
	CHECK_INT(take(db, 2, 60, &wait), 1);	/* the first group is given at once */
	CHECK_INT(wait, 0);
	CHECK_INT(take(db, 2, 60, &wait), 1);	/* the next one after 2 s */
	CHECK(wait > 1000 && wait <= 2000);
	CHECK_INT(take(db, 2, 60, &wait), 1);
	CHECK(wait > 3000 && wait <= 4000);
	CHECK_INT(take(db, 2, 60, &wait), 0);	/* no more may wait */
	CHECK(wait >= 1 && wait <= 1000);
	CHECK_INT(budget_read(db, "api", &b, &e), 0);
	CHECK_INT(stored(db, "api", "requests"), 6);
	CHECK(b.wait_ms > 5000 && b.wait_ms <= 6000);
	CHECK_INT(stored(db, "api", "left_month"), -1);
	CHECK_INT(take(db, 5, 0, &wait), 1);	/* no limit */
	CHECK_INT(stored(db, "other", "requests"), 0);
}

BOTH(gates, "a pause stops all processes, a longer one is kept, and it ends")
{
	struct err e = { 0 };
	struct budget b;
	int64_t wait;

	CHECK_INT(schema_ready(db, &e), 0);
	CHECK_INT(budget_gate(db, "api", 60000, "429", &e), 0);
	CHECK_INT(budget_gate(db, "api", 1000, "shorter", &e), 0);
	CHECK_INT(take(db, 1, 600, &wait), 0);
	CHECK(wait > 50000 && wait <= 60000);
	CHECK_INT(budget_read(db, "api", &b, &e), 0);
	CHECK_STR(b.gate_why, "429");
	CHECK_INT(budget_gate(db, "api", 0, NULL, &e), 0);
	CHECK_INT(take(db, 1, 600, &wait), 1);
	CHECK_INT(budget_left(db, "api", 7, -1, &e), 0);
	CHECK_INT(budget_left(db, "api", -1, 9000, &e), 0);
	CHECK_INT(stored(db, "api", "left_minute"), 7);
	CHECK_INT(stored(db, "api", "left_month"), 9000);
	CHECK_INT(stored(db, "api", "requests"), 1);
}

BOTH(shared, "four processes together get no more than the rate")
{
	enum db_kind kind = db_kind(db);
	struct err e = { 0 };
	struct budget b;
	int64_t left, from = time_wall_ms();
	int i, n, st, bad = 0;

	CHECK_INT(schema_ready(db, &e), 0);
	fflush(stdout);
	for (i = 0; i < 4; i++) {
		if (fork() != 0)
			continue;
		db = both_open(kind);
		for (n = 0; n < 10; n++)
			if (take(db, 1, 600, &left) != 1)
				_exit(1);
		_exit(0);
	}
	for (i = 0; i < 4; i++)
		bad += waitpid(-1, &st, 0) == -1 || st != 0;
	CHECK_INT(bad, 0);
	CHECK_INT(budget_read(db, "api", &b, &e), 0);
	CHECK_INT(stored(db, "api", "requests"), 40);
	/* 40 tokens take 4,000 ms from the first one */
	left = b.wait_ms + time_wall_ms() - from;
	CHECK(left >= 4000 && b.wait_ms <= 4000);
}
