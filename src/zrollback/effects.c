#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/stream/plan_in.h"
#include "effects.h"
#include "kinds.h"

/* An effect of the ledger that may have an object in qTest. */
struct made {
	char		*ekey, *pid, *modified, *origin, *sent, *path, *created_run;
	int		 kind, is_delete;	/* is_delete: an unconfirmed deletion */
	int64_t		 id, age_ms;	/* age_ms: of an unconfirmed request, else -1 */
};

enum { PAGE = 500 };

static void
effects_free(struct made *m, int n)
{
	while (n-- > 0) {
		free(m[n].ekey);
		free(m[n].pid);
		free(m[n].modified);
		free(m[n].origin);
		free(m[n].sent);
		free(m[n].path);
		free(m[n].created_run);
	}
}

/* Read the next effects after a kind and key: the number read, at most PAGE, or -1. */
static int
effects_page(struct ledger *l, const char *kind, const char *ekey, struct made *m,
    struct err *e)
{
	struct db_query q;
	int n = 0;

	db_query(&q, l->db, "SELECT kind, ekey, pid, modified, origin, id,"
	    " CASE WHEN id IS NULL OR kind IN ('blob', 'link') THEN sent END, path, created_run,"
	    " CASE WHEN state = 'intent' THEN {now} - COALESCE(intent_at, 0) ELSE -1 END,"
	    " CASE WHEN verb = 'delete' THEN 1 ELSE 0 END FROM ledger"
	    " WHERE target = ?1 AND project = ?2 AND (kind, ekey) > (?3, ?4)"
	    " AND kind NOT IN ('approve', 'relink') AND state <> 'rolled_back'"
	    " AND (id IS NOT NULL OR state = 'intent') ORDER BY kind, ekey LIMIT ?5", "ssssi",
	    l->target, l->project, kind, ekey, (int64_t)PAGE);
	while (n < PAGE && db_row(&q)) {
		m[n] = (struct made){ .kind = rollback_kind_find(db_str(&q, 0)),
		    .ekey = mem_dup(db_str(&q, 1)), .pid = mem_dup(db_str(&q, 2)),
		    .modified = mem_dup(db_str(&q, 3)), .origin = mem_dup(db_str(&q, 4)),
		    .id = db_int(&q, 5), .sent = mem_dup(db_str(&q, 6)),
		    .path = mem_dup(db_str(&q, 7)), .created_run = mem_dup(db_str(&q, 8)),
		    .age_ms = db_int(&q, 9), .is_delete = db_int(&q, 10) != 0 };
		n++;
	}
	if (db_done(&q, e) == 0)
		return n;
	effects_free(m, n);
	return -1;
}

/* Check if the selection has an effect: 1, 0, -1. */
static int
effects_chosen(struct inventory *v, const struct selection *s, const struct made *m,
    struct err *e)
{
	const struct rollback_kind *k = rollback_kind(m->kind);
	int64_t found = 1;

	if (s->lines && db_one(v->db, &found, 0, e, "SELECT 1 FROM line WHERE kind = ?1"
	    " AND ekey = ?2", "is", (int64_t)m->kind, m->ekey) == -1)
		return -1;
	if (s->duplicates)
		found = m->origin != NULL && strcmp(m->origin, "twin") == 0;
	if (s->run != NULL)
		found &= m->created_run != NULL && strcmp(m->created_run, s->run) == 0;
	if (s->phase != NULL)
		found &= k->phase != NULL && strcmp(k->phase, s->phase) == 0;
	if (s->kind != NULL)
		found &= strcmp(k->name, s->kind) == 0 ||
		    (m->kind == KIND_LOG && strcmp(s->kind, "run") == 0);
	return (int)found;
}

/* Return the reason why an effect must stay, NULL if it may go. */
static const char *
effects_reason(const struct made *m, int chosen)
{
	if (!chosen)
		return "not selected";
	if (m->origin == NULL)
		return "written by an earlier version of zload, which did not record whether it "
		    "created the object";
	if (strcmp(m->origin, "created") != 0 && strcmp(m->origin, "twin") != 0)
		return "not created by zload: it was in qTest before";
	if (rollback_kind(m->kind)->rank != RANK_PART || (m->id != 0 && m->path != NULL))
		return NULL;
	if (m->kind == KIND_LINK)
		return "its request is not confirmed; run zload, then this command again";
	return m->age_ms >= 0 ? "its upload is not confirmed; run zload, then this command again" :
	    "sent inside its object, and qTest did not tell its id: it goes with its object only";
}

/* Set the object that goes with a link of a requirement, which zload did not create: the linked
   one.  Return 1 if the effect is such a link, else 0. */
static int
effects_owner_linked(const struct made *m, struct inventory_effect *f)
{
	if (m->kind != KIND_LINK || m->path == NULL || strncmp(m->path, "/requirements/", 14) != 0)
		return 0;
	f->owner_kind = strstr(m->path, "type=releases") != NULL ? KIND_RELEASE : KIND_CASE;
	f->owner = m->id;
	return 1;
}

/* Find the object with which a log, file or link goes.  0, -1. */
static int
effects_owner(struct inventory *v, const struct made *m, struct inventory_effect *f,
    struct err *e)
{
	static const struct { const char *path; int kind; } owners[] = {
	    { "/test-runs/", KIND_RUN }, { "/test-logs/", KIND_LOG },
	    { "/test-cases/", KIND_CASE }, { "/releases/", KIND_RELEASE } };
	const char *key = strchr(m->ekey, '/');
	struct effect of;
	size_t i, n;
	char *name;
	int rc, is_log;

	if ((rollback_kind(m->kind)->rank != RANK_PART && (m->kind != KIND_LOG ||
	    m->path == NULL)) || effects_owner_linked(m, f))
		return 0;
	for (i = 0; m->path != NULL && i < sizeof(owners) / sizeof(owners[0]); i++) {
		n = strlen(owners[i].path);
		if (strncmp(m->path, owners[i].path, n) == 0) {
			f->owner_kind = owners[i].kind;
			f->owner = strtoll(m->path + n, NULL, 10);
		}
	}
	if (f->owner_kind != 0 || key == NULL || m->kind != KIND_BLOB)
		return 0;
	/* a file of a step of a case, or of a step log */
	is_log = strncmp(m->ekey, "test_executions/", 16) == 0;
	name = mem_fmt("%s%.*s", is_log ? "E:" : "", (int)strcspn(key + 1, "/"), key + 1);
	rc = ledger_find(v->ledger, is_log ? "log" : "case", name, &of, e);
	f->owner_kind = is_log ? KIND_LOG : KIND_CASE;
	f->owner = of.id;
	effect_free(&of);
	free(name);
	return rc == -1 ? -1 : 0;
}

/* Store an effect, and raise *wait_ms to the time until its request has certainly ended.
   0, -1. */
static int
effects_add(struct inventory *v, const struct selection *s, const struct made *m,
    int64_t settle_ms, int64_t *wait_ms, struct err *e)
{
	struct inventory_effect f = { .kind = m->kind, .id = m->id, .ekey = m->ekey,
	    .pid = m->pid, .modified = m->modified, .sent = m->sent,
	    .path = rollback_kind(m->kind)->rank == RANK_PART ? m->path : NULL };

	if (m->kind == 0)
		return err_set(e, ZX_CONFIG, "%s is an effect of a kind that this version does not "
		    "know; use the version that loaded it", m->ekey);
	if ((f.chosen = effects_chosen(v, s, m, e)) == -1 || effects_owner(v, m, &f, e) == -1)
		return -1;
	if (f.chosen && m->age_ms >= 0 && !m->is_delete && settle_ms - m->age_ms > *wait_ms)
		*wait_ms = settle_ms - m->age_ms;
	f.reason = effects_reason(m, f.chosen);
	return inventory_add(v, &f, e);
}

static int
effects_read_all(struct inventory *v, const struct selection *s, int64_t settle_ms,
    int64_t *wait_ms, struct err *e)
{
	char *ekey = mem_dup("");
	const char *kind = "";
	struct made m[PAGE];
	int i, n, rc = 0;

	do {
		n = effects_page(v->ledger, kind, ekey, m, e);
		for (i = 0; i < n && rc == 0; i++)
			rc = effects_add(v, s, &m[i], settle_ms, wait_ms, e);
		if (n > 0) {
			kind = rollback_kind(m[n - 1].kind)->name;
			free(ekey);
			ekey = mem_dup(m[n - 1].ekey);
		}
		effects_free(m, n);
	} while (n == PAGE && rc == 0);
	free(ekey);
	return n == -1 ? -1 : rc;
}

int
effects_read(struct inventory *v, const struct selection *s, int64_t settle_ms,
    int64_t *wait_ms, struct err *e)
{
	*wait_ms = 0;
	if (db_begin(v->db, e) == -1)
		return -1;
	return db_end(v->db, effects_read_all(v, s, settle_ms, wait_ms, e), e);
}

/* Store a line of a plan; those with verb keep are for people.  0, -1. */
static int
effects_put_line(void *inventory, const struct plan_in_line *l, struct err *e)
{
	struct inventory *v = inventory;
	int kind = rollback_kind_find(l->kind), goes = strcmp(l->verb, "delete") == 0;

	if (kind == 0 || (!goes && strcmp(l->verb, "keep") != 0))
		return plan_in_bad(l, "zrollback", e);
	if (json_type(l->doc, "twin_of") == JSON_OBJ && v->twins == TWINS_NONE)
		v->twins = TWINS_PLAN;
	return goes && db_exec(v->db, e, "INSERT INTO line (kind, ekey, id, modified, n)"
	    " VALUES (?1, ?2, ?3, ?4, ?5) ON CONFLICT DO NOTHING", "isisi", (int64_t)kind, l->key,
	    json_int(l->doc, "id", 0), json_str(l->doc, "modified"), l->n) == -1 ? -1 : 0;
}

int
effects_read_plan(struct inventory *v, struct err *e)
{
	if (db_begin(v->db, e) == -1)
		return -1;
	return db_end(v->db, plan_in_read("zrollback", v->ledger->project, effects_put_line, v,
	    e), e);
}

/* Check line n, whose effect has no object: it must have been rolled back.  0, -1. */
static int
effects_check_line(struct inventory *v, int64_t n, int kind, const char *ekey, int64_t id,
    struct err *e)
{
	const char *name = rollback_kind(kind)->name;
	struct effect f;
	int found = ledger_find(v->ledger, name, ekey, &f, e);
	int known = found == 1 && f.state == STATE_ROLLED_BACK && f.id == id;

	effect_free(&f);
	if (found == -1 || known)
		return found == -1 ? -1 : 0;
	return err_set(e, ZX_DATA, "stdin: line %lld: %s %s is not in the ledger of this database, "
	    "or has another id there", (long long)n, name, ekey);
}

/* Fail if an object has changed since the plan.  In a plan that was applied in part, the date
   of a container is no proof: it changes when objects inside go.  0, -1. */
static int
effects_check_dates(struct inventory *v, struct err *e)
{
	struct db_query q;
	int rc = 0;

	db_query(&q, v->db, "SELECT l.n, l.kind, l.ekey FROM line l JOIN object o"
	    " ON o.kind = l.kind AND o.ekey = l.ekey WHERE o.listed = 1"
	    " AND o.modified IS NOT NULL AND l.modified IS NOT NULL AND o.modified <> l.modified"
	    " AND (o.edited = 1 OR o.kind NOT IN (?1, ?2, ?3, ?4) OR NOT EXISTS"
	    " (SELECT 1 FROM line g WHERE NOT EXISTS (SELECT 1 FROM object x"
	    " WHERE x.kind = g.kind AND x.ekey = g.ekey))) ORDER BY l.n LIMIT 1", "iiii",
	    (int64_t)KIND_MODULE, (int64_t)KIND_RELEASE, (int64_t)KIND_CYCLE, (int64_t)KIND_SUITE);
	if (db_row(&q))
		rc = err_set(e, ZX_CONFIG, "stdin: line %lld: %s %s has changed in qTest since the "
		    "plan; make a new plan", (long long)db_int(&q, 0),
		    rollback_kind((int)db_int(&q, 1))->name, db_str(&q, 2));
	return db_done(&q, rc == 0 ? e : NULL) == -1 ? -1 : rc;
}

int
effects_check_plan(struct inventory *v, struct err *e)
{
	struct db_query q;
	int rc = 0;

	db_query(&q, v->db, "SELECT n, kind, ekey, id FROM line l WHERE NOT EXISTS (SELECT 1"
	    " FROM object o WHERE o.kind = l.kind AND o.ekey = l.ekey"
	    " AND (COALESCE(o.item, o.id) = l.id OR (o.doubt = 1 AND l.id = 0))) ORDER BY n", "");
	while (rc == 0 && db_row(&q))
		rc = effects_check_line(v, db_int(&q, 0), (int)db_int(&q, 1), db_str(&q, 2),
		    db_int(&q, 3), e);
	return db_done(&q, rc == 0 ? e : NULL) == -1 || rc == -1 ? -1 : effects_check_dates(v, e);
}
