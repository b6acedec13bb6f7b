#include <inttypes.h>
#include <string.h>

#include "base/log.h"
#include "load.h"

/* What was done, as the ledger has it. */
struct sum {
	char		 kind[24];
	int64_t		 created, updated, unchanged, kept, failed, skipped, open;
};

static void
count(struct sum *s, const char *state, const char *verb, int now, int held,
    int64_t n)
{
	if (strcmp(state, "failed") == 0)
		s->failed += n;
	else if (strcmp(state, "skipped") == 0)
		s->skipped += n;
	else if (strcmp(state, "done") != 0)
		s->open += n;
	else if (!held)
		s->kept += n;
	else if (now && strcmp(verb, "create") == 0)
		s->created += n;
	else if (now && strcmp(verb, "update") == 0)
		s->updated += n;
	else
		s->unchanged += n;
}

static void
tell(const struct sum *s)
{
	if (s->kind[0] == '\0')
		return;
	log_info(s->kind, "%" PRId64 " created, %" PRId64 " updated, %" PRId64
	    " unchanged, %" PRId64 " kept as edited, %" PRId64 " failed, %" PRId64
	    " skipped%s", s->created, s->updated, s->unchanged, s->kept, s->failed,
	    s->skipped, s->open > 0 ? ", some not done yet" : "");
}

int
tally(struct load *l, int64_t *failed, struct err *e)
{
	struct sum s = { .kind = "" };
	struct db_query q;
	const char *kind;

	*failed = 0;
	db_query(&q, l->db, "SELECT kind, state, COALESCE(verb, ''),"
	    " CASE WHEN run = ?4 THEN 1 ELSE 0 END,"
	    " CASE WHEN hash = want THEN 1 ELSE 0 END, count(*), min(phase)"
	    " FROM ledger WHERE target = ?1 AND project = ?2 AND map = ?3"
	    " GROUP BY 1, 2, 3, 4, 5 ORDER BY 1",
	    "ssss", l->ledger.target, l->project, l->map, l->job.run);
	while (db_row(&q)) {
		kind = db_str(&q, 0);
		if (strcmp(kind, s.kind) != 0) {
			tell(&s);
			*failed += s.failed + s.skipped;
			memset(&s, 0, sizeof(s));
			strncat(s.kind, kind, sizeof(s.kind) - 1);
		}
		count(&s, db_str(&q, 1), db_str(&q, 2), (int)db_int(&q, 3),
		    (int)db_int(&q, 4), db_int(&q, 5));
	}
	tell(&s);
	*failed += s.failed + s.skipped;
	return db_done(&q, e);
}
