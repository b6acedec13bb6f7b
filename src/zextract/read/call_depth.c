#include <stdlib.h>
#include <string.h>

#include "base/mem.h"

#include "read/call_depth.h"

/*
 * Calls between cases, in the database: level 0 calls nothing, every other
 * case stands one above the highest that it calls.  Only the few cases with
 * calls are looked at, whatever the size of the project.
 */

/* Called cases that an earlier pass has read and the list has no more. */
static int
call_depth_keep_called(struct store *st, struct err *e)
{
	int64_t n;

	do {
		n = db_exec(st->db, e, "UPDATE test_case SET pass_seen = ?2,"
		    " state = 'gone' WHERE project = ?1 AND pass_seen < ?2"
		    " AND state <> 'stub' AND script_pass IS NOT NULL"
		    " AND key IN (SELECT s.called_key FROM test_step s"
		    " JOIN test_case c ON c.project = s.project"
		    " AND c.key = s.case_key WHERE s.project = ?1"
		    " AND s.called_key IS NOT NULL AND c.pass_seen = ?2)",
		    "si", st->project, st->pass);
	} while (n > 0);
	return n == -1 ? -1 : 0;
}

static int
call_depth_reset(struct store *st, struct err *e)
{
	if (db_exec(st->db, e, "UPDATE test_step SET cut = CASE WHEN"
	    " called_key = case_key THEN 1 ELSE 0 END WHERE project = ?1"
	    " AND called_key IS NOT NULL", "s", st->project) == -1 ||
	    db_exec(st->db, e, "UPDATE test_case SET level = 0"
	    " WHERE project = ?1 AND (level < 0 OR level > 0)", "s",
	    st->project) == -1 ||
	    db_exec(st->db, e, "UPDATE test_case SET level = -1"
	    " WHERE project = ?1 AND pass_seen = ?2 AND key IN"
	    " (SELECT case_key FROM test_step WHERE project = ?1"
	    " AND called_key IS NOT NULL)", "si", st->project,
	    st->pass) == -1)
		return -1;
	return 0;
}

/* Place all whose callees are placed; what this very statement has placed
   counts as not yet. */
static int64_t
call_depth_set(struct store *st, int64_t level, struct err *e)
{
	return db_exec(st->db, e, "UPDATE test_case SET level = ?2"
	    " WHERE project = ?1 AND level = -1 AND NOT EXISTS"
	    " (SELECT 1 FROM test_step s JOIN test_case c"
	    " ON c.project = s.project AND c.key = s.called_key"
	    " WHERE s.project = ?1 AND s.case_key = test_case.key"
	    " AND s.cut = 0 AND c.level IN (-1, ?2))", "si", st->project, level);
}

/* The first case that is not placed: from whom, or by number. */
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

/* A case on a loop: two walkers, one twice as fast, meet on it. */
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

/* Once around: the call that leads back to the lowest case is the one. */
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
	    call_depth_pick_edge(st, at, &caller, &called, e) == 0 &&
	    db_exec(st->db, e, "UPDATE test_step SET cut = 1"
	    " WHERE project = ?1 AND case_key = ?2 AND called_key = ?3", "sss",
	    st->project, caller, called) != -1)
		rc = 0;
	free(at);
	free(caller);
	free(called);
	return rc;
}

int
call_depth_assign(struct store *st, struct err *e)
{
	int64_t level, n, left;

	if (call_depth_keep_called(st, e) == -1 || call_depth_reset(st, e) == -1)
		return -1;
	for (level = 0;; level++) {
		if ((n = call_depth_set(st, level, e)) == -1)
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
