#include <inttypes.h>

#include "base/time.h"
#include "domain/budget.h"
#include "gate.h"

struct gates {
	struct buf	*out;
	int64_t		 n;
};

static int
gate_open_tx(struct db *db, void *arg, struct err *e)
{
	struct gates *g = arg;
	struct db_query q;
	char until[TIME_MAX];

	buf_reset(g->out);
	g->n = 0;
	db_query(&q, db, "SELECT api, gate_until, coalesce(gate_why, '') FROM budget"
	    " WHERE gate_until > {now} ORDER BY api", "");
	while (db_row(&q)) {
		time_iso(db_int(&q, 1), until);
		buf_printf(g->out, "%s: the wait until %s (%s) is cancelled; the next run starts "
		    "at once\n", db_str(&q, 0), until, db_str(&q, 2));
		g->n++;
	}
	return db_done(&q, e) == -1 || (g->n > 0 && budget_open(db, e) == -1) ? -1 : 0;
}

int
gate_open(struct db *db, struct buf *out, struct err *e)
{
	struct gates g = { out, 0 };

	if (db_tx(db, gate_open_tx, &g, e) == -1)
		return -1;
	if (g.n == 0)
		buf_puts(out, "no API is waiting\n");
	return 0;
}
