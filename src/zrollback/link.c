#include "base/time.h"
#include "link.h"

int
link_wait(struct link *l, int64_t ms, struct err *e)
{
	int64_t now = time_mono_ms();

	if (l->claim->held) {
		if (claim_keep(l->claim, l->job->db, e) == -1)
			return -1;
		qtest_lease(l->qtest, l->claim->until);
	}
	if (now >= l->account_ms) {
		l->account_ms = now + 700;
		if (api_sync_budget(qtest_api(l->qtest), l->job->db, API_SYNC_NOW, e) == -1)
			return -1;
	}
	return api_wait(qtest_api(l->qtest), ms < 1000 ? ms : 1000, NULL, 0, e);
}

int
link_stop(struct link *l, struct err *e)
{
	const char *why;

	l->job->requests = http_sent(qtest_http(l->qtest));
	if (job_stop(l->job, &why))
		return err_set(e, ZX_RETRY, "stopped by %s; run the same command again to continue",
		    why);
	return 0;
}

int
link_pause(struct link *l, int64_t ms, struct err *e)
{
	int64_t until = time_mono_ms() + ms, left;

	while ((left = until - time_mono_ms()) > 0)
		if (link_stop(l, e) == -1 || link_wait(l, left, e) == -1)
			return -1;
	return 0;
}
