#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/set.h"
#include "session.h"
#include "cache/id_cache.h"
#include "steps/case_steps.h"
#include "steps/step_ids.h"
#include "work/queue.h"
#include "work/task.h"
#include "work/work.h"

/* A few cases suffice, because the logs of one case follow each other. */
enum { SLOTS = 64 };

struct detail {
	char		*key;		/* of the case */
	char		*text;		/* of .doc, while it is not committed */
	struct json	 doc;
	char		*why;		/* the refusal of the server, or NULL */
	int		 is_requested;
};

/* A request under way. */
struct request {
	struct steps	*steps;
	char		*key;
	int		 stale;		/* the case was approved after the request */
	int		 calls_stale;	/* another case, perhaps called, was approved after it */
	struct request	*next;
};

/* A case that was looked up. */
struct kept {
	char		*key;
	int		 is_kept;	/* it was edited in qTest and kept */
};

struct steps {
	struct work	*work;
	struct detail	 slot[SLOTS];
	struct detail	*answer;	/* those that are not committed yet */
	int		 n;
	struct request	*requests;
	int		 forget;	/* remove calls from the ledger at the next commit */
	int		 forgotten;	/* the ledger has no calls */
	/* Facts about cases, until a case is approved. */
	struct kept	 kept[SLOTS];
	int64_t		 ready[SLOTS];	/* ids of called cases that are approved */
};

struct steps *
steps_open(struct work *w)
{
	struct steps *s = mem_zalloc(sizeof(*s));

	s->work = w;
	return s;
}

static struct detail *
case_steps_slot(struct steps *s, const char *key)
{
	return &s->slot[text_hash(key) % SLOTS];
}

/* True if the text of steps_detail() has ids of steps of called cases. */
static int
case_steps_has_calls(const char *text)
{
	struct json doc = { 0 };
	int has = text != NULL && json_parse(&doc, text, strlen(text), NULL, NULL) == 0 &&
	    json_len(&doc, "calls") > 0;

	json_free(&doc);
	return has;
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

void
steps_put(struct steps *s, const char *key, const char *text, const char *why)
{
	struct detail *d = case_steps_slot(s, key);

	case_steps_detail_clear(d);
	d->key = mem_dup(key);
	d->why = mem_dup(why);
	if (text != NULL)
		(void)json_parse(&d->doc, text, strlen(text), NULL, NULL);
}

static void
case_steps_slot_drop(struct steps *s, const char *key)
{
	struct detail *d = case_steps_slot(s, key);

	if (d->key != NULL && strcmp(d->key, key) == 0)
		case_steps_detail_clear(d);
}

/* Drop the uncommitted answers of a case, or with key NULL all answers with calls. */
static void
case_steps_answer_drop(struct steps *s, const char *key)
{
	int i, n = 0;

	for (i = 0; i < s->n; i++)
		if (key != NULL ? strcmp(s->answer[i].key, key) == 0 :
		    case_steps_has_calls(s->answer[i].text))
			case_steps_detail_clear(&s->answer[i]);
		else
			s->answer[n++] = s->answer[i];
	s->n = n;
}

static void
case_steps_facts_forget(struct steps *s)
{
	int i;

	for (i = 0; i < SLOTS; i++)
		free(s->kept[i].key);
	memset(s->kept, 0, sizeof(s->kept));
	memset(s->ready, 0, sizeof(s->ready));
}

void
steps_forget(struct steps *s, const char *key)
{
	struct request *a;
	int i;

	case_steps_facts_forget(s);
	case_steps_slot_drop(s, key);
	case_steps_answer_drop(s, key);
	for (i = 0; i < SLOTS; i++)
		if (json_len(&s->slot[i].doc, "calls") > 0)
			case_steps_detail_clear(&s->slot[i]);
	case_steps_answer_drop(s, NULL);
	for (a = s->requests; a != NULL; a = a->next) {
		a->stale |= strcmp(a->key, key) == 0;
		a->calls_stale = 1;
	}
	s->forget = 1;
}

static void
case_steps_answer_add(struct steps *s, const char *key, char *text)
{
	s->answer = mem_grow(s->answer, (size_t)s->n + 1, sizeof(*s->answer));
	s->answer[s->n++] = (struct detail){ .key = mem_dup(key), .text = text };
}

static void
case_steps_request_free(struct request *a)
{
	struct request **at = &a->steps->requests;

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
			case_steps_slot_drop(a->steps, a->key);
		free(text);
	} else if (text != NULL) {
		steps_put(a->steps, a->key, text, NULL);
		case_steps_answer_add(a->steps, a->key, text);
	} else
		steps_put(a->steps, a->key, NULL,
		    rp->why[0] != '\0' ? rp->why : "test_steps is not a list");
	queue_retry(a->steps->work->queue, "steps", a->key);
	case_steps_request_free(a);
}

/* Request the steps of the approved version of a case.  0, -1. */
static int
case_steps_request(struct steps *s, const char *key, const struct effect *approve, struct err *e)
{
	struct request *a = mem_zalloc(sizeof(*a));
	char *path = mem_fmt("/test-cases/%" PRId64 "/versions/%" PRId64
	    "/test-steps?expand=calledteststep&showParamIdentifier=true",
	    approve->id, approve->version_id);
	int rc;

	*a = (struct request){ .steps = s, .key = mem_dup(key), .next = s->requests };
	s->requests = a;
	steps_put(s, key, NULL, NULL);
	case_steps_slot(s, key)->is_requested = 1;
	rc = qtest_send(s->work->session->qtest, "GET", path, NULL, 0, on_steps, a, e);
	free(path);
	if (rc == -1)
		case_steps_request_free(a);
	return rc;
}

/* Read the approval of a case into *f, with the ids that this turn read and that are not
   committed yet.  1, 0 when the ledger has none, -1. */
static int
case_steps_approval(struct steps *s, const char *key, struct effect *f, struct err *e)
{
	struct known_id k;
	int rc = ledger_find(&s->work->session->ledger, "approve", key, f, e), is_older;

	if (rc != 1)
		return rc;
	if ((rc = id_cache_find(s->work->ids, "approve", key, &k, NULL, 0, e)) == -1)
		effect_free(f);
	if (rc != ID_DONE)
		return rc == -1 ? -1 : 1;
	is_older = k.version != f->version_id;
	f->id = k.id;
	f->version_id = k.version;
	if (is_older || (s->forget && case_steps_has_calls(f->steps))) {
		free(f->steps);
		f->steps = NULL;
	}
	return 1;
}

/* True if step ids lack the steps of called cases, or the texts, which earlier versions
   did not store. */
static int
case_steps_is_incomplete(const struct json *doc)
{
	struct json steps = json_member(doc, "steps"), one = json_at(&steps, 0);
	int lacks = json_type(doc, "calls") != JSON_OBJ ||
	    (one.set && json_type(&one, "") != JSON_ARR);

	json_free(&one);
	json_free(&steps);
	return lacks;
}

/* Find the slot with the step ids of a case.  1, 0 when they are requested, -1. */
static int
case_steps_find(struct steps *s, const char *key, struct detail **out, struct err *e)
{
	struct detail *d = *out = case_steps_slot(s, key);
	const char *text = NULL;
	int i, rc, is_cached = d->key != NULL && strcmp(d->key, key) == 0;
	struct effect f;

	if (is_cached && (d->why != NULL || d->is_requested || !case_steps_is_incomplete(&d->doc)))
		return !d->is_requested;
	if ((rc = case_steps_approval(s, key, &f, e)) != 1)
		return rc;
	for (i = 0; i < s->n && text == NULL && !is_cached; i++)
		text = strcmp(s->answer[i].key, key) == 0 ? s->answer[i].text : NULL;
	if (text == NULL && !is_cached)
		text = f.steps;
	if (text != NULL)
		steps_put(s, key, text, NULL);
	if (text == NULL || case_steps_is_incomplete(&d->doc))
		rc = case_steps_request(s, key, &f, e);
	effect_free(&f);
	return rc;
}

int
steps_known(struct task *t, const char *key, struct json *doc, const char **why, struct err *e)
{
	struct detail *d;
	int rc = case_steps_find(t->work->steps, key, &d, e);

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
steps_called(struct task *t, int64_t id, struct err *e)
{
	int64_t *ready = &t->work->steps->ready[(uint64_t)id % SLOTS];
	struct known_id k;
	char *key;
	int rc;

	if (*ready == id)
		return 1;
	if ((rc = ledger_key(&t->session->ledger, "case", id, &key, e)) == 1 &&
	    (rc = id_cache_find(t->work->ids, "approve", key, &k, NULL, 0, e)) == ID_NOT_YET)
		task_block(t, "approve", key);
	free(key);
	if (rc == -1 || t->state == TASK_BLOCKED)
		return rc == -1 ? -1 : 0;
	*ready = id;
	return 1;
}

int
steps_kept(struct task *t, const char *key, struct err *e)
{
	struct kept *k = &t->work->steps->kept[text_hash(key) % SLOTS];
	struct effect f;
	int rc;

	if (k->key != NULL && strcmp(k->key, key) == 0)
		return k->is_kept;
	if ((rc = ledger_find(&t->session->ledger, "case", key, &f, e)) == -1)
		return -1;
	free(k->key);
	k->key = mem_dup(key);
	k->is_kept = rc == 1 && !effect_holds_desired(&f);
	effect_free(&f);
	return k->is_kept;
}

int
steps_waiting(const struct steps *s)
{
	return s->n > 0 || s->forget;
}

int
steps_commit(struct steps *s, struct err *e)
{
	struct ledger *lg = &s->work->session->ledger;
	int i;

	if (s->forget && !s->forgotten && ledger_forget_calls(lg, e) == -1)
		return -1;
	for (i = 0; i < s->n; i++)
		if (ledger_steps(lg, s->answer[i].key, s->answer[i].text, e) == -1)
			return -1;
	return 0;
}

void
steps_committed(struct steps *s)
{
	s->forgotten |= s->forget;
	for (s->forget = 0; s->n > 0; case_steps_detail_clear(&s->answer[s->n]))
		s->forgotten &= !case_steps_has_calls(s->answer[--s->n].text);
}

void
steps_close(struct steps *s)
{
	int i;

	if (s == NULL)
		return;
	case_steps_facts_forget(s);
	steps_committed(s);
	while (s->requests != NULL)
		case_steps_request_free(s->requests);
	for (i = 0; i < SLOTS; i++)
		case_steps_detail_clear(&s->slot[i]);
	free(s->answer);
	free(s);
}
