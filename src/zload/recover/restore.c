#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/set.h"
#include "session.h"
#include "plan/plan_lines.h"
#include "recover/restore.h"
#include "work/task.h"

/*
 * --restore-missing, and the choice to restore in a line of a plan.  An effect whose object was
 * deleted is made again, as if it had never been carried out; before its object is created it
 * is looked for by its marker, because a user may have restored it.  An effect that needs it
 * belongs to the deleted object and is made again, too (an approval, a log, a file), or is an
 * object of its own: this is read, and is restored if it was deleted with the other, or else
 * gets the new ids.
 */
enum { PAGE = 256 };

struct restore {
	struct session	*session;
	struct ledger	*ledger;	/* that of .session */
	struct set	 made_again;	/* hashes of "kind/ekey" */
	int64_t		 n;		/* effects made again */
	int		 grew;
	char		*kind, *ekey;	/* of the last row that was read */
};

struct restore_row {
	char		*kind, *ekey, *needs;
	int		 is_deleted, is_reset;	/* is_reset: by an earlier round */
};

int
restore_is_object(const char *kind)
{
	switch (effect_kind_parse(kind)) {
	case KIND_MODULE: case KIND_CASE: case KIND_RELEASE: case KIND_CYCLE: case KIND_SUITE:
	case KIND_RUN:
		return 1;
	default:
		return 0;
	}
}

/* Read the next rows, with those that were deleted first (only_deleted).  Return how many,
   -1. */
static int
restore_page(struct restore *r, int only_deleted, struct restore_row row[PAGE], struct err *e)
{
	const struct ledger *l = r->ledger;
	struct db_query q;
	int n = 0;

	db_query(&q, l->db, "SELECT kind, ekey, needs, deleted_at IS NOT NULL, hash IS NULL"
	    " FROM ledger"
	    " WHERE target = ?1 AND project = ?2 AND (kind, ekey) > (?3, ?4)"
	    " AND state IN ('done', 'failed', 'skipped', 'pending')"
	    " AND (id IS NOT NULL OR state = 'done')"
	    " AND (?5 = 0 OR deleted_at IS NOT NULL) ORDER BY kind, ekey LIMIT ?6", "ssssii",
	    l->target, l->project, r->kind != NULL ? r->kind : "",
	    r->ekey != NULL ? r->ekey : "", (int64_t)only_deleted, (int64_t)PAGE);
	while (db_row(&q)) {
		row[n].kind = mem_dup(db_str(&q, 0));
		row[n].ekey = mem_dup(db_str(&q, 1));
		row[n].needs = mem_dup(db_str(&q, 2));
		row[n].is_deleted = db_int(&q, 3) != 0;
		row[n++].is_reset = db_int(&q, 4) != 0;
	}
	if (n > 0) {
		free(r->kind);
		free(r->ekey);
		r->kind = mem_dup(row[n - 1].kind);
		r->ekey = mem_dup(row[n - 1].ekey);
	}
	return db_done(&q, e) == -1 ? -1 : n;
}

int
restore_is_needed(const struct set *made_again, const char *kind, const char *text)
{
	/* A log belongs to its run; the cases whose steps it names may be other ones. */
	const char *of = effect_kind_parse(kind) == KIND_LOG ? "run/" : "";
	struct json needs = { 0 }, one = { 0 };
	const char *s;
	int i = 0, yes = 0;

	if (text == NULL || json_parse(&needs, text, strlen(text), NULL, NULL) == -1)
		return 0;
	while (!yes && json_each(&needs, &i, &one))
		yes = (s = json_str(&one, "")) != NULL && strncmp(s, of, strlen(of)) == 0 &&
		    set_has(made_again, text_hash(s));
	json_free(&one);
	json_free(&needs);
	return yes;
}

/* Check if a deleted effect is to be made again: without a plan that is applied always, else if
   its line says so, or if another object is restored.  1, 0, -1. */
static int
restore_is_chosen(const struct restore *r, const struct restore_row *row, struct err *e)
{
	const struct session *s = r->session;

	if (s->lines == NULL || row->is_reset)
		return 1;
	return s->options->restore ? plan_lines_has(s, row->kind, row->ekey, e) :
	    plan_lines_chose(s, row->kind, row->ekey, "restore", e);
}

/* Make an effect pending if it was deleted or needs an effect that is made again.  0, -1. */
static int
restore_effect(struct restore *r, int only_deleted, const struct restore_row *row, struct err *e)
{
	char *key;
	int is_new;

	if (only_deleted && (is_new = restore_is_chosen(r, row, e)) != 1)
		return is_new;
	if (!only_deleted && !restore_is_needed(&r->made_again, row->kind, row->needs))
		return 0;
	if (!row->is_deleted && restore_is_object(row->kind))
		return ledger_check(r->ledger, row->kind, row->ekey, e);
	key = mem_fmt("%s/%s", row->kind, row->ekey);
	is_new = set_add(&r->made_again, text_hash(key));
	free(key);
	if (!is_new)
		return 0;
	r->grew = 1;
	r->n++;
	return ledger_restore(r->ledger, row->kind, row->ekey, e);
}

/* Go through the deleted effects, or through all.  0, -1. */
static int
restore_pass(struct restore *r, int only_deleted, struct err *e)
{
	struct restore_row row[PAGE];
	int i, n, rc = 0;

	r->grew = 0;
	do {
		n = restore_page(r, only_deleted, row, e);
		for (i = 0; i < n; i++) {
			if (rc == 0)
				rc = restore_effect(r, only_deleted, &row[i], e);
			free(row[i].kind);
			free(row[i].ekey);
			free(row[i].needs);
		}
	} while (rc == 0 && n == PAGE);
	free(r->kind);
	free(r->ekey);
	r->kind = r->ekey = NULL;
	return n == -1 ? -1 : rc;
}

int
restore_deleted(struct session *s, struct err *e)
{
	struct restore r = { .session = s, .ledger = &s->ledger };
	int rc = restore_pass(&r, 1, e);

	while (rc == 0 && r.grew)
		rc = restore_pass(&r, 0, e);
	if (rc == 0 && r.n > 0)
		log_info(NULL, "%lld effect%s of objects that were deleted in qTest will be made "
		    "again", PLURAL((long long)r.n));
	if (rc == 0 && r.n > 0)		/* texts link to the objects that were deleted */
		rc = ledger_relink_again(r.ledger, 1, e);
	set_free(&r.made_again);
	return rc;
}

int
restore_is_asked(const struct task *t)
{
	const struct session *s = t->session;
	const char *word;

	if (s->options->restore || s->lines == NULL)
		return s->options->restore;
	if (t->e.hash == NULL && t->e.id != 0)
		return 1;
	word = s->choice(s, t->e.kind, t->e.ekey);
	return word != NULL && strcmp(word, "restore") == 0;
}

int
restore_check_needs(struct task *t, struct err *e)
{
	struct json needs = { 0 }, one = { 0 };
	const char *s, *slash;
	char *kind;
	int i = 0, rc = 0;

	if (t->e.needs == NULL ||
	    json_parse(&needs, t->e.needs, strlen(t->e.needs), NULL, NULL) == -1)
		return 0;
	while (rc == 0 && json_each(&needs, &i, &one)) {
		if ((s = json_str(&one, "")) == NULL || (slash = strchr(s, '/')) == NULL)
			continue;
		kind = mem_dupn(s, (size_t)(slash - s));
		if (restore_is_object(kind)) {
			rc = ledger_check(&t->session->ledger, kind, slash + 1, e);
			t->session->unchecked = 1;
		}
		free(kind);
	}
	json_free(&one);
	json_free(&needs);
	return rc;
}
