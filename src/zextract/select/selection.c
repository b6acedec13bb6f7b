#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "domain/stream/stream.h"
#include "io/jqprog.h"

#include "list/list.h"
#include "select/selection_folder.h"
#include "select/selection_program.h"
#include "select/selection_rows.h"
#include "source.h"

#define L(list)		(1u << LIST_##list)
#define CASES		(L(PRIORITIES) | L(STATUS_CASE) | L(CASES))
#define PLANS		(L(STATUS_PLAN) | L(PLANS))
#define CYCLES		(L(STATUS_CYCLE) | L(CYCLES))

/* The lists that the records of a stream need: for names beside ids, and for links
   that only the other side has. */
static const unsigned needs[STREAM_COUNT] = {
	[STREAM_FOLDERS] = L(FOLDERS),
	[STREAM_CASES] = L(FOLDERS) | CASES,
	[STREAM_PLANS] = L(FOLDERS) | PLANS | CYCLES,
	[STREAM_CYCLES] = L(FOLDERS) | PLANS | CYCLES,
	[STREAM_EXECUTIONS] = L(STATUS_EXECUTION) | L(ENVIRONMENTS) |
	    L(EXECUTIONS) | CASES | CYCLES,
};

static int
selection_streams_read(struct selection *c, char **names, struct err *e)
{
	size_t n = 0;
	int s, all = *names == NULL;

	for (; *names != NULL; names++) {
		if ((s = stream_find(*names)) == -1)
			return err_set(e, ZX_USAGE, "%s: unknown stream; the streams are folders, "
			    "test_cases, test_plans, test_cycles and test_executions (options come "
			    "first)",
			    *names);
		c->writes[s] = 1;
	}
	for (s = 0; s < STREAM_COUNT; s++) {
		c->writes[s] |= all;
		c->narrow |= !c->writes[s];
		if (c->writes[s])
			n += (size_t)snprintf(c->streams + n,
			    sizeof(c->streams) - n, "%s ",
			    stream_name((enum stream)s));
	}
	return 0;
}

int
selection_open(struct selection *c, char **names, struct err *e)
{
	if (selection_streams_read(c, names, e) == -1 ||
	    (c->folder != NULL && selection_set_path(c, e) == -1) ||
	    (c->select != NULL && selection_compile(c, e) == -1))
		return -1;
	/* executions alone need the scripts of their cases, and no others */
	c->rows = c->folder != NULL || (c->limit > 0 && c->select == NULL) ||
	    (c->writes[STREAM_EXECUTIONS] && !c->writes[STREAM_CASES]);
	return 0;
}

int
selection_is_whole(const struct selection *c)
{
	return !c->narrow && c->folder == NULL && c->select == NULL;
}

void
selection_end(struct selection *c)
{
	struct err e = { 0 };

	if (c->src->phase >= PHASE_SCRIPTS && (c->rows || c->select != NULL) &&
	    selection_clear(c, &e) == -1)
		log_debug(NULL, "table chosen: %s", e.msg);
}

void
selection_free(struct selection *c)
{
	int s;

	for (s = 0; s < STREAM_COUNT; s++)
		jqprog_close(c->prog[s]);
	while (c->keys > 0)
		free(c->key[--c->keys]);
	selection_path_free(c);
}

int
selection_needs_list(const struct selection *c, enum list_id list)
{
	unsigned want = c->folder != NULL ? L(FOLDERS) : 0;
	int s;

	for (s = 0; s < STREAM_COUNT; s++)
		want |= c->writes[s] ? needs[s] : 0;
	if (c->folder != NULL && strcmp(c->kind, "TEST_PLAN") == 0)
		want |= PLANS;
	return (want >> list & 1) != 0;
}

int
selection_needs_scripts(const struct selection *c)
{
	return c->writes[STREAM_CASES] || c->writes[STREAM_EXECUTIONS];
}

void
selection_skip_lists(const struct selection *c, struct lists *ls)
{
	int i;

	for (i = 0; i < LIST_COUNT; i++)
		ls->v[i].skip = !selection_needs_list(c, (enum list_id)i);
}

int
selection_blocks_lists(const struct selection *c)
{
	return c->folder != NULL && !c->found;
}

static int
selection_seed_tx(struct db *db, void *arg, struct err *e)
{
	struct selection *c = arg;

	(void)db;
	if (selection_clear(c, e) == -1)
		return -1;
	if (!c->rows)
		return 0;
	return selection_init(c, e) == -1 ||
	    selection_add_dependencies(c, SEL_DEPENDENCY, e) == -1 ? -1 : 0;
}

int
selection_begin(struct selection *c, struct err *e)
{
	if ((c->rows || c->select != NULL) && db_tx(c->src->db, selection_seed_tx, c, e) == -1)
		return -1;
	c->phase = c->rows || c->select != NULL ? SELECTION_READING :
	    SELECTION_SETTLED;
	return 0;
}

/* Set *is to 1 when a chosen case has an unread script, else to 0. */
static int
selection_unread(struct selection *c, int64_t *is, struct err *e)
{
	return db_one(c->src->db, is, 0, e, "SELECT 1 FROM chosen k"
	    " JOIN test_case c ON c.project = k.project AND c.key = k.key"
	    " WHERE k.project = ?1 AND k.stream = 'test_cases'"
	    " AND c.script_pass IS NULL LIMIT 1", "s", c->src->st.project);
}

struct selection_closing {
	struct selection *c;
	int64_t		 open;		/* 1: scripts are still to be read */
};

static int
selection_close_tx(struct db *db, void *arg, struct err *e)
{
	struct selection_closing *closing = arg;
	struct selection *c = closing->c;

	(void)db;
	closing->open = 0;
	if (selection_add_dependencies(c, SEL_DEPENDENCY, e) == -1 || (!c->src->pass.sealed &&
	    selection_needs_scripts(c) && selection_unread(c, &closing->open, e) == -1))
		return -1;
	return closing->open ? 0 : selection_is_partial(c, SEL_DEPENDENCY, e);
}

int
selection_close(struct selection *c, struct err *e)
{
	struct selection_closing closing = { .c = c };
	int s;

	if (!c->rows)
		return 1;
	if (db_tx(c->src->db, selection_close_tx, &closing, e) == -1)
		return -1;
	if (closing.open)
		return 0;
	for (s = 0; s < STREAM_COUNT; s++)
		c->narrow |= c->left[s];
	if (c->select == NULL)
		c->phase = SELECTION_SETTLED;
	return 1;
}

int
selection_is_known(const struct selection *c)
{
	return !c->rows || c->src->phase >= PHASE_DETAILS;
}

int64_t
selection_read_grade(const struct selection *c, enum stream s)
{
	if (!c->writes[s])
		return SEL_NONE;
	return c->rows ? SEL_DEPENDENCY : SEL_ALL;
}

int64_t
selection_write_grade(const struct selection *c)
{
	if (c->select != NULL && c->phase == SELECTION_SETTLED)
		return SEL_MATCH_DEP;
	if (!c->rows)
		return SEL_ALL;
	return c->phase == SELECTION_ASKING ? SEL_REQUESTED : SEL_DEPENDENCY;
}
