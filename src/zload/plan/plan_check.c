#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "session.h"
#include "cache/id_cache.h"
#include "input/input.h"
#include "plan/plan_check.h"
#include "plan/plan_effect.h"
#include "plan/plan_words.h"
#include "plan/plan_lines.h"
#include "work/task.h"
#include "work/work.h"

struct check {
	struct work	*work;
	const struct plan_effect *effect;
	struct plan_line_known line;
};

/* Set the error of a line that is stale for the reason what.  -1. */
static int
check_stale(const struct check *c, const char *what, struct err *e)
{
	return err_set(e, ZX_CONFIG, "stdin: line %lld: %s %.100s has changed since the plan: %s; "
	    "make a new plan (nothing was written)", (long long)c->line.n,
	    c->effect->task->e.kind, c->effect->task->e.ekey, what);
}

static int
check_text_same(const char *a, const char *b)
{
	return a == NULL || b == NULL ? a == b : strcmp(a, b) == 0;
}

/* Append at most 60 bytes of the value in a member to a message. */
static void
check_value_put(struct buf *b, const struct json *change, const char *member)
{
	struct json v = json_member(change, member);
	struct buf text = { 0 };

	if (v.set)
		json_dump(&v, &text);
	buf_printf(b, "%.60s%s", v.set ? buf_str(&text) : "null", text.len > 60 ? "..." : "");
	buf_free(&text);
	json_free(&v);
}

/* Return the change of a field in a list; unset if the list lacks the field. */
static struct json
check_change_of(const struct json *list, const char *field)
{
	struct json one = { 0 };
	int i = 0;

	while (json_each(list, &i, &one))
		if (check_text_same(json_str(&one, "field"), field))
			return one;
	return one;
}

/* True if two changes have another value in a member.  The id of an object that was created
   since stands for its key. */
static int
check_member_differs(const struct json *a, const struct json *b, const char *member)
{
	struct json v = json_member(a, member), w = json_member(b, member);
	int differs = !json_equal(&v, &w) &&
	    !(json_type(&v, "") == JSON_STR && json_type(&w, "") == JSON_NUM);

	json_free(&v);
	json_free(&w);
	return differs;
}

/* Append to what how the change then differs from the change now of the same field; one of them
   may be unset.  1, 0 if they are equal. */
static int
check_change_differs(const struct json *then, const struct json *now, struct buf *what)
{
	const char *member = check_member_differs(then, now, "before") ? "before" :
	    check_member_differs(then, now, "after") ? "after" : NULL;

	if (then->set && now->set && member == NULL)
		return 0;
	buf_printf(what, "%.60s ", json_str(then->set ? then : now, "field"));
	if (!then->set)
		buf_puts(what, "is to be changed now, but not in the plan");
	else if (!now->set)
		buf_puts(what, "is to be changed in the plan, but has the value already");
	else {
		buf_puts(what, *member == 'b' ? "was " : "was to become ");
		check_value_put(what, then, member);
		buf_puts(what, *member == 'b' ? " in qTest and is " : " and would become ");
		check_value_put(what, now, member);
	}
	return 1;
}

/* Append to what the first difference between the changes in the line and the present changes.
   1, 0 if they are equal. */
static int
check_changes_differ(const struct check *c, struct buf *what)
{
	const struct buf *text = &c->effect->changes;
	struct json then = { 0 }, now = { 0 }, one = { 0 }, other;
	int i = 0, differ = 0;

	(void)json_parse(&then, c->line.changes, strlen(c->line.changes), NULL, NULL);
	(void)json_parse(&now, text->len > 0 ? buf_str(text) : "[]",
	    text->len > 0 ? text->len : 2, NULL, NULL);
	while (!differ && json_each(&then, &i, &one)) {
		other = check_change_of(&now, json_str(&one, "field"));
		differ = check_change_differs(&one, &other, what);
		json_free(&other);
	}
	for (i = 0; !differ && json_each(&now, &i, &one);) {
		other = check_change_of(&then, json_str(&one, "field"));
		differ = !other.set && check_change_differs(&other, &one, what);
		json_free(&other);
	}
	json_free(&one);
	json_free(&then);
	json_free(&now);
	return differ;
}

/* Set the error of a line whose effect differs in the changes, or else for the reason why.
   -1. */
static int
check_stale_by_changes(const struct check *c, const char *why, struct err *e)
{
	struct buf what = { 0 };

	(void)check_changes_differ(c, &what);
	check_stale(c, what.len > 0 ? buf_str(&what) : why, e);
	buf_free(&what);
	return -1;
}

/* True if the effect of the line is done, or under way. */
static int
check_is_done(const struct check *c)
{
	const struct effect *f = &c->effect->task->e;

	if (f->hash == NULL)	/* a restoration that has begun has reset it */
		return c->line.was != NULL && f->state != STATE_ROLLED_BACK &&
		    f->state != STATE_UNKNOWN;
	return strcmp(f->hash, LEDGER_RELINK) == 0 ||	/* its links are to be written */
	    ((c->effect->verb == PLAN_SKIP || f->state == STATE_INTENT) &&
	    strcmp(f->hash, c->line.hash != NULL ? c->line.hash : "") == 0);
}

/* Check source, ledger and qTest.  0, -1. */
static int
check_line(const struct check *c, struct err *e)
{
	const struct plan_effect *p = c->effect;
	const char *verb = plan_verb_names[p->verb];
	struct buf what = { 0 };
	int differ;

	if (!check_text_same(p->task->e.desired_hash, c->line.hash))
		return check_stale_by_changes(c, "its content in Zephyr", e);
	if (check_is_done(c))
		return 0;
	if (p->task->e.id != c->line.id || !check_text_same(p->was, c->line.was))
		return check_stale(c, c->line.id == 0 ? "another load created it" :
		    "another load wrote it", e);
	if (strcmp(verb, c->line.verb) != 0) {
		buf_printf(&what, "its verb was %s and is %s (%s)", c->line.verb, verb, p->reason);
		(void)check_stale_by_changes(c, buf_str(&what), e);
		buf_free(&what);
		return -1;
	}
	if ((differ = check_changes_differ(c, &what)))
		check_stale(c, buf_str(&what), e);
	buf_free(&what);
	return differ ? -1 : 0;
}

/* Check if a need, an effect "KIND/KEY", is done.  1, 0, -1. */
static int
check_need_is_done(const struct check *c, const char *kind, const char *ekey, struct err *e)
{
	const struct effect *f = &c->effect->task->e;
	size_t n = strcspn(ekey, "/");
	struct known_id known;
	struct effect of;
	char *artifact;
	int rc;

	if (strcmp(kind, "field") == 0) {
		artifact = mem_dupn(ekey, n);
		rc = fields_find(c->work->session->fields, artifact,
		    ekey + n + (ekey[n] == '/')) != NULL;
		free(artifact);
		return rc;
	}
	if (f->type == KIND_APPROVE && strcmp(kind, "case") == 0) {	/* of this content */
		if ((rc = ledger_find(&c->work->session->ledger, kind, ekey, &of, e)) == 1)
			rc = of.hash != NULL && strcmp(of.hash, f->desired_hash) == 0;
		effect_free(&of);
		return rc;
	}
	rc = id_cache_find(c->work->ids, kind, ekey, &known, NULL, 0, e);
	return rc == -1 ? -1 : rc == ID_DONE;
}

/* Check that a need is in the plan or done, or else set *missing.  0, -1. */
static int
check_need(const struct check *c, const char *need, struct err *missing, struct err *e)
{
	const char *ekey = strchr(need, '/');
	char *kind;
	int rc;

	if (ekey == NULL)
		return 0;
	kind = mem_dupn(need, (size_t)(ekey++ - need));
	rc = plan_lines_has(c->work->session, kind, ekey, e);
	if (rc == 0)
		rc = check_need_is_done(c, kind, ekey, e);
	if (rc == 0)
		err_set(missing, ZX_DATA, "stdin: line %lld: %s %.100s needs %s %.100s, which is "
		    "neither in the plan nor done (nothing was written)", (long long)c->line.n,
		    c->effect->task->e.kind, c->effect->task->e.ekey, kind, ekey);
	free(kind);
	return rc == -1 ? -1 : 0;
}

int
plan_check_effect(struct work *w, const struct plan_effect *p, const struct json *needs,
    struct err *missing, struct err *e)
{
	const struct effect *f = &p->task->e;
	struct check c = { .work = w, .effect = p };
	struct json one = { 0 };
	int i = 0, rc = plan_lines_find(w->session->lines, f->kind, f->ekey, &c.line, e);

	if (rc != 1)
		return rc;
	rc = check_line(&c, e);
	while (rc == 0 && missing->code == 0 && !check_is_done(&c) && json_each(needs, &i, &one))
		if (json_str(&one, "") != NULL)
			rc = check_need(&c, json_str(&one, ""), missing, e);
	json_free(&one);
	plan_line_known_free(&c.line);
	return rc;
}

int
plan_check_unknown(struct work *w, struct err *e)
{
	char *kind, *ekey;
	int64_t n;
	int rc = plan_lines_unknown(w->session->lines, &n, &kind, &ekey, e);

	if (rc == 1)
		rc = err_set(e, ZX_DATA, "stdin: line %lld: %s %.100s is not an effect of the map "
		    "%.12s in this database (nothing was written)", (long long)n, kind, ekey,
		    w->input->map);
	free(kind);
	free(ekey);
	return rc;
}
