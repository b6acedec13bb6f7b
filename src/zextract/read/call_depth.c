#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/store/store_case.h"

#include "read/call_depth.h"

/*
 * Assigns each case the depth of its calls, in the database.  Depth 0 calls no case;
 * every other case is one above the deepest case that it calls.  Only cases with calls
 * are read, however large the project is.
 */

/* Read the first case without a depth: that from calls, or of all by number if from
   is NULL. */
static int
call_depth_cycle_start(struct store *st, const char *from, char **key, struct err *e)
{
	struct db_query q;

	*key = NULL;
	if (from == NULL)
		db_query(&q, st->db, "SELECT key FROM test_case"
		    " WHERE project = ?1 AND level = -1"
		    " ORDER BY num, key LIMIT 1", "s", st->project);
	else
		db_query(&q, st->db, "SELECT c.key FROM test_step s"
		    " JOIN test_case c ON c.project = s.project"
		    " AND c.key = s.called_key WHERE s.project = ?1"
		    " AND s.case_key = ?2 AND s.cut = 0 AND c.level = -1"
		    " ORDER BY c.num, c.key LIMIT 1", "ss", st->project, from);
	if (db_row(&q))
		*key = mem_dup(db_str(&q, 0));
	return db_done(&q, e);
}

static int
call_depth_cycle_step(struct store *st, char **at, struct err *e)
{
	char *next;

	if (call_depth_cycle_start(st, *at, &next, e) == -1)
		return -1;
	if (next == NULL)
		return err_set(e, ZX_BUG, "no call starts at %s", *at);
	free(*at);
	*at = next;
	return 0;
}

static int
call_depth_cycle_before(const char *a, const char *b)
{
	int64_t x = store_num(a), y = store_num(b);

	return x != y ? x < y : strcmp(a, b) < 0;
}

/* Find a case of a cycle: two positions, of which one moves twice as fast, meet on
   the cycle. */
static int
call_depth_find_cycle(struct store *st, char **at, struct err *e)
{
	char *slow, *fast;
	int rc = 0;

	if (call_depth_cycle_start(st, NULL, &slow, e) == -1)
		return -1;
	fast = mem_dup(slow);
	do {
		if (call_depth_cycle_step(st, &slow, e) == -1 ||
		    call_depth_cycle_step(st, &fast, e) == -1 ||
		    call_depth_cycle_step(st, &fast, e) == -1)
			rc = -1;
	} while (rc == 0 && strcmp(slow, fast) != 0);
	free(fast);
	*at = slow;
	return rc;
}

/* Find the call of a cycle that leads back to its first case, by going around once
   from start. */
static int
call_depth_pick_edge(struct store *st, const char *start, char **caller, char **called,
    struct err *e)
{
	char *at = mem_dup(start), *was;
	int rc = 0;

	*caller = *called = NULL;
	do {
		was = mem_dup(at);
		rc = call_depth_cycle_step(st, &at, e);
		if (rc == 0 && (*called == NULL || call_depth_cycle_before(at, *called))) {
			free(*caller);
			free(*called);
			*caller = was;
			*called = mem_dup(at);
			was = NULL;
		}
		free(was);
	} while (rc == 0 && strcmp(at, start) != 0);
	free(at);
	return rc;
}

static int
call_depth_break_cycle(struct store *st, struct err *e)
{
	char *at = NULL, *caller = NULL, *called = NULL;
	int rc = -1;

	if (call_depth_find_cycle(st, &at, e) == 0 &&
	    call_depth_pick_edge(st, at, &caller, &called, e) == 0)
		rc = store_call_cut(st, caller, called, e);
	free(at);
	free(caller);
	free(called);
	return rc;
}

int
call_depth_assign(struct store *st, struct err *e)
{
	int64_t level, n, left;

	while ((n = store_called_keep(st, e)) > 0)
		continue;
	if (n == -1 || store_depths_reset(st, e) == -1)
		return -1;
	for (level = 0;; level++) {
		if ((n = store_depth_set(st, level, e)) == -1)
			return -1;
		if (n > 0)
			continue;
		if (db_one(st->db, &left, 0, e, "SELECT count(*)"
		    " FROM test_case WHERE project = ?1 AND level = -1", "s",
		    st->project) == -1)
			return -1;
		if (left == 0)
			return 0;
		if (level > 0 && call_depth_break_cycle(st, e) == -1)
			return -1;
		if (level > 0)
			level--;
	}
}
