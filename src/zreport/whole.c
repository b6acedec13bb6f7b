#include <inttypes.h>
#include <string.h>

#include "domain/store/store.h"
#include "io/rows.h"
#include "sentence.h"
#include "whole.h"

/*
 * A stage has worked on all of a stream if it has stored a checkpoint for its END
 * (end:STREAM:OF) that counts as many records as the pass has read.
 */
struct whole {
	struct verdict	*v;
	int64_t		 sealed;	/* the last sealed pass */
	int64_t		 pass;		/* the same, or one after which nothing was new */
	int64_t		 source[STREAM_COUNT], made[STREAM_COUNT];
};

/* Read how many records of each stream a stage has worked on, -1 for a stream whose END
   it has not seen.  of: what the scope must end in, NULL: anything.  Return 1 if the
   pass has come to this stage at all, 0, or -1. */
static int
whole_read_stage(const struct whole *w, const char *stage, const char *of,
    int64_t n[STREAM_COUNT], struct err *e)
{
	struct db_query q;
	const char *name;
	size_t len;
	int s, any = 0;

	for (s = 0; s < STREAM_COUNT; s++)
		n[s] = -1;
	db_query(&q, w->v->db, "SELECT substr(scope, 5), state, total FROM checkpoint"
	    " WHERE stage = ?1 AND project = ?2 AND pass = ?3 AND scope LIKE 'end:%'", "ssi",
	    stage, w->v->project, w->pass);
	while (db_row(&q)) {
		name = db_str(&q, 0);
		len = strcspn(name, ":");
		if (of != NULL && strcmp(name + len + (name[len] == ':'), of) != 0)
			continue;
		any = 1;
		for (s = 0; s < STREAM_COUNT; s++)
			if (strlen(stream_name((enum stream)s)) == len &&
			    strncmp(stream_name((enum stream)s), name, len) == 0 &&
			    strcmp(db_str(&q, 1), "done") == 0 && db_int(&q, 2) > n[s])
				n[s] = db_int(&q, 2);
	}
	return db_done(&q, e) == -1 ? -1 : any;
}

static int
whole_add_untransformed(const struct whole *w, struct err *e)
{
	struct json *to = &w->v->reasons;
	int64_t last;

	if (db_one(w->v->db, &last, -1, e, "SELECT max(pass) FROM target WHERE project = ?1",
	    "s", w->v->project) == -1)
		return -1;
	if (last < 0 || last >= w->pass)
		sentence_add(to, "pass %" PRId64 " was read but not transformed", w->pass);
	else
		sentence_add(to, "pass %" PRId64 " was read but not transformed; the last pass "
		    "transformed is %" PRId64, w->pass, last);
	return 0;
}

/* Add the streams that are not completely transformed; return as whole_read_stage. */
static int
whole_add_transformed(struct whole *w, struct err *e)
{
	struct json *to = &w->v->reasons;
	int s, any = whole_read_stage(w, "ztransform", NULL, w->made, e);

	for (s = 0; s < STREAM_COUNT && any != -1; s++)
		if (store_count(w->v->db, w->v->project, (enum stream)s, w->sealed,
		    &w->source[s], e) == -1)
			any = -1;
	if (any == -1)
		return -1;
	if (!any)
		return whole_add_untransformed(w, e);
	for (s = 0; s < STREAM_COUNT; s++)
		if (w->made[s] == -1)
			sentence_add(to, "%s of pass %" PRId64 " are not completely transformed",
			    stream_name((enum stream)s), w->pass);
		else if (w->made[s] != w->source[s])
			sentence_add(to, "%" PRId64 " %s were read in pass %" PRId64 ", but %"
			    PRId64 " were transformed", w->source[s],
			    stream_name((enum stream)s), w->pass, w->made[s]);
	return 1;
}

/* Add the streams that are transformed and not completely loaded into a target. */
static int
whole_add_loaded(const struct whole *w, const char *target, struct err *e)
{
	int64_t n[STREAM_COUNT];
	int s, any = whole_read_stage(w, "zload", target, n, e);

	if (any == 0)
		sentence_add(&w->v->reasons, "pass %" PRId64 " was not loaded into %s", w->pass,
		    target);
	for (s = 0; s < STREAM_COUNT && any == 1; s++)
		if (w->made[s] != -1 && n[s] != w->made[s])
			sentence_add(&w->v->reasons, "%s of pass %" PRId64 " are not completely "
			    "loaded into %s", stream_name((enum stream)s), w->pass, target);
	return any == -1 ? -1 : 0;
}

#define NEWS(table)	" EXISTS (SELECT 1 FROM " table " WHERE project = ?1"		\
	" AND pass_seen >= ?2 AND (pass_changed BETWEEN ?2 + 1 AND ?3 OR pass_seen < ?3))"

/* Find whether a pass after w->pass, up to the sealed one, has found something new. */
static int
whole_read_news(const struct whole *w, int64_t *news, struct err *e)
{
	return db_one(w->v->db, news, 1, e, "SELECT CASE WHEN" NEWS("folder") " OR"
	    NEWS("test_case") " OR" NEWS("test_plan") " OR" NEWS("test_cycle") " OR"
	    NEWS("test_execution")
	    " OR EXISTS (SELECT 1 FROM attachment_list WHERE project = ?1 AND pass_read > ?2)"
	    " OR EXISTS (SELECT 1 FROM version_list WHERE project = ?1 AND pass_read > ?2)"
	    " OR EXISTS (SELECT 1 FROM jira_name WHERE project = ?1 AND pass > ?2"
	    " AND (key IS NOT NULL OR name IS NOT NULL))"
	    " THEN 1 ELSE 0 END", "sii", w->v->project, w->pass, w->sealed);
}

/* Find the pass that must be transformed and loaded: the last sealed one, or one after
   which nothing was new. */
static int
whole_find_pass(struct whole *w, struct err *e)
{
	int64_t news = 1;

	if (db_one(w->v->db, &w->sealed, 0, e, "SELECT max(n) FROM pass WHERE project = ?1"
	    " AND sealed_at IS NOT NULL", "s", w->v->project) == -1 ||
	    db_one(w->v->db, &w->pass, 0, e, "SELECT max(pass) FROM checkpoint"
	    " WHERE stage = 'ztransform' AND project = ?1 AND pass <= ?2 AND scope LIKE 'end:%'",
	    "si", w->v->project, w->sealed) == -1)
		return -1;
	if (w->pass > 0 && w->pass < w->sealed && whole_read_news(w, &news, e) == -1)
		return -1;
	if (news)
		w->pass = w->sealed;
	else
		sentence_add(&w->v->remarks, "pass %" PRId64 " found nothing new; pass %" PRId64
		    " was transformed", w->sealed, w->pass);
	return 0;
}

int
whole_add(struct verdict *v, struct err *e)
{
	struct whole w = { .v = v };
	struct json targets, one = { 0 };
	struct db_query q;
	int i = 0, rc;

	if (whole_find_pass(&w, e) == -1)
		return -1;
	rc = w.pass == 0 ? 0 : whole_add_transformed(&w, e);
	if (rc != 1)
		return rc;
	db_query(&q, v->db, "SELECT DISTINCT target FROM ledger WHERE project = ?1 ORDER BY 1",
	    "s", v->project);
	if (rows_read(&q, "target", &targets, e) == -1)
		return -1;
	for (rc = 0; rc == 0 && json_each(&targets, &i, &one);)
		rc = whole_add_loaded(&w, json_str(&one, "target"), e);
	json_free(&one);
	json_free(&targets);
	return rc;
}
