#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/checkpoint.h"
#include "load.h"
#include "plan_effects.h"
#include "recover/guard.h"
#include "send/marker.h"
#include "work/kind.h"

/*
 * The guard against a second load of the same project (design.md 6).  A
 * database without a ledger of this target may be new, or another one than the
 * one that loaded it.  Before the first create, the containers in qTest are
 * searched for markers of our project; objects that no ledger row explains
 * mean that another database loaded them.
 */
struct guard {
	struct load	*load;
	const struct kind *kind;
	int64_t		 found;		/* objects of ours that we do not know */
	int64_t		 first;		/* id of the first one */
	const struct kind *first_kind;
	char		 name[80];	/* of the first one */
};

/* True if KEY can be one that our project gave: its prefix, or none at all. */
static int
guard_key_fits(const struct load *l, const char *key)
{
	const char *dash = strchr(key, '-');
	size_t n = strlen(l->project);

	return dash == NULL || ((size_t)(dash - key) == n && strncmp(key, l->project, n) == 0);
}

/* 1 when the ledger knows the object, or has a request in doubt that may have
   made it; 0, -1. */
static int
guard_known(struct guard *g, const char *key, int64_t id, struct err *e)
{
	struct ledger *lg = &g->load->ledger;
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

static int
guard_object(struct guard *g, const struct json *item, struct err *e)
{
	struct qtest_marker m;
	int64_t id = json_int(item, "id", 0);
	int rc;

	if (!marker_of(g->load, g->kind, item, &m) ||
	    (m.project[0] != '\0' ? strcmp(m.project, g->load->project) != 0 :
	    !guard_key_fits(g->load, m.key)))
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

/* An object of a listing with all that hangs below it. */
static int
guard_tree(struct guard *g, const struct json *item, struct err *e)
{
	static const char *const below[] = { "children", "test-cycles" };
	struct json list, one;
	int i, k, rc = guard_object(g, item, e);

	for (k = 0; k < 2 && rc == 0; k++) {
		list = json_member(item, below[k]);
		json_unfold(&list);
		for (i = 0; i < json_len(&list, "") && rc == 0; i++) {
			one = json_at(&list, i);
			json_unfold(&one);
			rc = guard_tree(g, &one, e);
			json_free(&one);
		}
		json_free(&list);
	}
	return rc;
}

static int
on_container(void *arg, const struct json *item, struct err *e)
{
	return guard_tree(arg, item, e);
}

static int
guard_search(struct guard *g, struct err *e)
{
	static const struct { enum effect_kind kind; const char *path; } lists[] = {
		{ KIND_MODULE, "/modules?expand=descendants" },
		{ KIND_RELEASE, "/releases?includeClosed=true" },
		{ KIND_CYCLE, "/test-cycles?parentId=0&parentType=root&expand=descendants" },
	};
	size_t i;

	for (i = 0; i < sizeof(lists) / sizeof(lists[0]); i++) {
		g->kind = kind_of(lists[i].kind);
		if (g->kind->artifact != NULL &&
		    fields_load(g->load->fields, g->kind->artifact, e) == -1)
			return -1;
		if (qtest_list(g->load->qtest, lists[i].path, g->kind->paging,
		    on_container, g, e) == -1)
			return -1;
	}
	return 0;
}

/* Return 1 if the adoption of this target was begun and not finished, 0, -1. */
static int
guard_adopting(struct load *l, struct err *e)
{
	const struct checkpoint_of of = { l->db, "zload", l->project, 0 };
	struct checkpoint c;
	char *scope = mem_fmt("adopt:%s", l->ledger.target);
	int rc = checkpoint_get(&of, scope, &c, e);

	free(scope);
	return rc == 1 ? strcmp(c.state, "open") == 0 : rc;
}

int
guard_adopt_mark(struct load *l, const char *state, struct err *e)
{
	const struct checkpoint_of of = { l->db, "zload", l->project, 0 };
	struct checkpoint c = { .total = -1 };
	char *scope = mem_fmt("adopt:%s", l->ledger.target);
	int rc;

	snprintf(c.state, sizeof(c.state), "%s", state);
	rc = checkpoint_put(&of, scope, &c, e);
	free(scope);
	return rc;
}

int
guard_check(struct load *l, struct err *e)
{
	struct guard g = { .load = l };
	int64_t known;
	int rc;

	if (l->adopt)
		return l->job.plan ? 0 : guard_adopt_mark(l, "open", e);
	if ((rc = guard_adopting(l, e)) == -1)
		return -1;
	if (rc == 1)
		return err_set(e, ZX_CONFIG, "an earlier zload --adopt of %s did not finish; run "
		    "it again with --adopt, or objects would be created twice",
		    l->ledger.target);
	if (db_one(l->db, &known, 0, e, "SELECT 1 FROM ledger WHERE target = ?1"
	    " AND project = ?2 AND id IS NOT NULL AND kind <> 'field' LIMIT 1", "ss",
	    l->ledger.target, l->project) == -1)
		return -1;
	if (known)
		return 0;
	if (guard_search(&g, e) == -1)
		return -1;
	if (g.found == 0)
		return 0;
	return err_set(e, ZX_CONFIG, "qTest project %s holds %" PRId64 " objects of Zephyr project "
	    "%s (%s %" PRId64 " \"%.60s\") that are not in the ledger of this database, %s: "
	    "loading would create everything twice.  Use the database that loaded them, or rebuild "
	    "its ledger with zload --adopt, or choose another qTest project",
	    l->ledger.target, g.found, l->project,
	    g.first_kind->name, g.first, g.name, db_where(l->db));
}
