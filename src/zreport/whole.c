#include <inttypes.h>
#include <string.h>

#include "base/mem.h"
#include "domain/stream/stream.h"
#include "report.h"

/*
 * A stream is through a stage when its END came there (checkpoint end:STREAM:OF)
 * and told of as many records as the pass has read.
 */
struct whole {
	struct db	*db;
	const char	*project;
	int64_t		 sealed;	/* the last pass that is */
	int64_t		 pass;		/* the same, or one after which nothing was new */
	int64_t		 source[STREAM_COUNT], made[STREAM_COUNT];
	int		 any;		/* of it something was transformed */
	struct json	*out;
	struct err	*e;
};

static int
whole_read_source(struct whole *w)
{
	static const char *const count[STREAM_COUNT] = {
		"SELECT count(*) FROM folder WHERE project = ?1 AND pass_seen >= ?2",
		"SELECT count(*) FROM test_case WHERE project = ?1 AND pass_seen >= ?2",
		"SELECT count(*) FROM test_plan WHERE project = ?1 AND pass_seen >= ?2",
		"SELECT count(*) FROM test_cycle WHERE project = ?1 AND pass_seen >= ?2",
		"SELECT count(*) FROM test_execution WHERE project = ?1 AND pass_seen >= ?2",
	};
	int s, rc = 0;

	for (s = 0; s < STREAM_COUNT && rc == 0; s++)
		rc = db_one(w->db, &w->source[s], 0, w->e, count[s], "si", w->project,
		    w->sealed);
	return rc;
}

/* Records of each stream at a stage, -1: none came to its END.  of: what the
   scope must end in, NULL: anything.  *any: the pass has come there at all. */
static int
whole_read_stage(struct whole *w, const char *stage, const char *of,
    int64_t n[STREAM_COUNT], int *any)
{
	struct db_query q;
	const char *name;
	size_t len;
	int s;

	*any = 0;
	for (s = 0; s < STREAM_COUNT; s++)
		n[s] = -1;
	db_query(&q, w->db, "SELECT substr(scope, 5), state, total FROM checkpoint"
	    " WHERE stage = ?1 AND project = ?2 AND pass = ?3 AND scope LIKE 'end:%'", "ssi",
	    stage, w->project, w->pass);
	while (db_row(&q)) {
		name = db_str(&q, 0);
		len = strcspn(name, ":");
		if (of != NULL && strcmp(name + len + (name[len] == ':'), of) != 0)
			continue;
		*any = 1;
		for (s = 0; s < STREAM_COUNT; s++)
			if (strlen(stream_name((enum stream)s)) == len &&
			    strncmp(stream_name((enum stream)s), name, len) == 0 &&
			    strcmp(db_str(&q, 1), "done") == 0 && db_int(&q, 2) > n[s])
				n[s] = db_int(&q, 2);
	}
	return db_done(&q, w->e);
}

static int
whole_note_none(struct whole *w)
{
	int64_t last;

	if (db_one(w->db, &last, -1, w->e, "SELECT max(pass) FROM target WHERE project = ?1",
	    "s", w->project) == -1)
		return -1;
	if (last < 0 || last >= w->pass)
		reason_add(w->out,
		    mem_fmt("pass %" PRId64 " was read but not transformed", w->pass));
	else
		reason_add(w->out,
		    mem_fmt("pass %" PRId64 " was read but not transformed; the last pass "
		    "transformed is %" PRId64, w->pass, last));
	return 0;
}

static int
whole_note_made(struct whole *w)
{
	int s;

	if (whole_read_stage(w, "ztransform", NULL, w->made, &w->any) == -1 ||
	    whole_read_source(w) == -1)
		return -1;
	if (!w->any)
		return whole_note_none(w);
	for (s = 0; s < STREAM_COUNT; s++) {
		if (w->made[s] == -1)
			reason_add(w->out,
			    mem_fmt("%s of pass %" PRId64 " are not completely transformed",
			    stream_name((enum stream)s), w->pass));
		else if (w->made[s] != w->source[s])
			reason_add(w->out,
			    mem_fmt("%" PRId64 " %s were read in pass %" PRId64 ", but %"
			    PRId64 " were transformed", w->source[s],
			    stream_name((enum stream)s), w->pass, w->made[s]));
	}
	return 0;
}

/* What is not transformed whole was told already. */
static int
whole_note_loaded(struct whole *w, const char *target)
{
	int64_t n[STREAM_COUNT];
	int s, any;

	if (whole_read_stage(w, "zload", target, n, &any) == -1)
		return -1;
	if (!any)
		reason_add(w->out,
		    mem_fmt("pass %" PRId64 " was not loaded into %s", w->pass, target));
	for (s = 0; s < STREAM_COUNT && any; s++)
		if (w->made[s] != -1 && n[s] != w->made[s])
			reason_add(w->out,
			    mem_fmt("%s of pass %" PRId64 " are not completely loaded into "
			    "%s",
			    stream_name((enum stream)s), w->pass, target));
	return 0;
}

/* Has any pass after w->pass, up to the sealed one, found something new? */
static int
whole_read_news(struct whole *w, int64_t *news)
{
	return db_one(w->db, news, 1, w->e, "SELECT CASE WHEN"
	    " EXISTS (SELECT 1 FROM folder WHERE project = ?1"
	    " AND pass_seen >= ?2 AND (pass_changed BETWEEN ?2 + 1 AND ?3"
	    " OR pass_seen < ?3))"
	    " OR EXISTS (SELECT 1 FROM test_case WHERE project = ?1"
	    " AND pass_seen >= ?2 AND (pass_changed BETWEEN ?2 + 1 AND ?3"
	    " OR pass_seen < ?3))"
	    " OR EXISTS (SELECT 1 FROM test_plan WHERE project = ?1"
	    " AND pass_seen >= ?2 AND (pass_changed BETWEEN ?2 + 1 AND ?3"
	    " OR pass_seen < ?3))"
	    " OR EXISTS (SELECT 1 FROM test_cycle WHERE project = ?1"
	    " AND pass_seen >= ?2 AND (pass_changed BETWEEN ?2 + 1 AND ?3"
	    " OR pass_seen < ?3))"
	    " OR EXISTS (SELECT 1 FROM test_execution WHERE project = ?1"
	    " AND pass_seen >= ?2 AND (pass_changed BETWEEN ?2 + 1 AND ?3"
	    " OR pass_seen < ?3))"
	    " OR EXISTS (SELECT 1 FROM attachment_list WHERE project = ?1 AND pass_read > ?2)"
	    " OR EXISTS (SELECT 1 FROM version_list WHERE project = ?1 AND pass_read > ?2)"
	    " OR EXISTS (SELECT 1 FROM jira_name WHERE project = ?1 AND pass > ?2"
	    " AND (key IS NOT NULL OR name IS NOT NULL))"
	    " THEN 1 ELSE 0 END", "sii", w->project, w->pass, w->sealed);
}

/* A later reading that found nothing new needs no stage after it. */
static int
whole_find_pass(struct whole *w, struct json *remarks)
{
	int64_t news = 1;

	if (db_one(w->db, &w->sealed, 0, w->e, "SELECT max(n) FROM pass WHERE project = ?1"
	    " AND sealed_at IS NOT NULL", "s", w->project) == -1 ||
	    db_one(w->db, &w->pass, 0, w->e, "SELECT max(pass) FROM checkpoint"
	    " WHERE stage = 'ztransform' AND project = ?1 AND pass <= ?2 AND scope LIKE 'end:%'",
	    "si", w->project, w->sealed) == -1)
		return -1;
	if (w->pass > 0 && w->pass < w->sealed && whole_read_news(w, &news) == -1)
		return -1;
	if (news)
		w->pass = w->sealed;
	else
		reason_add(remarks, mem_fmt("pass %" PRId64 " found nothing new; pass %" PRId64
		    " was transformed", w->sealed, w->pass));
	return 0;
}

int
whole_add(struct db *db, const char *project, struct json *out, struct json *remarks,
    struct err *e)
{
	struct whole w = { .db = db, .project = project, .out = out, .e = e };
	struct json targets, one;
	struct db_query q;
	int i, rc;

	if (whole_find_pass(&w, remarks) == -1)
		return -1;
	if (w.pass == 0)
		return 0;
	if (whole_note_made(&w) == -1)
		return -1;
	if (!w.any)
		return 0;
	db_query(&q, db, "SELECT DISTINCT target FROM ledger WHERE project = ?1 ORDER BY 1", "s",
	    project);
	if (rows_read(&q, "target", &targets, e) == -1)
		return -1;
	for (i = 0, rc = 0; i < json_len(&targets, "") && rc == 0; i++) {
		one = json_at(&targets, i);
		rc = whole_note_loaded(&w, json_str(&one, "target"));
		json_free(&one);
	}
	json_free(&targets);
	return rc;
}
