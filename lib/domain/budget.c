#include <stdio.h>
#include <string.h>

#include "base/log.h"
#include "base/time.h"
#include "domain/budget.h"

enum {
	AHEAD_MS = 5000,	/* how far places are given out in advance */
	LOG_MS = 10 * 1000,	/* a longer wait is logged */
	GATE_MS = RETRY_GATE_S * 1000
};

static int
budget_row(struct db *db, const char *api, struct err *e)
{
	return db_exec_async(db, e, "INSERT INTO budget (api) VALUES (?1)"
	    " ON CONFLICT (api) DO NOTHING", "s", api);
}

int
budget_take(struct db *db, const char *api, int64_t n, int64_t rate,
    int64_t *wait_ms, struct err *e)
{
	struct budget b;
	struct db_query q;
	int64_t cost = rate > 0 ? (n * 60000 + rate - 1) / rate : 0;
	int taken;

	*wait_ms = 0;
	if (budget_row(db, api, e) == -1)
		return -1;
	db_query(&q, db, "UPDATE budget SET requests = requests + ?2,"
	    " next_at = CASE WHEN next_at > {now} THEN next_at ELSE {now} END"
	    " + ?3 WHERE api = ?1 AND gate_until <= {now} AND"
	    " next_at <= {now} + ?4 RETURNING next_at - ?3 - {now}", "siii",
	    api, n, cost, (int64_t)(rate > 0 ? AHEAD_MS : INT32_MAX));
	if ((taken = db_row(&q)))
		*wait_ms = db_int(&q, 0) > 0 ? db_int(&q, 0) : 0;
	if (db_done(&q, e) == -1)
		return -1;
	if (taken)
		return 1;
	if (budget_read(db, api, &b, e) == -1)
		return -1;
	*wait_ms = b.gate_ms > 0 ? b.gate_ms : b.wait_ms - AHEAD_MS;
	if (*wait_ms < 1)
		*wait_ms = 1;
	return 0;
}

int
budget_gate(struct db *db, const char *api, int64_t ms, const char *why,
    struct err *e)
{
	if (budget_row(db, api, e) == -1)
		return -1;
	if (ms <= 0)
		return db_exec_async(db, e, "UPDATE budget SET gate_until = 0,"
		    " gate_why = NULL WHERE api = ?1", "s", api);
	return db_exec_async(db, e, "UPDATE budget SET gate_until = {now} + ?2,"
	    " gate_why = ?3 WHERE api = ?1 AND gate_until < {now} + ?2", "sis",
	    api, ms, why);
}

int
budget_open(struct db *db, struct err *e)
{
	return db_exec(db, e, "UPDATE budget SET gate_until = 0, gate_why = NULL"
	    " WHERE gate_until > {now}", "") == -1 ? -1 : 0;
}

int
budget_left(struct db *db, const char *api, int64_t minute, int64_t month,
    struct err *e)
{
	if (budget_row(db, api, e) == -1)
		return -1;
	return db_exec_async(db, e, "UPDATE budget SET"
	    " left_minute = CASE WHEN CAST(?2 AS BIGINT) < 0 THEN left_minute"
	    " ELSE ?2 END, left_month = CASE WHEN CAST(?3 AS BIGINT) < 0"
	    " THEN left_month ELSE ?3 END WHERE api = ?1", "sii", api, minute,
	    month);
}

int
budget_read(struct db *db, const char *api, struct budget *b, struct err *e)
{
	struct db_query q;

	*b = (struct budget){ 0 };
	db_query(&q, db, "SELECT next_at - {now}, gate_until - {now}, gate_why FROM budget"
	    " WHERE api = ?1", "s", api);
	if (db_row(&q)) {
		b->wait_ms = db_int(&q, 0) > 0 ? db_int(&q, 0) : 0;
		b->gate_ms = db_int(&q, 1) > 0 ? db_int(&q, 1) : 0;
		if (b->gate_ms > 0 && !db_null(&q, 2))
			snprintf(b->gate_why, sizeof(b->gate_why), "%s",
			    db_str(&q, 2));
	}
	return db_done(&q, e);
}

/* Shorten a gate that an earlier version closed for as long as Retry-After said. */
static int
budget_cap_gate(struct db *db, const char *api, struct budget *b, struct err *e)
{
	b->gate_ms = GATE_MS;
	return db_exec_async(db, e, "UPDATE budget SET gate_until = {now} + ?2"
	    " WHERE api = ?1 AND gate_until > {now} + ?2", "si", api,
	    (int64_t)GATE_MS);
}

/* Apply the row, which other processes wrote, too: set *wait_ms and close the gate of p. */
static int
budget_apply(struct db *db, const char *api, struct retry_policy *p, int64_t *wait_ms,
    struct err *e)
{
	struct budget b;
	char until[TIME_MAX];
	int64_t now = time_mono_ms();

	if (budget_read(db, api, &b, e) == -1 ||
	    (b.gate_ms > GATE_MS && budget_cap_gate(db, api, &b, e) == -1))
		return -1;
	*wait_ms = b.wait_ms;
	if (b.gate_ms > LOG_MS && now + b.gate_ms > p->gate_ms + LOG_MS &&
	    now + b.gate_ms > p->last_logged_ms + LOG_MS) {
		p->last_logged_ms = now + b.gate_ms;
		time_iso(time_wall_ms() + b.gate_ms, until);
		log_warn(api, "%s (reported by another process): waiting %lld s, until %s%s",
		    b.gate_why, (long long)b.gate_ms / 1000,
		    until, RETRY_HINT);
	}
	if (b.gate_ms > 0 && now + b.gate_ms > p->gate_ms) {
		p->gate_ms = now + b.gate_ms;
		snprintf(p->gate_why, sizeof(p->gate_why), "%s", b.gate_why);
	}
	return 0;
}

int
budget_use(struct db *db, const char *base, struct budget_use *u,
    struct retry_policy *p, struct err *e)
{
	const char *host = strstr(base, "://"), *api = host ? host + 3 : base;
	int64_t n = u->sent - u->added, wait = 0, read, gate = retry_wait_ms(p), us;
	int taken = 0;

	if (n > 0 && (taken = budget_take(db, api, n, u->rate, &wait, e)) == -1)
		return -1;
	u->added += taken ? n : 0;
	if ((gate > 1000 && budget_gate(db, api, gate, p->gate_why, e) == -1) ||
	    budget_apply(db, api, p, &read, e) == -1)
		return -1;
	/* the requests were sent too early by this time, which the next one waits */
	us = (time_mono_ms() + (n > 0 ? wait : read)) * 1000;
	if (u->rate > 0 && us > u->next_us)
		u->next_us = us;
	return 0;
}
