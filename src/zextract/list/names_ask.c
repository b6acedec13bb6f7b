#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/api/zephyr.h"
#include "domain/stream/stream.h"
#include "io/json/json.h"
#include "io/json/json_out.h"

#include "extract.h"
#include "list/names.h"
#include "reader.h"
#include "request.h"

/*
 * Names of ids that no list holds (an archived status, say): each is asked for
 * once by its id.  A want is kept as a finding, so that it outlives the run;
 * level info means that it is still to be asked for.
 */
static const char want_rule[] = "name-unknown";

static const struct {
	const char	*name, *path;
	enum stream	 stream;	/* that the finding stands under */
} kinds[] = {
	[NAME_ENVIRONMENT] = { "environment", "/environments", STREAM_EXECUTIONS },
	[NAME_PRIORITY] = { "priority", "/priorities", STREAM_CASES },
	[NAME_STATUS] = { "status", "/statuses", STREAM_EXECUTIONS },
};

static const char *
names_ask_want_key(int kind, int64_t id, char out[48])
{
	snprintf(out, 48, "%s %" PRId64, kinds[kind].name, id);
	return out;
}

static int
names_ask_want_put(struct extract *x, int kind, int64_t id, const char *level,
    const char *what, struct err *e)
{
	char key[48];

	return finding_issue(&x->finding, "extract", kinds[kind].stream,
	    names_ask_want_key(kind, id, key), want_rule, level, what, e);
}

int
names_report(struct extract *x, struct err *e)
{
	const struct name_want *w;
	size_t i;

	for (i = x->names->asked; i < x->names->nwant; i++) {
		w = &x->names->want[i];
		if (names_ask_want_put(x, (int)w->kind, w->id, "info", "no list of Zephyr contains "
		    "it; reading it by its id", e) == -1)
			return -1;
	}
	return 0;
}

/* What earlier runs have found wanting; and what Zephyr has no name for. */
int
names_resume(struct extract *x, struct err *e)
{
	struct db_query q;
	char word[16];
	int64_t id;
	size_t k;

	db_query(&q, x->db, "SELECT key, level FROM issue WHERE project = ?1"
	    " AND side = 'extract' AND rule = ?2 ORDER BY key", "ss",
	    x->st.project, want_rule);
	while (db_row(&q)) {
		if (sscanf(db_str(&q, 0), "%15s %" SCNd64, word, &id) != 2)
			continue;
		for (k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
			if (strcmp(word, kinds[k].name) == 0)
				names_want(x->names, (enum name_kind)k, id,
				    strcmp(db_str(&q, 1), "info") == 0);
	}
	return db_done(&q, e);
}

int
names_done(const struct extract *x)
{
	return x->pass.sealed || (x->names->asked == x->names->nwant &&
	    x->names->open == 0);
}

static int
name_put(struct request *a, const struct json *j, struct err *e)
{
	struct extract *x = a->x;
	const char *name = json_str(j, "name");
	struct buf line = { 0 };
	char key[48];
	int rc;

	if (name == NULL)
		return names_ask_want_put(x, a->kind, a->id, "warning", "Zephyr's answer contains "
		    "no name", e);
	json_dump(j, &line);
	rc = db_exec_async(x->db, e, "INSERT INTO lookup (project, kind, id, scope,"
	    " name, line, pass) VALUES (?1, ?2, ?3, 'asked', ?4, ?5, 0)"
	    " ON CONFLICT (project, kind, id) DO UPDATE SET"
	    " name = excluded.name, line = excluded.line", "ssist",
	    x->st.project, kinds[a->kind].name, a->id, name, line.s, line.len);
	buf_free(&line);
	free(a->key);
	a->key = mem_dup(name);
	return rc == -1 ? -1 : finding_forget(&x->finding, "extract",
	    kinds[a->kind].stream, names_ask_want_key(a->kind, a->id, key), want_rule, e);
}

static int
name_store(struct request *a, struct err *e)
{
	struct json j;
	char what[96];
	int rc;

	a->x->finding.issues++;		/* there is one to be forgotten */
	if (a->status == 404 || a->status == 400 || a->status == 403) {
		snprintf(what, sizeof(what), "no list of Zephyr contains it, and Zephyr answers %d "
		    "to a request for it", a->status);
		return names_ask_want_put(a->x, a->kind, a->id, "warning", what, e);
	}
	if (a->status != 200)
		return zephyr_refused(a->path, a->status, &a->body, e);
	if (zephyr_object(&j, a->path, &a->body, e) == -1)
		return -1;
	rc = name_put(a, &j, e);
	json_free(&j);
	return rc;
}

static void
name_committed(struct request *a)
{
	a->x->names->open--;
	if (a->key != NULL)
		names_learn(a->x->names, (enum name_kind)a->kind, a->id, a->key);
}

static int
name_next(struct extract *x, struct request **out, struct err *e)
{
	const struct name_want *w;
	struct buf b = { 0 };

	(void)e;
	if (names_done(x) || x->names->asked == x->names->nwant)
		return 0;
	w = &x->names->want[x->names->asked++];
	x->names->open++;
	buf_printf(&b, "%s/%" PRId64, kinds[w->kind].path, w->id);
	*out = request_new(x, &name_reader, buf_take(&b, NULL));
	(*out)->kind = (int)w->kind;
	(*out)->id = w->id;
	return 0;
}

const struct reader name_reader = { .name = "names", .next = name_next,
    .store = name_store, .committed = name_committed };
