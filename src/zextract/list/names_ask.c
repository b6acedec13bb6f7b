#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/api/zephyr.h"
#include "domain/stream/stream.h"
#include "io/json/json.h"

#include "list/names_ask.h"
#include "request.h"
#include "source.h"

static const char want_rule[] = "name-unknown";

static const struct {
	const char	*name, *path;
	enum stream	 stream;	/* of the finding */
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
names_ask_want_put(struct source *src, int kind, int64_t id, const char *level,
    const char *what, struct err *e)
{
	char key[48];

	return finding_issue(&src->finding, "extract", kinds[kind].stream,
	    names_ask_want_key(kind, id, key), want_rule, level, what, e);
}

int
names_report(struct names *names, struct source *src, struct err *e)
{
	const struct name_want *w;
	size_t i;

	for (i = names->asked; i < names->nwant; i++) {
		w = &names->want[i];
		if (names_ask_want_put(src, (int)w->kind, w->id, "info",
		    "no list of Zephyr contains it; reading it by its id", e) == -1)
			return -1;
	}
	return 0;
}

int
names_resume(struct names *names, struct source *src, struct err *e)
{
	struct db_query q;
	char word[16];
	int64_t id;
	size_t k;

	db_query(&q, src->db, "SELECT key, level FROM issue WHERE project = ?1"
	    " AND side = 'extract' AND rule = ?2 ORDER BY key", "ss",
	    src->st.project, want_rule);
	while (db_row(&q)) {
		if (sscanf(db_str(&q, 0), "%15s %" SCNd64, word, &id) != 2)
			continue;
		for (k = 0; k < sizeof(kinds) / sizeof(*kinds); k++)
			if (strcmp(word, kinds[k].name) == 0)
				names_want(names, (enum name_kind)k, id,
				    strcmp(db_str(&q, 1), "info") == 0);
	}
	return db_done(&q, e);
}

int
names_done(const struct names *names, const struct source *src)
{
	return src->pass.sealed || (names->asked == names->nwant &&
	    names->open == 0);
}

static int
name_put(struct request *a, const struct json *j, struct err *e)
{
	struct source *src = a->src;
	const char *name = json_str(j, "name");
	struct buf line = { 0 };
	char key[48];
	int rc;

	if (name == NULL)
		return names_ask_want_put(src, a->kind, a->id, "warning",
		    "Zephyr's answer contains no name", e);
	json_dump(j, &line);
	rc = store_name_asked(&src->st, kinds[a->kind].name, a->id, name, line.s, line.len, e);
	buf_free(&line);
	free(a->key);
	a->key = mem_dup(name);
	return rc == -1 ? -1 : finding_forget(&src->finding, "extract",
	    kinds[a->kind].stream, names_ask_want_key(a->kind, a->id, key), want_rule, e);
}

static int
name_store(struct request *a, struct err *e)
{
	char what[96];

	a->src->finding.issues++;		/* the finding of the id */
	if (a->status == 404 || a->status == 400 || a->status == 403) {
		snprintf(what, sizeof(what), "no list of Zephyr contains it, and Zephyr answers %d "
		    "to a request for it", a->status);
		return names_ask_want_put(a->src, a->kind, a->id, "warning", what, e);
	}
	return request_object(a, name_put, e);
}

static void
name_committed(struct request *a)
{
	a->reading->names->open--;
	if (a->key != NULL)
		names_learn(a->reading->names, (enum name_kind)a->kind, a->id, a->key);
}

static int
name_next(struct reading *reading, struct request **out, struct err *e)
{
	struct names *names = reading->names;
	const struct name_want *w;
	struct buf b = { 0 };

	(void)e;
	if (names_done(names, reading->src) || names->asked == names->nwant)
		return 0;
	w = &names->want[names->asked++];
	names->open++;
	buf_printf(&b, "%s/%" PRId64, kinds[w->kind].path, w->id);
	*out = request_new(reading, &name_reader, buf_take(&b, NULL));
	(*out)->kind = (int)w->kind;
	(*out)->id = w->id;
	return 0;
}

const struct reader name_reader = { .next = name_next,
    .store = name_store, .committed = name_committed };
