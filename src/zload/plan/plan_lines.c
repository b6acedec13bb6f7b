#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/ledger/effect.h"
#include "domain/stream/plan_in.h"
#include "session.h"
#include "plan/plan_words.h"
#include "plan/plan_lines.h"

static const char schema[] =
    "PRAGMA journal_mode = OFF;"
    "PRAGMA synchronous = OFF;"
    "CREATE TABLE plan_line (kind TEXT, ekey TEXT, n INTEGER, id INTEGER, verb TEXT, hash TEXT,"
    " was TEXT, choice TEXT, changes TEXT, found INTEGER NOT NULL DEFAULT 0,"
    " PRIMARY KEY (ekey, kind))";

struct plan_lines {
	struct db	*db;
	const char	*target;	/* during plan_lines_read() */
	char		*project, *map;
	int64_t		 n, undecided;
};

int
plan_lines_open(struct plan_lines **out, struct err *e)
{
	struct plan_lines *l = *out = mem_zalloc(sizeof(*l));

	return db_open_private(&l->db, e) == -1 ? -1 : db_script(l->db, schema, e);
}

void
plan_lines_close(struct plan_lines *l)
{
	if (l == NULL)
		return;
	db_close(l->db);
	free(l->project);
	free(l->map);
	free(l);
}

/* Check that all lines have one project and one map, and the target of the load.  0, -1. */
static int
plan_lines_check(struct plan_lines *l, const struct plan_in_line *in, struct err *e)
{
	const char *target = json_str(in->doc, "target"), *map = json_str(in->doc, "map");

	if (target == NULL || map == NULL)
		return plan_in_bad(in, "zload", e);
	if (strcmp(target, l->target) != 0)
		return err_set(e, ZX_CONFIG, "stdin: line %lld is of a plan for %.100s, not for "
		    "%s", (long long)in->n, target, l->target);
	if (l->project == NULL)
		l->project = mem_dup(in->project);
	if (l->map == NULL)
		l->map = mem_dup(map);
	if (strcmp(l->project, in->project) != 0 || strcmp(l->map, map) != 0)
		return err_set(e, ZX_DATA, "stdin: line %lld is of another plan than line 1: its "
		    "project or map differs", (long long)in->n);
	return 0;
}

/* Check the choice of a conflict: 1 if the user chose to change something, 0 if not, -1. */
static int
plan_lines_check_choice(struct plan_lines *l, const struct plan_in_line *in, struct err *e)
{
	switch (plan_choice_parse(json_str(in->doc, "conflict"),
	    json_str(in->doc, "on_conflict"))) {
	case CHOICE_CHANGE:
		return 1;
	case CHOICE_NONE:
		l->undecided++;
		return 0;
	case CHOICE_KEEP:
		return 0;
	default:
		return err_set(e, ZX_DATA, "stdin: line %lld: on_conflict of %.30s %.100s is not "
		    "one of its choices", (long long)in->n, in->kind, in->key);
	}
}

/* Insert a line, whose verb is given.  0, -1. */
static int
plan_lines_insert(struct plan_lines *l, const struct plan_in_line *in, enum plan_verb verb,
    struct err *e)
{
	struct json changes = json_member(in->doc, "changes");
	struct buf text = { 0 };
	int64_t rows;

	json_dump(&changes, &text);
	json_free(&changes);
	rows = db_exec(l->db, e, "INSERT INTO plan_line (kind, ekey, n, id, verb, hash, was,"
	    " choice, changes) VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9) ON CONFLICT DO NOTHING",
	    "ssiisssss", in->kind, in->key, in->n, json_int(in->doc, "id", 0), in->verb,
	    json_str(in->doc, "hash"), json_str(in->doc, "was"),
	    verb == PLAN_CONFLICT ? json_str(in->doc, "on_conflict") : NULL, buf_str(&text));
	buf_free(&text);
	if (rows == 0)
		return err_set(e, ZX_DATA, "stdin: line %lld: %.30s %.100s is in the plan twice",
		    (long long)in->n, in->kind, in->key);
	l->n += rows == 1;
	return rows == -1 ? -1 : 0;
}

/* Store a line of the plan if it changes something.  0, -1. */
static int
plan_lines_put(void *lines, const struct plan_in_line *in, struct err *e)
{
	int verb = plan_verb_parse(in->verb), does = verb != PLAN_SKIP;

	if (verb == -1 || effect_kind_parse(in->kind) == KIND_UNKNOWN ||
	    json_type(in->doc, "changes") != JSON_ARR)
		return plan_in_bad(in, "zload", e);
	if (plan_lines_check(lines, in, e) == -1)
		return -1;
	if (verb == PLAN_CONFLICT && (does = plan_lines_check_choice(lines, in, e)) == -1)
		return -1;
	return does ? plan_lines_insert(lines, in, (enum plan_verb)verb, e) : 0;
}

int
plan_lines_read(struct plan_lines *l, const char *project, const char *target, struct err *e)
{
	l->target = target;
	if (db_begin(l->db, e) == -1 || db_end(l->db, plan_in_read("zload", project,
	    plan_lines_put, l, e), e) == -1)
		return -1;
	if (l->undecided > 0)
		log_warn(NULL, "stdin: %lld conflict%s without a choice: nothing is done for the "
		    "effects; member on_conflict of a line takes one of its choices",
		    PLURAL((long long)l->undecided));
	return 0;
}

int64_t
plan_lines_count(const struct plan_lines *l)
{
	return l->n;
}

const char *
plan_lines_project(const struct plan_lines *l)
{
	return l->project;
}

const char *
plan_lines_map(const struct plan_lines *l)
{
	return l->map;
}

int
plan_lines_has(const struct session *s, const char *kind, const char *ekey, struct err *e)
{
	int64_t found;

	if (s->lines == NULL)
		return 1;
	return db_one(s->lines->db, &found, 0, e, "SELECT 1 FROM plan_line WHERE ekey = ?2"
	    " AND (kind = ?1 OR (?1 = 'approve' AND kind = 'case' AND choice IS NOT NULL))"
	    " LIMIT 1", "ss", kind, ekey) == -1 ? -1 : (int)found;
}

int
plan_lines_admits(const struct session *s, const char *kind, const char *ekey, struct err *e)
{
	int64_t found;
	int rc = plan_lines_has(s, kind, ekey, e);

	if (rc != 0)
		return rc;
	return db_one(s->lines->db, &found, 0, e, "SELECT 1 FROM plan_line WHERE kind = 'relink'"
	    " AND ekey = CASE ?1 WHEN 'approve' THEN 'case' ELSE ?1 END || '/' || ?2", "ss", kind,
	    ekey) == -1 ? -1 : (int)found;
}

int
plan_lines_chose(const struct session *s, const char *kind, const char *ekey,
    const char *choice, struct err *e)
{
	int64_t found;

	if (s->lines == NULL)
		return 0;
	return db_one(s->lines->db, &found, 0, e, "SELECT 1 FROM plan_line WHERE kind = ?1"
	    " AND ekey = ?2 AND choice = ?3", "sss", kind, ekey, choice) == -1 ? -1 : (int)found;
}

int
plan_lines_restore(const struct session *s, struct err *e)
{
	int64_t found;

	if (s->options->restore)
		return 1;
	return db_one(s->lines->db, &found, 0, e, "SELECT 1 FROM plan_line WHERE choice = 'restore'"
	    " LIMIT 1", "") == -1 ? -1 : (int)found;
}

const char *
plan_lines_choice(const struct session *s, const char *kind, const char *ekey)
{
	const char *word = NULL;
	struct db_query q;

	if (s->lines == NULL)
		return NULL;
	db_query(&q, s->lines->db, "SELECT choice FROM plan_line WHERE kind = ?1 AND ekey = ?2"
	    " AND choice IS NOT NULL", "ss", kind, ekey);
	if (db_row(&q))
		word = plan_choice_word(db_str(&q, 0));
	return db_done(&q, NULL) == -1 ? NULL : word;
}

void
plan_line_known_free(struct plan_line_known *k)
{
	free(k->verb);
	free(k->hash);
	free(k->was);
	free(k->choice);
	free(k->changes);
	memset(k, 0, sizeof(*k));
}

int
plan_lines_find(struct plan_lines *l, const char *kind, const char *ekey,
    struct plan_line_known *out, struct err *e)
{
	struct db_query q;
	int found = 0;

	memset(out, 0, sizeof(*out));
	db_query(&q, l->db, "SELECT n, id, verb, hash, was, choice, changes FROM plan_line"
	    " WHERE kind = ?1 AND ekey = ?2", "ss", kind, ekey);
	if (db_row(&q)) {
		found = 1;
		*out = (struct plan_line_known){ db_int(&q, 0), db_int(&q, 1),
		    mem_dup(db_str(&q, 2)), mem_dup(db_str(&q, 3)), mem_dup(db_str(&q, 4)),
		    mem_dup(db_str(&q, 5)), mem_dup(db_str(&q, 6)) };
	}
	if (db_done(&q, e) == -1 || (found && db_exec(l->db, e, "UPDATE plan_line SET found = 1"
	    " WHERE kind = ?1 AND ekey = ?2", "ss", kind, ekey) == -1)) {
		plan_line_known_free(out);
		return -1;
	}
	return found;
}

int
plan_lines_unknown(struct plan_lines *l, int64_t *n, char **kind, char **ekey, struct err *e)
{
	struct db_query q;
	int found = 0;

	*kind = *ekey = NULL;
	db_query(&q, l->db, "SELECT n, kind, ekey FROM plan_line WHERE found = 0"
	    " ORDER BY n LIMIT 1", "");
	if (db_row(&q)) {
		found = 1;
		*n = db_int(&q, 0);
		*kind = mem_dup(db_str(&q, 1));
		*ekey = mem_dup(db_str(&q, 2));
	}
	return db_done(&q, e) == -1 ? -1 : found;
}
