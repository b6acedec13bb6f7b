#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "reconcile/order.h"

/* The stream of the source of a kind of object, and the letter in its keys. */
static const struct {
	const char	*stream;
	char		 letter;
} sources[KINDS] = {
	[MODULE] = { "folders", '\0' }, [CASE] = { "test_cases", 'T' },
	[RELEASE] = { "test_plans", 'P' }, [CYCLE] = { "test_cycles", 'R' },
	[SUITE] = { "test_cycles", 'R' }, [RUN] = { "test_executions", 'T' },
	[LOG] = { "test_executions", '\0' }
};

struct object
order_object(struct stage *stage, int kind, const char *ekey)
{
	return (struct object){ .to = stage->to, .kind = kind, .skey = ekey, .ekey = ekey,
	    .stream = strncmp(ekey, "folder:", 7) == 0 ? "folders" : sources[kind].stream };
}

/* Return 1 if a finding says that the log was written after younger ones. */
static int
order_is_late(const struct expected *x, struct stage *stage, const char *ekey)
{
	struct db_query q;

	db_query(&q, x->db, "SELECT count(*) FROM issue WHERE project = ?1"
	    " AND rule = 'history-order' AND (key = ?2 OR key = ?3)", "sss", x->project, ekey,
	    strncmp(ekey, "E:", 2) == 0 ? ekey + 2 : ekey);
	return differences_query_int(stage->to, &q) > 0;
}

struct order_row {
	int64_t	 kind, pkind, parent, eord;
	char	 key[KEY_MAX];
};

static void
order_report(const struct expected *x, struct stage *stage, const char *before,
    const struct order_row *w)
{
	struct object o = order_object(stage, (int)w->kind, w->key);
	struct tally *y = &stage->to->tally[w->kind];
	char want[KEY_MAX + 8], found[KEY_MAX + 8];

	if (w->kind == LOG && order_is_late(x, stage, w->key))
		return;
	snprintf(want, sizeof(want), "before %s", before);
	snprintf(found, sizeof(found), "after %s", before);
	object_differs(&o, "order", want, found);
	y->different++;
	y->equal -= y->equal > 0;
}

/* Compare siblings in the order that qTest shows; logs in that of their ids. */
static int
order_siblings(const struct expected *x, struct stage *stage, struct err *e)
{
	struct order_row w, last = { .kind = -1 };
	struct db_query q;

	db_query(&q, stage->db, "SELECT kind, pkind, parent, eord, ekey FROM found"
	    " WHERE eord IS NOT NULL ORDER BY kind, pkind, parent,"
	    " CASE WHEN kind = ?1 THEN id ELSE ord END, n", "i", (int64_t)LOG);
	while (stage->to->fail.code == 0 && db_row(&q)) {
		w = (struct order_row){ db_int(&q, 0), db_int(&q, 1), db_int(&q, 2),
		    db_int(&q, 3), "" };
		snprintf(w.key, sizeof(w.key), "%s", db_str(&q, 4));
		if (w.kind == last.kind && w.pkind == last.pkind && w.parent == last.parent &&
		    w.eord < last.eord)
			order_report(x, stage, last.key, &w);
		else
			last = w;
	}
	return db_done(&q, e);
}

/* Return 1 if a marker is one that this project would give. */
static int
order_is_ours(const struct expected *x, struct stage *stage, int kind, const char *ekey,
    int64_t parent)
{
	char letter = sources[kind].letter;
	size_t n = strlen(x->project);
	struct db_query q;
	char key[KEY_MAX];

	if (kind == LOG)
		return stage_key(stage, RUN, parent, key) &&
		    order_is_ours(x, stage, RUN, key, 0);
	if (strncmp(ekey, "folder:", 7) == 0) {
		db_query(&q, x->db, "SELECT count(*) FROM folder WHERE project = ?1 AND id = ?2",
		    "si", x->project, (int64_t)strtoll(ekey + 7, NULL, 10));
		return differences_query_int(stage->to, &q) > 0;
	}
	return letter != '\0' && strncmp(ekey, x->project, n) == 0 && ekey[n] == '-' &&
	    ekey[n + 1] == letter;
}

static int
order_unexpected(const struct expected *x, struct stage *stage, struct err *e)
{
	struct db_query q;
	struct object o;
	char found[64];
	int kind;

	db_query(&q, stage->db, "SELECT kind, ekey, id, parent FROM found"
	    " WHERE ekey IS NOT NULL AND seen = 0 ORDER BY n", "");
	while (stage->to->fail.code == 0 && db_row(&q)) {
		kind = (int)db_int(&q, 0);
		if (!order_is_ours(x, stage, kind, db_str(&q, 1), db_int(&q, 3)))
			continue;
		o = order_object(stage, kind, db_str(&q, 1));
		snprintf(found, sizeof(found), "%s %lld", object_kinds[kind],
		    (long long)db_int(&q, 2));
		object_differs(&o, "unexpected", "", found);
		stage->to->tally[kind].unexpected++;
	}
	return db_done(&q, e);
}

int
order_check(const struct expected *x, struct stage *stage, struct err *e)
{
	return order_siblings(x, stage, e) == -1 || order_unexpected(x, stage, e) == -1 ||
	    stage->to->fail.code != 0 ? -1 : 0;
}
