#include <inttypes.h>

#include "base/log.h"
#include "session.h"
#include "tally.h"
#include "work/kind.h"

enum { CREATED, UPDATED, UNCHANGED, KEPT, FAILED, SKIPPED, LEFT, GONE, SUMS };

static int
tally_kind(const struct session *s, const struct kind *k, int64_t sum[SUMS], struct err *e)
{
	struct db_query q;
	int i;

	/* Sums instead of groups, so that no rows are sorted. */
	db_query(&q, s->db, "SELECT"
	    " sum(CASE WHEN state = 'done' AND hash = want AND run = ?5"
	    "  AND verb = 'create' THEN 1 ELSE 0 END),"
	    " sum(CASE WHEN state = 'done' AND hash = want AND run = ?5"
	    "  AND verb = 'update' THEN 1 ELSE 0 END),"
	    " sum(CASE WHEN state = 'done' AND hash = want"
	    "  AND (run <> ?5 OR verb NOT IN ('create', 'update')) THEN 1 ELSE 0 END),"
	    " sum(CASE WHEN state = 'done' AND hash <> want THEN 1 ELSE 0 END),"
	    " sum(CASE WHEN state = 'failed' THEN 1 ELSE 0 END),"
	    " sum(CASE WHEN state = 'skipped' THEN 1 ELSE 0 END),"
	    " sum(CASE WHEN state IN ('pending', 'intent') THEN 1 ELSE 0 END),"
	    " sum(CASE WHEN state = 'gone' THEN 1 ELSE 0 END)"
	    " FROM ledger WHERE target = ?1 AND kind = ?2 AND project = ?3"
	    " AND map = ?4", "sssss", s->ledger.target, k->name, s->ledger.project,
	    s->ledger.map, s->ledger.run);
	if (db_row(&q))
		for (i = 0; i < SUMS; i++)
			sum[i] = db_int(&q, i);
	return db_done(&q, e);
}

static void
tally_log(const struct kind *k, const int64_t s[SUMS])
{
	struct buf b = { 0 };
	int64_t all = 0;
	int i;

	for (i = 0; i < SUMS; i++)
		all += s[i];
	if (all == 0)
		return;
	buf_printf(&b, "%" PRId64 " created, %" PRId64 " updated, %" PRId64
	    " unchanged, %" PRId64 " failed, %" PRId64 " skipped", s[CREATED],
	    s[UPDATED], s[UNCHANGED], s[FAILED], s[SKIPPED]);
	if (s[KEPT] > 0)
		buf_printf(&b, ", %" PRId64 " kept as edited in qTest", s[KEPT]);
	if (s[GONE] > 0)
		buf_printf(&b, ", %" PRId64 " removed from Zephyr before they were created",
		    s[GONE]);
	if (s[LEFT] > 0)
		buf_printf(&b, ", %" PRId64 " still to do", s[LEFT]);
	log_info(k->name, "%s", buf_str(&b));
	buf_free(&b);
}

/* Report files or links that are not in qTest: their objects name them, so the load did not
   fail. */
static void
tally_not_loaded(const struct kind *k, int is_file, int64_t n)
{
	if (n > 0)
		log_warn(k->name, "%" PRId64 " %s%s not in qTest; see `ztoq report` (rule "
		    "%s-not-loaded)", n, is_file ? "file" : "link", n == 1 ? " is" : "s are",
		    is_file ? "file" : "link");
}

/* Count the effects of the plan that is applied: those that failed in this run; none is left.
   0, -1. */
static int
tally_applied(const struct session *s, int64_t *failed, int64_t *left, struct err *e)
{
	*left = 0;
	return db_one(s->db, failed, 0, e, "SELECT count(*) FROM ledger WHERE target = ?1"
	    " AND project = ?2 AND map = ?3 AND run = ?4 AND state IN ('failed', 'skipped')"
	    " AND kind NOT IN ('blob', 'link')", "ssss", s->ledger.target, s->ledger.project,
	    s->ledger.map, s->ledger.run);
}

int
tally(const struct session *s, int64_t *failed, int64_t *left, struct err *e)
{
	const struct kind *k;
	int64_t sum[SUMS];
	int i;

	*failed = *left = 0;
	for (i = KIND_UNKNOWN + 1; i < KIND_COUNT; i++) {
		k = kind_of((enum effect_kind)i);
		if (tally_kind(s, k, sum, e) == -1)
			return -1;
		tally_log(k, sum);
		if (i == KIND_BLOB || i == KIND_LINK)
			tally_not_loaded(k, i == KIND_BLOB, sum[FAILED] + sum[SKIPPED]);
		else
			*failed += sum[FAILED] + sum[SKIPPED];
		*left += sum[LEFT];
	}
	return s->lines != NULL ? tally_applied(s, failed, left, e) : 0;
}
