#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/stream/stream.h"
#include "io/jqbound.h"
#include "io/jqprog.h"
#include "io/json/json.h"

#include "select/selection_program.h"

/* Asks the program of --select about each record, in the form in which it would be
   written. */

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
	jqbound_set(SELECT_MS, SELECT_BYTES);
	return 0;
}

/* Return 1 when a result of the program is neither false nor null, 0, or -1. */
static int
selection_program_is_yes(struct jqprog *p, const struct json *rec, struct err *e)
{
	struct json out;
	int rc, yes = 0;

	jqprog_feed(p, rec);
	while ((rc = jqprog_next(p, &out, e)) == JQ_RESULT) {
		yes |= json_type(&out, "") != JSON_NULL &&
		    (json_type(&out, "") != JSON_BOOL ||
		    json_bool(&out, "", 0));
		json_free(&out);
	}
	return rc == -1 ? -1 : yes;
}

void
selection_judge(struct selection *c, enum stream s, const char *key, const struct buf *text)
{
	const char *stream = stream_name(s);
	struct json rec;
	int yes = -1;

	if (c->why.code != 0 || (c->limit > 0 && c->kept >= c->limit))
		return;
	if (json_parse(&rec, text->s, text->len, NULL, &c->why) == 0) {
		jqbound_where(stream, key);
		yes = selection_program_is_yes(c->prog[s], &rec, &c->why);
		json_free(&rec);
	}
	if (yes == -1) {
		err_at(&c->why, "--select: %s %s", stream, key);
		c->why.code = ZX_CONFIG;
	}
	if (yes == 1) {
		c->key[c->keys++] = mem_dup(key);
		c->kept++;
	}
}
