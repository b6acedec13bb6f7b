#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "load.h"

/*
 * Step ids of cases, by position: {"steps":[id...],"calls":{"2":[id...]}},
 * calls only when they were asked for.  They stand in the ledger (detail of
 * the approval); a few are kept here, since logs come case by case.
 */
enum { SLOTS = 64 };

struct detail {
	char		*key;		/* of the case */
	char		*text;		/* to be committed, when new */
	struct json	 doc;
	char		*why;		/* the server refused: its words */
	int		 asking, fresh;
};

struct steps {
	struct detail	 slot[SLOTS];
	struct detail	*fresh;		/* answers that are not committed yet */
	int		 n;
};

/* One answer under way. */
struct ask {
	struct load	*load;
	char		*key;
};

static struct detail *
slot(struct load *l, const char *key)
{
	if (l->steps == NULL)
		l->steps = mem_get(sizeof(*l->steps));
	return &l->steps->slot[text_hash(key) % SLOTS];
}

static void
detail_clear(struct detail *d)
{
	free(d->key);
	free(d->text);
	free(d->why);
	json_free(&d->doc);
	memset(d, 0, sizeof(*d));
}

static void
slot_set(struct load *l, const char *key, const char *text, const char *why)
{
	struct detail *d = slot(l, key);

	detail_clear(d);
	d->key = mem_dup(key);
	d->why = mem_dup(why);
	if (text != NULL)
		(void)json_parse(&d->doc, text, strlen(text), NULL, NULL);
}

void
steps_put(struct load *l, const char *key, const char *text)
{
	slot_set(l, key, text, NULL);
}

void
steps_forget(struct load *l, const char *key)
{
	struct detail *d = slot(l, key);

	if (d->key != NULL && strcmp(d->key, key) == 0)
		detail_clear(d);
}

/* Called cases were approved anew: their steps have other ids now. */
void
steps_forget_calls(struct load *l)
{
	int i;

	for (i = 0; l->steps != NULL && i < SLOTS; i++)
		if (json_len(&l->steps->slot[i].doc, "calls") > 0)
			detail_clear(&l->steps->slot[i]);
}

struct row {
	int64_t		 id, order;
	int		 at;
	struct json	 doc;
};

static int
row_cmp(const void *a, const void *b)
{
	const struct row *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return x->at - y->at;
}

/* The steps of one list in their order.  below: 0 for those of the case
   itself, else those of the call with this id; inner: or of no call. */
static int
rows_of(const struct json *list, int64_t below, int inner, struct row **out)
{
	int i, n = json_len(list, ""), k = 0;
	struct json one;
	int64_t by;

	*out = mem_get(((size_t)n + 1) * sizeof(**out));
	for (i = 0; i < n; i++) {
		one = json_at(list, i);
		by = json_int(&one, "parent_test_step_id", 0);
		if (by != below && !(inner && by == 0)) {
			json_free(&one);
			continue;
		}
		(*out)[k].id = json_int(&one, "id", 0);
		(*out)[k].order = json_int(&one, "order", 0);
		(*out)[k].at = i;
		(*out)[k++].doc = one;
	}
	qsort(*out, (size_t)k, sizeof(**out), row_cmp);
	return k;
}

static void
rows_free(struct row *r, int n)
{
	while (n > 0)
		json_free(&r[--n].doc);
	free(r);
}

static struct json
ids_of(const struct row *r, int n)
{
	struct json ids = json_array();
	int i;

	for (i = 0; i < n; i++)
		json_push(&ids, json_number((double)r[i].id));
	return ids;
}

/* Steps of the called case: inside the call, or beside it. */
static struct json
call_ids(const struct json *list, const struct row *call)
{
	struct json inner = json_get(&call->doc, "called_test_case.test_steps"), ids;
	struct row *r;
	int n;

	if (json_len(&inner, "") > 0)
		n = rows_of(&inner, call->id, 1, &r);
	else
		n = rows_of(list, call->id, 0, &r);
	ids = ids_of(r, n);
	rows_free(r, n);
	json_free(&inner);
	return ids;
}

char *
steps_detail(const struct json *list, int expanded)
{
	struct json doc = json_object(), calls = json_object(), ids;
	struct buf b = { 0 };
	struct row *r;
	char name[24];
	int i, n, called = 0;

	n = rows_of(list, 0, 0, &r);
	for (i = 0; i < n; i++) {
		if (json_int(&r[i].doc, "called_test_case_id", 0) == 0)
			continue;
		called++;
		ids = call_ids(list, &r[i]);
		snprintf(name, sizeof(name), "%d", i + 1);
		json_set(&calls, name, ids);
	}
	json_set(&doc, "steps", ids_of(r, n));
	if (expanded || called == 0)
		json_set(&doc, "calls", json_copy(&calls));
	rows_free(r, n);
	json_dump(&doc, &b);
	json_free(&calls);
	json_free(&doc);
	return buf_take(&b, NULL);
}

static void
fresh_add(struct load *l, const char *key, char *text)
{
	struct steps *s = l->steps;

	s->fresh = mem_grow(s->fresh, (size_t)s->n + 1, sizeof(*s->fresh));
	memset(&s->fresh[s->n], 0, sizeof(*s->fresh));
	s->fresh[s->n].key = mem_dup(key);
	s->fresh[s->n++].text = text;
}

static void
on_steps(void *arg, struct qtest_reply *rp)
{
	struct ask *a = arg;
	char *text;

	if (rp->end == QTEST_DONE && json_type(&rp->doc, "") == JSON_ARR) {
		text = steps_detail(&rp->doc, 1);
		slot_set(a->load, a->key, text, NULL);
		fresh_add(a->load, a->key, text);
	} else if (rp->end == QTEST_UNSENT)
		steps_forget(a->load, a->key);
	else
		slot_set(a->load, a->key, NULL,
		    rp->why[0] != '\0' ? rp->why : "no list of steps");
	queue_event(a->load, "steps", a->key);
	free(a->key);
	free(a);
}

static int
ask(struct load *l, const char *key, const struct effect *approve, struct err *e)
{
	struct ask *a = mem_get(sizeof(*a));
	char *path = mem_fmt("/test-cases/%" PRId64 "/versions/%" PRId64
	    "/test-steps?expand=calledteststep", approve->id, approve->version_id);
	int rc;

	a->load = l;
	a->key = mem_dup(key);
	slot_set(l, key, NULL, NULL);
	slot(l, key)->asking = 1;
	rc = qtest_send(l->qtest, "GET", path, NULL, 0, on_steps, a, e);
	free(path);
	if (rc == -1) {
		free(a->key);
		free(a);
	}
	return rc;
}

/* The slot of a case with what is known of it; 1, 0 being asked, -1. */
static int
detail_of(struct task *t, const char *key, int calls, struct detail **out,
    struct err *e)
{
	struct load *l = t->load;
	struct detail *d = slot(l, key);
	struct effect f;
	int rc = 1, i;

	if (d->key == NULL || strcmp(d->key, key) != 0) {
		for (i = 0; i < l->steps->n; i++)
			if (strcmp(l->steps->fresh[i].key, key) == 0)
				break;
		if ((rc = ledger_find(&l->ledger, "approve", key, &f, e)) != 1)
			return rc;
		if (i < l->steps->n)
			slot_set(l, key, l->steps->fresh[i].text, NULL);
		else if (f.detail != NULL)
			slot_set(l, key, f.detail, NULL);
		else if (t->load->job.plan == 0)
			rc = ask(l, key, &f, e) == -1 ? -1 : 0;
		effect_free(&f);
	}
	d = slot(l, key);
	*out = d;
	if (rc != 1 || d->why != NULL)
		return rc;
	if (d->asking)
		return 0;
	if (calls && json_type(&d->doc, "calls") != JSON_OBJ) {
		if ((rc = ledger_find(&l->ledger, "approve", key, &f, e)) == 1)
			rc = ask(l, key, &f, e) == -1 ? -1 : 0;
		effect_free(&f);
	}
	return rc;
}

/* Number n of the ids at path, 0: there is none. */
static int64_t
id_at(const struct json *doc, const char *path, int64_t n)
{
	struct json ids = json_get(doc, path), one = { 0 };
	int64_t id = 0;

	if (n > 0 && n <= json_len(&ids, "")) {
		one = json_at(&ids, (int)n - 1);
		id = json_int(&one, "", 0);
	}
	json_free(&one);
	json_free(&ids);
	return id;
}

int
steps_id(struct task *t, const struct json *ref, int64_t *id, struct err *e)
{
	const char *key = json_str(ref, "case");
	long long n = json_int(ref, "n", 0), m = json_int(ref, "m", 0);
	int call = json_str(ref, "call") != NULL, rc;
	struct detail *d;
	char path[40];

	if (key == NULL) {
		task_end(t, OUT_FAILED, "a step reference without a case");
		return 0;
	}
	if ((rc = detail_of(t, key, call, &d, e)) == 0)
		task_block(t, "steps", key, 0);
	if (rc != 1)
		return rc;
	if (d->why != NULL) {
		task_end(t, OUT_FAILED, "steps of %s: %s", key, d->why);
		return 0;
	}
	snprintf(path, sizeof(path), call ? "calls.%lld" : "steps", n);
	if ((*id = id_at(&d->doc, path, call ? m : n)) != 0)
		return 1;
	task_end(t, OUT_FAILED, "step %lld (call %lld) of %s is not among the steps"
	    " that qTest lists", n, m, key);
	return 0;
}

int
steps_waiting(struct load *l)
{
	return l->steps != NULL && l->steps->n > 0;
}

int
steps_commit(struct load *l, struct err *e)
{
	int i;

	for (i = 0; l->steps != NULL && i < l->steps->n; i++)
		if (ledger_detail(&l->ledger, "approve", l->steps->fresh[i].key,
		    l->steps->fresh[i].text, e) == -1)
			return -1;
	return 0;
}

void
steps_committed(struct load *l)
{
	while (l->steps != NULL && l->steps->n > 0)
		detail_clear(&l->steps->fresh[--l->steps->n]);
}

void
steps_free(struct load *l)
{
	int i;

	if (l->steps == NULL)
		return;
	steps_committed(l);
	for (i = 0; i < SLOTS; i++)
		detail_clear(&l->steps->slot[i]);
	free(l->steps->fresh);
	free(l->steps);
	l->steps = NULL;
}
