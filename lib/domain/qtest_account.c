#include <string.h>

#include "domain/budget.h"
#include "domain/qtest_impl.h"

int
qtest_account(struct qtest *qt, struct db *db, struct err *e)
{
	const char *host = strstr(qt->base, "://");
	struct budget_use u = { .rate = qt->conf.rate, .sent = http_sent(qt->http),
	    .told = qt->told, .next_us = qt->next_us };
	int news = u.sent > u.told;

	if (budget_use(db, qt->base, &u, &qt->patience, e) == -1)
		return -1;
	qt->told = u.told;
	qt->next_us = u.next_us;
	return !news ? 0 : budget_left(db, host != NULL ? host + 3 : qt->base,
	    qt->left_minute, qt->left_month, e);
}
