#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/api/qtest_list.h"
#include "domain/checkpoint.h"
#include "session.h"
#include "recover/guard.h"
#include "work/marker.h"
#include "work/kind.h"

/*
 * The guard against a second load of the same project (design.md 6).  A database without
 * ledger rows of this target may be new, or may not be the database that loaded the project.
 * Before the first create the containers in qTest are searched for markers of the project.
 */
struct guard {
	struct session	*session;
	const struct kind *kind;
	int64_t		 found;		/* objects with our marker, missing in the ledger */
	int64_t		 first;		/* id of the first of them */
	const struct kind *first_kind;
	char		 name[80];	/* of the first of them */
};

/* True if a key has the prefix of the project, or no prefix. */
static int
guard_key_fits(const char *project, const char *key)
{
	const char *dash = strchr(key, '-');
	size_t n = strlen(project);

	return dash == NULL || ((size_t)(dash - key) == n && strncmp(key, project, n) == 0);
}

/* Check if the ledger has the object, or a request in doubt that may have created it.  1, 0,
   -1. */
static int
guard_known(struct guard *g, const char *key, int64_t id, struct err *e)
{
	struct ledger *lg = &g->session->ledger;
	struct effect f;
	int rc = ledger_key(lg, g->kind->name, id, NULL, e), known;

	if (rc != 0)
		return rc;
	if ((rc = ledger_find(lg, g->kind->name, key, &f, e)) != 1)
		return rc;
	known = f.id != 0 || f.state == STATE_INTENT;
	effect_free(&f);
	return known;
}

/* Count an object with a marker of the project that the ledger does not contain.  0, -1. */
static int
guard_object(struct guard *g, const struct json *item, struct err *e)
{
	const char *project = g->session->ledger.project;
	struct qtest_marker m;
	int64_t id = json_int(item, "id", 0);
	int rc;

	if (!marker_of(g->session, g->kind, item, &m) ||
	    (m.project[0] != '\0' ? strcmp(m.project, project) != 0 :
	    !guard_key_fits(project, m.key)))
		return 0;
	if ((rc = guard_known(g, m.key, id, e)) != 0)
		return rc == -1 ? -1 : 0;
	if (g->found++ == 0) {
		g->first = id;
		g->first_kind = g->kind;
		snprintf(g->name, sizeof(g->name), "%s", qtest_name(item) != NULL ?
		    qtest_name(item) : "without a name");
	}
	return 0;
}

/* Count an object of a list and the objects below it.  0, -1. */
static int
on_container(void *guard, const struct json *item, struct err *e)
{
	static const char *const below[] = { "children", "test-cycles" };
	struct json list, one = { 0 };
	int i, k, rc = guard_object(guard, item, e);

	for (k = 0; k < 2 && rc == 0; k++) {
		list = json_member(item, below[k]);
		json_unfold(&list);
		for (i = 0; rc == 0 && json_each(&list, &i, &one);) {
			json_unfold(&one);
			rc = on_container(guard, &one, e);
		}
		json_free(&one);
		json_free(&list);
	}
	return rc;
}

static int
guard_search(struct guard *g, struct err *e)
{
	int i;

	for (i = KIND_UNKNOWN + 1; i < KIND_COUNT; i++) {
		g->kind = kind_of((enum effect_kind)i);
		if (g->kind->containers == NULL)
			continue;
		if (g->kind->artifact != NULL &&
		    fields_load(g->session->fields, g->kind->artifact, e) == -1)
			return -1;
		if (qtest_list(g->session->qtest, g->kind->containers, g->kind->paging,
		    on_container, g, e) == -1)
			return -1;
	}
	return 0;
}

/* Check if an adoption of this target has begun and not finished.  1, 0, -1. */
static int
guard_adopting(struct session *s, struct err *e)
{
	const struct checkpoint_of of = { s->db, "zload", s->ledger.project, 0 };
	struct checkpoint c;
	char *scope = mem_fmt("adopt:%s", s->ledger.target);
	int rc = checkpoint_get(&of, scope, &c, e);

	free(scope);
	return rc == 1 ? strcmp(c.state, "open") == 0 : rc;
}

int
guard_adopt_mark(struct session *s, const char *state, struct err *e)
{
	const struct checkpoint_of of = { s->db, "zload", s->ledger.project, 0 };
	struct checkpoint c = { .total = -1 };
	char *scope = mem_fmt("adopt:%s", s->ledger.target);
	int rc;

	snprintf(c.state, sizeof(c.state), "%s", state);
	rc = checkpoint_put(&of, scope, &c, e);
	free(scope);
	return rc;
}

int
guard_check(struct session *s, struct err *e)
{
	struct guard g = { .session = s };
	int64_t known;
	int rc;

	if (s->options->adopt)
		return s->planning ? 0 : guard_adopt_mark(s, "open", e);
	if ((rc = guard_adopting(s, e)) == -1)
		return -1;
	if (rc == 1)
		return err_set(e, ZX_CONFIG, "an earlier zload --adopt of %s did not finish; run "
		    "it again with --adopt, or objects would be created twice",
		    s->ledger.target);
	if (db_one(s->db, &known, 0, e, "SELECT 1 FROM ledger WHERE target = ?1"
	    " AND project = ?2 AND id IS NOT NULL AND kind <> 'field' LIMIT 1", "ss",
	    s->ledger.target, s->ledger.project) == -1)
		return -1;
	if (known || (rc = guard_search(&g, e)) == -1 || g.found == 0)
		return rc;
	return err_set(e, ZX_CONFIG, "qTest project %s holds %" PRId64 " object%s of Zephyr "
	    "project %s (%s %" PRId64 " \"%.60s\") that are not in the ledger of this database, "
	    "%s: loading would create everything twice.  Use the database that loaded them, or "
	    "rebuild its ledger with zload --adopt, or choose another qTest project",
	    s->ledger.target, PLURAL(g.found), s->ledger.project,
	    g.first_kind->name, g.first, g.name, db_where(s->db));
}
