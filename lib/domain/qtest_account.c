#include <stdio.h>
#include <string.h>

#include "base/time.h"
#include "domain/budget.h"
#include "domain/qtest_impl.h"

/* What others were told (or found out) about this host holds for us, too. */
static int
obey(struct qtest *qt, struct db *db, const char *api, struct err *e)
{
	struct budget b;
	int64_t now = time_mono_ms();

	if (budget_read(db, api, &b, e) == -1)
		return -1;
	if (b.gate_ms > 0 && now + b.gate_ms > qt->patience.gate_ms) {
		qt->patience.gate_ms = now + b.gate_ms;
		snprintf(qt->patience.gate_why, sizeof(qt->patience.gate_why), "%s", b.gate_why);
	}
	return 0;
}

int
qtest_account(struct qtest *qt, struct db *db, struct err *e)
{
	const char *api = strstr(qt->base, "://");
	int64_t n = http_sent(qt->http) - qt->told, wait = 0, gate = patience_wait(&qt->patience);
	int taken;

	api = api != NULL ? api + 3 : qt->base;
	if (n > 0) {
		if ((taken = budget_take(db, api, n, qt->conf.rate, &wait, e)) == -1 ||
		    budget_left(db, api, qt->left_minute, qt->left_month, e) == -1)
			return -1;
		qt->told += taken ? n : 0;
		/* what was sent had better left `wait` later: the next one will */
		if (qt->conf.rate > 0 && wait > 0 &&
		    qt->next_us < (time_mono_ms() + wait) * 1000)
			qt->next_us = (time_mono_ms() + wait) * 1000;
	}
	if (gate > 1000 && budget_gate(db, api, gate, qt->patience.gate_why, e) == -1)
		return -1;
	return obey(qt, db, api, e);
}
