#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/jqprog.h"

#include "extract.h"

/* --select: a program is asked about each record as it would be written. */

enum { SELECT_MS = 10 * 1000, SELECT_BYTES = 512 << 20 };

int
selection_compile(struct selection *c, struct err *e)
{
	struct json args;
	int s, rc = 0;

	for (s = 0; rc == 0 && s < STREAM_COUNT; s++) {
		args = json_object();
		json_set_str(&args, "stream", stream_name((enum stream)s));
		rc = jqprog_open(&c->prog[s], "--select", c->select, &args, e);
		json_free(&args);
	}
	if (rc == -1) {
		e->code = ZX_USAGE;
		return -1;
	}
	jqprog_bound(SELECT_MS, SELECT_BYTES);
	return 0;
}

/* Anything but false, null or nothing at all. */
static int
selection_program_is_yes(struct jqprog *p, const struct json *rec, struct err *e)
{
	struct json out;
	int rc, yes = 0;

	jqprog_feed(p, rec);
	while ((rc = jqprog_next(p, &out, e)) == 1) {
		yes |= json_type(&out, "") != JSON_NULL &&
		    (json_type(&out, "") != JSON_BOOL ||
		    json_bool(&out, "", 0));
		json_free(&out);
	}
	return rc == -1 ? -1 : yes;
}

void
selection_judge(struct extract *x)
{
	struct selection *c = &x->selection;
	const struct emit *m = &x->emit;
	const char *stream = stream_name((enum stream)m->stream);
	int by_id = strcmp(stream_key((enum stream)m->stream), "id") == 0;
	struct json rec;
	char *key;
	int yes = -1;

	if (c->why.code != 0 || (c->limit > 0 && c->kept >= c->limit))
		return;
	key = by_id ? mem_fmt("%lld", (long long)m->id) : mem_dup(m->key);
	if (json_parse(&rec, m->text.s, m->text.len, NULL, &c->why) == 0) {
		jqprog_where(stream, key);
		yes = selection_program_is_yes(c->prog[m->stream], &rec, &c->why);
		json_free(&rec);
	}
	if (yes == -1) {
		err_at(&c->why, "--select: %s %s", stream, key);
		c->why.code = ZX_CONFIG;
	}
	if (yes == 1) {
		c->key[c->keys++] = key;
		c->kept++;
	} else {
		free(key);
	}
}

static int
selection_program_keep_tx(struct db *db, void *arg, struct err *e)
{
	struct extract *x = arg;
	const struct selection *c = &x->selection;
	int i;

	for (i = 0; i < c->keys; i++)
		if (db_exec_async(db, e, "INSERT INTO chosen (project, stream, key,"
		    " grade) VALUES (?1, ?2, ?3, ?4)"
		    " ON CONFLICT (project, stream, key) DO UPDATE"
		    " SET grade = excluded.grade", "sssi", x->st.project,
		    stream_name((enum stream)x->emit.stream), c->key[i],
		    (int64_t)SEL_MATCH) == -1)
			return -1;
	return 0;
}

static int
selection_program_settle_tx(struct db *db, void *arg, struct err *e)
{
	struct extract *x = arg;

	(void)db;
	return selection_add_dependencies(x, SEL_MATCH_DEP, e) == -1 ||
	    selection_is_partial(x, SEL_MATCH_DEP, e) == -1 ? -1 : 0;
}

static int
selection_program_settle(struct extract *x, struct err *e)
{
	if (db_tx(x->db, selection_program_settle_tx, x, e) == -1)
		return -1;
	x->selection.phase = SELECTION_SETTLED;
	emit_rewind(x);
	return 1;
}

int
selection_ask(struct extract *x, struct err *e)
{
	struct selection *c = &x->selection;
	int n, rc = 0;

	if ((n = emit_page(x, e)) == -1)
		return -1;
	if (c->why.code != 0) {
		*e = c->why;
		return -1;
	}
	if (c->keys > 0)
		rc = db_tx(x->db, selection_program_keep_tx, x, e);
	while (c->keys > 0)
		free(c->key[--c->keys]);
	if (rc == -1)
		return -1;
	if (n > 0 && (c->limit == 0 || c->kept < c->limit))
		return 1;
	c->kept = 0;
	emit_onward(x);
	return x->emit.stream == STREAM_COUNT ? selection_program_settle(x, e) : 1;
}
