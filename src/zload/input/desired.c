#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session.h"
#include "cache/id_cache.h"
#include "input/desired.h"
#include "input/input.h"
#include "plan/plan_lines.h"
#include "relink/relink.h"
#include "work/queue.h"
#include "work/work.h"

/* True if the list of needs names key. */
static int
desired_needs_name(const struct json *needs, const char *key)
{
	struct json one = { 0 };
	const char *s;
	int i = 0, found = 0;

	while (!found && json_each(needs, &i, &one))
		found = (s = json_str(&one, "")) != NULL && strcmp(s, key) == 0;
	json_free(&one);
	return found;
}

/* Add "kind/key", or key alone when kind is NULL, to the needs unless they name it. */
static void
desired_need_add(struct json *needs, const char *kind, const char *key)
{
	char *s;

	if (key == NULL)
		return;
	s = kind != NULL ? mem_fmt("%s/%s", kind, key) : mem_dup(key);
	if (!desired_needs_name(needs, s))
		json_push(needs, json_string(s));
	free(s);
}

/* Add the effects that the value v of a body refers to. */
static void
desired_needs_add(struct json *needs, const struct json *v)
{
	struct json_iter it;
	struct json one = { 0 };
	const char *name;
	int i = 0;

	while (json_each(v, &i, &one))
		desired_needs_add(needs, &one);
	if (json_type(v, "") != JSON_OBJ)
		return;
	desired_need_add(needs, NULL, json_str(v, "$ref"));
	desired_need_add(needs, "approve", json_str(v, "$version"));
	json_iter(&it, v);
	while (json_next(&it, v, &name, &one)) {
		desired_needs_add(needs, &one);
		json_free(&one);
	}
}

/* Return the needs of a row as JSON: those that it names and those that its body refers to. */
static char *
desired_needs(const struct target *t)
{
	struct json needs = { 0 }, body = { 0 };
	struct buf b = { 0 };

	if (json_parse(&needs, t->needs, strlen(t->needs), NULL, NULL) == -1 ||
	    json_type(&needs, "") != JSON_ARR) {
		json_free(&needs);
		needs = json_array();
	}
	if (strstr(t->body, "\"$") != NULL &&
	    json_parse(&body, t->body, strlen(t->body), NULL, NULL) == 0)
		desired_needs_add(&needs, &body);
	json_dump(&needs, &b);
	json_free(&needs);
	json_free(&body);
	return buf_take(&b, NULL);
}

/* Give a relink its place in the order of work: behind all other effects of its stream, and of
   the streams whose records its keys name. */
static void
desired_place_relink(struct effect *f, const char *body)
{
	static const char types[] = { [STREAM_CASES] = 'T', [STREAM_PLANS] = 'P',
	    [STREAM_CYCLES] = 'R', [STREAM_EXECUTIONS] = 'E' };
	struct json doc = { 0 }, keys, one = { 0 };
	const char *key, *dash;
	int64_t s;
	int i = 0;

	f->ord += (int64_t)1 << 40;
	if (json_parse(&doc, body, strlen(body), NULL, NULL) == -1)
		return;
	keys = json_get(&doc, "body.keys");
	while (json_each(&keys, &i, &one)) {
		key = json_str(&one, "");
		dash = key != NULL ? strrchr(key, '-') : NULL;
		for (s = STREAM_CASES; dash != NULL && s < STREAM_COUNT; s++)
			if (dash[1] == types[s] && s > f->phase)
				f->phase = s;
	}
	json_free(&keys);
	json_free(&doc);
}

/* Fill the ledger row (free it) of a row of table target by a map. */
static void
desired_fill(struct effect *f, const struct target *t, const char *map)
{
	*f = (struct effect){ .kind = mem_dup(t->kind), .type = t->type,
	    .ekey = mem_dup(t->ekey), .stream = mem_dup(stream_name(t->stream)),
	    .skey = mem_dup(t->skey), .lane = mem_dup(t->lane), .needs = desired_needs(t),
	    .map = mem_dup(map), .desired_hash = mem_dup(t->hash), .phase = t->stream,
	    .ord = t->ord };
	if (t->type == KIND_LINK) {		/* late, those of one request together */
		f->phase = LEDGER_LATE;
		f->ord = 0;
	}
	if (t->type == KIND_RELINK)
		desired_place_relink(f, t->body);
}

/* Fill the ledger row (free it) of the approval of case c. */
static void
desired_fill_approval(struct effect *f, const struct effect *c)
{
	struct json needs = json_array();
	struct buf b = { 0 };

	effect_copy(f, c);
	free(f->kind);
	free(f->needs);
	free(f->lane);
	f->lane = NULL;
	f->type = KIND_APPROVE;
	f->kind = mem_dup(effect_kind_names[f->type]);
	desired_need_add(&needs, "case", c->ekey);
	json_dump(&needs, &b);
	f->needs = buf_take(&b, NULL);
	json_free(&needs);
}

/* Make an effect of the plan that is applied pending again if its last attempt failed, or if it
   kept an edit.  *changed is set to 1 then.  0, -1. */
static int
desired_again(struct ledger *lg, const struct effect *f, int *changed, struct err *e)
{
	struct effect row;
	int rc = ledger_find(lg, f->kind, f->ekey, &row, e);

	if (rc == 1 && (row.state == STATE_FAILED || row.state == STATE_SKIPPED ||
	    (row.state == STATE_DONE && row.hash != NULL && !effect_holds_desired(&row)))) {
		*changed = 1;
		rc = ledger_fail(lg, f->kind, f->ekey, STATE_PENDING, NULL, 0, e);
	}
	effect_free(&row);
	return rc == -1 ? -1 : 0;
}

/* Enter an effect as desired unless the plan that is applied lacks it; the queue reads its row
   again when the row changed.  0, -1. */
static int
desired_effect(void *work, const struct effect *f, struct err *e)
{
	struct work *w = work;
	struct session *s = w->session;
	int changed, rc = plan_lines_has(s, f->kind, f->ekey, e);

	if (rc != 1)
		return rc;
	if (f->type == KIND_RELINK)
		relink_expect(w, f);
	if (ledger_set_desired(&s->ledger, f, &changed, e) == -1 || (s->lines != NULL &&
	    !changed && desired_again(&s->ledger, f, &changed, e) == -1))
		return -1;
	if (changed) {
		w->input->has_files |= f->type == KIND_BLOB;
		id_cache_drop(w->ids, f->kind, f->ekey);
		queue_stale(w->queue, f);
		queue_back(w->queue, f);
	}
	return 0;
}

int
desired_each(const struct target *t, const char *map, desired_do *each, void *arg, struct err *e)
{
	struct effect f, approve;
	int rc;

	desired_fill(&f, t, map);
	rc = each(arg, &f, e);
	if (rc == 0 && t->type == KIND_CASE) {
		desired_fill_approval(&approve, &f);
		rc = each(arg, &approve, e);
		effect_free(&approve);
	}
	effect_free(&f);
	return rc;
}

int
desired_row(struct work *w, const struct target *t, struct err *e)
{
	return desired_each(t, w->session->ledger.map, desired_effect, w, e);
}
