#include <string.h>

#include "domain/budget.h"
#include "domain/api/qtest_impl.h"

struct telling {
	struct qtest		*qt;
	struct budget_use	 use;
};

/* May run more than once: what it computes is taken after the commit. */
static int
qtest_account_log(struct db *db, void *arg, struct err *e)
{
	struct telling *t = arg;
	struct qtest *qt = t->qt;
	const char *host = strstr(qt->base, "://");
	int news;

	t->use = (struct budget_use){ .rate = qt->conf.rate, .told = qt->told,
	    .sent = http_sent(qt->http), .next_us = qt->next_us };
	news = t->use.sent > t->use.told;
	if (budget_use(db, qt->base, &t->use, &qt->patience, e) == -1)
		return -1;
	return !news ? 0 : budget_left(db, host != NULL ? host + 3 : qt->base,
	    qt->left_minute, qt->left_month, e);
}

int
qtest_account(struct qtest *qt, struct db *db, struct err *e)
{
	struct telling t = { .qt = qt };

	if (db_tx(db, qtest_account_log, &t, e) == -1)
		return -1;
	qt->told = t.use.told;
	qt->next_us = t.use.next_us;
	return 0;
}
