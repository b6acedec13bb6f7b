#include "domain/pass.h"

struct opening {
	const char	*project;
	enum pass_want	 want;
	pass_opening	*opening;
	struct pass	*p;
};

static int
pass_find_last(struct db *db, struct opening *o, struct err *e)
{
	struct db_query q;

	*o->p = (struct pass){ 0 };
	db_query(&q, db, "SELECT n, opened_at, sealed_at FROM pass"
	    " WHERE project = ?1 ORDER BY n DESC LIMIT 1", "s", o->project);
	if (db_row(&q)) {
		o->p->n = db_int(&q, 0);
		o->p->opened_ms = db_int(&q, 1);
		o->p->resumed = db_null(&q, 2);
		o->p->sealed = !o->p->resumed && o->want == PASS_LAST;
	}
	return db_done(&q, e);
}

/* Set since to when the last pass that knows the time began to read, less the time by
   which two clocks may differ. */
static int
pass_since(struct db *db, struct opening *o, struct err *e)
{
	struct db_query q;
	int64_t ms;

	db_query(&q, db, "SELECT since FROM pass WHERE project = ?1"
	    " AND n < ?2 AND since IS NOT NULL ORDER BY n DESC LIMIT 1", "si",
	    o->project, o->p->n);
	if (db_row(&q) && time_parse(db_str(&q, 0), &ms) == 0)
		time_iso(ms - PASS_OVERLAP_MS, o->p->since);
	return db_done(&q, e);
}

static int
pass_open_tx(struct db *db, void *arg, struct err *e)
{
	struct opening *o = arg;

	if (pass_find_last(db, o, e) == -1)
		return -1;
	if (o->p->sealed)
		return 0;
	if (!o->p->resumed)
		o->p->n++;
	if (pass_since(db, o, e) == -1)
		return -1;
	if (o->p->resumed)
		return 0;
	if ((o->opening != NULL && o->opening(db, o->project, o->want, e) == -1) ||
	    db_exec(db, e, "INSERT INTO pass (project, n, opened_at, state)"
	    " VALUES (?1, ?2, {now}, 'open')", "si", o->project, o->p->n) == -1)
		return -1;
	return db_one(db, &o->p->opened_ms, 0, e, "SELECT opened_at FROM pass"
	    " WHERE project = ?1 AND n = ?2", "si", o->project, o->p->n);
}

int
pass_open(struct db *db, const char *project, enum pass_want want,
    pass_opening *opening, struct pass *p, struct err *e)
{
	struct opening o = { project, want, opening, p };

	return db_tx(db, pass_open_tx, &o, e);
}

int
pass_clock(struct db *db, const char *project, int64_t n, int64_t ms,
    struct err *e)
{
	char iso[TIME_MAX];

	if (ms == 0)
		return 0;
	time_iso(ms, iso);
	return db_exec_async(db, e, "UPDATE pass SET since = ?3 WHERE project = ?1"
	    " AND n = ?2 AND since IS NULL", "sis", project, n, iso);
}

int
pass_seal(struct db *db, const char *project, int64_t n, const char *state,
    struct err *e)
{
	return db_exec(db, e, "UPDATE pass SET sealed_at = {now}, state = ?3"
	    " WHERE project = ?1 AND n = ?2", "sis", project, n, state) == -1 ?
	    -1 : 0;
}
