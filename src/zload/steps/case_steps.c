#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "load.h"
#include "plan_effects.h"
#include "cache/id_cache.h"
#include "steps/case_steps.h"
#include "steps/step_cases.h"
#include "steps/step_ids.h"
#include "work/queue.h"
#include "work/task.h"

/*
 * Step ids of cases (step_ids.c).  They stand in the ledger (steps of the
 * approval); a few are kept here, since logs come case by case.
 */
enum { SLOTS = 64 };

struct detail {
	char		*key;		/* of the case */
	char		*text;		/* to be committed, when new */
	struct json	 doc;
	char		*why;		/* the server refused: its words */
	int		 asking, fresh;
};

/* One answer under way.  stale: the case itself was approved since it was
   asked for; calls_stale: some case was, that may be called. */
struct request {
	struct load	*load;
	char		*key;
	int		 stale, calls_stale;
	struct request	*next;
};

struct steps {
	struct detail	 slot[SLOTS];
	struct detail	*fresh;		/* answers that are not committed yet */
	int		 n;
	struct request	*asks;
	int		 forget;	/* calls in the ledger, at the next commit */
	int		 forgotten;	/* there are none in the ledger */
};

static struct steps *
steps_of(struct load *l)
{
	if (l->steps == NULL)
		l->steps = mem_zalloc(sizeof(*l->steps));
	return l->steps;
}

static struct detail *
case_steps_slot(struct load *l, const char *key)
{
	return &steps_of(l)->slot[text_hash(key) % SLOTS];
}

/* Does it hold ids of steps of called cases?  As ledger_forget_calls asks. */
static int
case_steps_has_calls(const char *text)
{
	return text != NULL && strstr(text, "\"calls\":{\"") != NULL;
}

static void
case_steps_detail_clear(struct detail *d)
{
	free(d->key);
	free(d->text);
	free(d->why);
	json_free(&d->doc);
	memset(d, 0, sizeof(*d));
}

static void
case_steps_slot_set(struct load *l, const char *key, const char *text, const char *why)
{
	struct detail *d = case_steps_slot(l, key);

	case_steps_detail_clear(d);
	d->key = mem_dup(key);
	d->why = mem_dup(why);
	if (text != NULL)
		(void)json_parse(&d->doc, text, strlen(text), NULL, NULL);
}

void
steps_put(struct load *l, const char *key, const char *text)
{
	case_steps_slot_set(l, key, text, NULL);
}

static void
case_steps_slot_drop(struct load *l, const char *key)
{
	struct detail *d = case_steps_slot(l, key);

	if (d->key != NULL && strcmp(d->key, key) == 0)
		case_steps_detail_clear(d);
}

/* Answers that wait for a commit: those of a case, or all with calls. */
static void
case_steps_fresh_drop(struct steps *s, const char *key)
{
	int i, n = 0;

	for (i = 0; i < s->n; i++)
		if (key != NULL ? strcmp(s->fresh[i].key, key) == 0 :
		    case_steps_has_calls(s->fresh[i].text))
			case_steps_detail_clear(&s->fresh[i]);
		else
			s->fresh[n++] = s->fresh[i];
	s->n = n;
}

void
steps_forget(struct load *l, const char *key)
{
	struct request *a;

	step_cases_forget(l);
	case_steps_slot_drop(l, key);
	case_steps_fresh_drop(l->steps, key);
	for (a = l->steps->asks; a != NULL; a = a->next)
		a->stale |= strcmp(a->key, key) == 0;
}

void
steps_forget_calls(struct load *l)
{
	struct steps *s = steps_of(l);
	struct request *a;
	int i;

	for (i = 0; i < SLOTS; i++)
		if (json_len(&s->slot[i].doc, "calls") > 0)
			case_steps_detail_clear(&s->slot[i]);
	case_steps_fresh_drop(s, NULL);
	for (a = s->asks; a != NULL; a = a->next)
		a->calls_stale = 1;
	s->forget = 1;
}

static void
case_steps_fresh_add(struct load *l, const char *key, char *text)
{
	struct steps *s = l->steps;

	s->fresh = mem_grow(s->fresh, (size_t)s->n + 1, sizeof(*s->fresh));
	memset(&s->fresh[s->n], 0, sizeof(*s->fresh));
	s->fresh[s->n].key = mem_dup(key);
	s->fresh[s->n++].text = text;
}

static void
case_steps_request_free(struct request *a)
{
	struct request **at = &a->load->steps->asks;

	while (*at != a)
		at = &(*at)->next;
	*at = a->next;
	free(a->key);
	free(a);
}

static void
on_steps(void *arg, struct qtest_reply *rp)
{
	struct request *a = arg;
	char *text = NULL;

	if (rp->end == QTEST_DONE && json_type(&rp->doc, "") == JSON_ARR)
		text = steps_detail(&rp->doc, 1);
	if (rp->end == QTEST_UNSENT || a->stale ||
	    (a->calls_stale && case_steps_has_calls(text))) {
		if (!a->stale)
			case_steps_slot_drop(a->load, a->key);
		free(text);
	} else if (text != NULL) {
		case_steps_slot_set(a->load, a->key, text, NULL);
		case_steps_fresh_add(a->load, a->key, text);
	} else
		case_steps_slot_set(a->load, a->key, NULL,
		    rp->why[0] != '\0' ? rp->why : "test_steps is not a list");
	queue_event(a->load, "steps", a->key);
	case_steps_request_free(a);
}

static int
case_steps_ask(struct load *l, const char *key, const struct effect *approve, struct err *e)
{
	struct request *a = mem_zalloc(sizeof(*a));
	char *path = mem_fmt("/test-cases/%" PRId64 "/versions/%" PRId64
	    "/test-steps?expand=calledteststep&showParamIdentifier=true",
	    approve->id, approve->version_id);
	int rc;

	a->load = l;
	a->key = mem_dup(key);
	a->next = steps_of(l)->asks;
	l->steps->asks = a;
	case_steps_slot_set(l, key, NULL, NULL);
	case_steps_slot(l, key)->asking = 1;
	rc = qtest_send(l->qtest, "GET", path, NULL, 0, on_steps, a, e);
	free(path);
	if (rc == -1)
		case_steps_request_free(a);
	return rc;
}

/* The approval of a case as it stands: what was answered since the last
   commit is not in the ledger yet. */
static int
case_steps_approval(struct load *l, const char *key, struct effect *f, struct err *e)
{
	struct id_cache k;
	int rc = ledger_find(&l->ledger, "approve", key, f, e), old;

	if (rc != 1)
		return rc;
	if ((rc = id_cache_find(l, "approve", key, &k, NULL, 0, e)) == -1)
		effect_free(f);
	if (rc != ID_DONE)
		return rc == -1 ? -1 : 1;
	old = k.version != f->version_id;
	f->id = k.id;
	f->version_id = k.version;
	if (old || (l->steps->forget && case_steps_has_calls(f->steps))) {
		free(f->steps);
		f->steps = NULL;
	}
	return 1;
}

/* Not what is needed: without the steps of called cases, or as earlier versions
   of this program kept it, ids alone. */
static int
case_steps_is_poor(const struct json *doc)
{
	struct json steps = json_member(doc, "steps"), one = { 0 };
	int poor = json_type(doc, "calls") != JSON_OBJ;

	if (json_len(&steps, "") > 0) {
		one = json_at(&steps, 0);
		poor |= json_type(&one, "") != JSON_ARR;
	}
	json_free(&one);
	json_free(&steps);
	return poor;
}

/* The slot of a case with what is known of it; 1, 0 being asked, -1. */
static int
case_steps_detail_of(struct task *t, const char *key, struct detail **out, struct err *e)
{
	struct load *l = t->load;
	struct detail *d = case_steps_slot(l, key);
	struct effect f;
	int rc = 1, i;

	if (d->key == NULL || strcmp(d->key, key) != 0) {
		for (i = 0; i < l->steps->n; i++)
			if (strcmp(l->steps->fresh[i].key, key) == 0)
				break;
		if ((rc = case_steps_approval(l, key, &f, e)) != 1)
			return rc;
		if (i < l->steps->n)
			case_steps_slot_set(l, key, l->steps->fresh[i].text, NULL);
		else if (f.steps != NULL)
			case_steps_slot_set(l, key, f.steps, NULL);
		else if (t->load->job.plan == 0)
			rc = case_steps_ask(l, key, &f, e) == -1 ? -1 : 0;
		effect_free(&f);
	}
	d = case_steps_slot(l, key);
	*out = d;
	if (rc != 1 || d->why != NULL)
		return rc;
	if (d->asking)
		return 0;
	if (case_steps_is_poor(&d->doc)) {
		if ((rc = case_steps_approval(l, key, &f, e)) == 1)
			rc = case_steps_ask(l, key, &f, e) == -1 ? -1 : 0;
		effect_free(&f);
	}
	return rc;
}

int
steps_known(struct task *t, const char *key, struct json *doc, const char **why,
    struct err *e)
{
	struct detail *d;
	int rc = case_steps_detail_of(t, key, &d, e);

	*why = NULL;
	if (rc == 0)
		task_block(t, "steps", key);
	if (rc == 1 && d->why != NULL)
		*why = d->why;
	else if (rc == 1)
		*doc = json_copy(&d->doc);
	return rc;
}

int
steps_waiting(struct load *l)
{
	return l->steps != NULL && (l->steps->n > 0 || l->steps->forget);
}

int
steps_commit(struct load *l, struct err *e)
{
	struct steps *s = l->steps;
	int i;

	if (s == NULL)
		return 0;
	if (s->forget && !s->forgotten && ledger_forget_calls(&l->ledger, e) == -1)
		return -1;
	for (i = 0; i < s->n; i++)
		if (ledger_steps(&l->ledger, s->fresh[i].key, s->fresh[i].text, e) == -1)
			return -1;
	return 0;
}

void
steps_committed(struct load *l)
{
	struct steps *s = l->steps;

	if (s == NULL)
		return;
	s->forgotten |= s->forget;
	for (s->forget = 0; s->n > 0; case_steps_detail_clear(&s->fresh[s->n]))
		s->forgotten &= !case_steps_has_calls(s->fresh[--s->n].text);
}

void
steps_free(struct load *l)
{
	int i;

	step_cases_forget(l);
	if (l->steps == NULL)
		return;
	steps_committed(l);
	while (l->steps->asks != NULL)
		case_steps_request_free(l->steps->asks);
	for (i = 0; i < SLOTS; i++)
		case_steps_detail_clear(&l->steps->slot[i]);
	free(l->steps->fresh);
	free(l->steps);
	l->steps = NULL;
}
