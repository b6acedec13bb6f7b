#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "base/time.h"
#include "io/json/json_out.h"

#include "qtest/api.h"
#include "qtest/state/part.h"
#include "server/stamp.h"

/*
 * POST search: clauses FIELD OP VALUE joined by and/or, read from left to right.
 * Objects that changed less than --lag ago are not found.
 */
enum { CLAUSES = 16, WORD = 300 };

struct clause {
	char	field[WORD], op[8], value[WORD];
	int	or;
};

struct query {
	struct clause	c[CLAUSES];
	int		n;
};

static const char *
search_word(const char *s, char out[WORD])
{
	char quote = 0;
	size_t n = 0;

	while (*s == ' ')
		s++;
	if (*s == '\'' || *s == '"')
		quote = *s++;
	while (*s != '\0' && (quote ? *s != quote : *s != ' ')) {
		if (n + 1 < WORD)
			out[n++] = *s;
		s++;
	}
	if (quote && *s == quote)
		s++;
	out[n] = '\0';
	return s;
}

static int
search_parse(const char *s, struct query *q)
{
	char w[WORD];
	struct clause *c;

	q->n = 0;
	while (*s != '\0' && q->n < CLAUSES) {
		c = &q->c[q->n];
		c->or = 0;
		if (q->n > 0) {
			s = search_word(s, w);
			c->or = strcasecmp(w, "or") == 0;
			if (!c->or && strcasecmp(w, "and") != 0)
				return -1;
		}
		s = search_word(s, c->field);
		s = search_word(s, w);
		snprintf(c->op, sizeof(c->op), "%.7s", w);
		s = search_word(s, c->value);
		if (c->field[0] == '\0' || c->op[0] == '\0')
			return -1;
		q->n++;
		while (*s == ' ')
			s++;
	}
	return 0;
}

static void
search_field_text(struct mock *m, struct qproject *p, const struct qobj *o,
    const char *name, struct buf *b)
{
	const struct qschema *s = &p->schema[part_type_of(o->kind)];
	const struct qobj *c;
	char date[TIME_MAX];
	int i, k;

	if (strcasecmp(name, "Id") == 0)
		qobj_pid(o, b);
	else if (strcasecmp(name, "Name") == 0)
		buf_puts(b, o->name == NULL ? "" : o->name);
	else if (strcasecmp(name, "External Id") == 0 && o->kind == QK_REQ)
		buf_puts(b, o->pre == NULL ? "" : o->pre);
	else if (strcasecmp(name, "Created Date") == 0 ||
	    strcasecmp(name, "Last Modified Date") == 0) {
		time_iso(name[0] == 'C' || name[0] == 'c' ? o->created :
		    o->modified, date);
		buf_puts(b, date);
	} else if (strcasecmp(name, "Execution Start Date") == 0) {
		time_iso(o->kind == QK_LOG ? o->log.start : 0, date);
		buf_puts(b, date);
	} else if (strcasecmp(name, "Test Case Id") == 0) {
		c = o->kind != QK_RUN ? NULL :
		    qobj_find(m->qtest, p, QK_CASE, o->run.case_id);
		if (c != NULL)
			qobj_pid(c, b);
	} else
		for (i = 0; i < s->n; i++)
			for (k = 0; k < o->nprop; k++)
				if (o->prop[k].field == s->v[i].id &&
				    strcmp(s->v[i].label, name) == 0)
					qprop_label(p, part_type_of(o->kind),
					    &o->prop[k], b);
}

static int
search_compare(const char *have, const char *want)
{
	int64_t a, b;

	if (time_parse(have, &a) == 0 && time_parse(want, &b) == 0)
		return (a > b) - (a < b);
	return strcasecmp(have, want);
}

static int
search_clause_fits(const char *have, const struct clause *c)
{
	int d = search_compare(have, c->value);

	if (strcmp(c->op, "=") == 0)
		return d == 0;
	if (strcmp(c->op, "<>") == 0)
		return d != 0;
	if (strcmp(c->op, "~") == 0)
		return strstr(have, c->value) != NULL;
	if (strcmp(c->op, "!~") == 0)
		return strstr(have, c->value) == NULL;
	if (strcmp(c->op, ">") == 0)
		return d > 0;
	if (strcmp(c->op, "<") == 0)
		return d < 0;
	if (strcmp(c->op, ">=") == 0)
		return d >= 0;
	if (strcmp(c->op, "<=") == 0)
		return d <= 0;
	if (strcasecmp(c->op, "is") == 0)
		return (strcasecmp(c->value, "empty") == 0) == (*have == '\0');
	return 0;
}

static int
search_fits(struct mock *m, struct qproject *p, const struct qobj *o,
    const struct query *q)
{
	struct buf b = { 0 };
	int i, yes = 1, one;

	for (i = 0; i < q->n; i++) {
		buf_reset(&b);
		search_field_text(m, p, o, q->c[i].field, &b);
		one = search_clause_fits(buf_str(&b), &q->c[i]);
		yes = i == 0 ? one : q->c[i].or ? yes || one : yes && one;
	}
	buf_free(&b);
	return yes;
}

/* Return whether the index has an object: it learns of changes and deletions late. */
static int
search_is_indexed(const struct mock *m, const struct qobj *o)
{
	int64_t now = stamp_now_ms(), upto = now - m->set->lag_ms;

	if (now < m->qtest->stale_until && upto > m->qtest->stale_at)
		upto = m->qtest->stale_at;
	return o->modified <= upto && o->gone != -1 && (!o->gone || o->gone_at > upto);
}

/* Return the next object of a kind after c, in the order of lists, then the deleted ones;
   *i counts these. */
static struct qobj *
search_next(struct mock *m, const struct qproject *p, const struct qobj *c, enum qkind k,
    int64_t *i)
{
	struct qobj *o = c != NULL && c->gone ? NULL : qobj_walk(p->root, c, k);

	for (; o == NULL && *i < m->qtest->nobj[k]; (*i)++)
		if (m->qtest->obj[k][*i]->gone && m->qtest->obj[k][*i]->root == p->root)
			o = m->qtest->obj[k][*i];
	return o;
}

static void
search_print(struct mock *m, const struct qobj *o, int steps, struct buf *b)
{
	switch (o->kind) {
	case QK_CASE:
		qcase_print(m, o, qcase_current(o), steps, 1, b);
		break;
	case QK_RUN:
		qrun_print(m, o, 1, 0, b);
		break;
	case QK_LOG:
		qlog_print(m, o, b);
		break;
	default:
		json_out_open(b, NULL, '{');
		q_head(m, o, o->name == NULL ? "" : o->name, b);
		if (o->kind != QK_CYCLE)
			qprop_print(m, q_project_of(m, o), part_type_of(o->kind), o, b);
		json_out_close(b, '}');
	}
}

void
q_search(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	struct query *q = mem_zalloc(sizeof(*q));
	const char *type, *text;
	struct json j = { .set = 0 };
	struct qpage pg;
	struct qobj *c;
	int64_t n = 0, i = 0;
	enum qkind k;

	if (p == NULL || q_page(m, rq, "pageSize", 100, 999, &pg, rp) == -1 ||
	    q_body(rq, &j, rp) == -1)
		goto out;
	type = json_str(&j, "object_type");
	text = json_str(&j, "query");
	k = type == NULL ? QK_ALL : q_kind_of_type(type);
	if (k >= QK_COUNT || k == QK_MODULE) {
		reply_qtest(rp, 400, "object_type is not valid");
		goto out;
	}
	if (search_parse(text == NULL ? "" : text, q) == -1) {
		reply_qtest(rp, 400, "query is not valid");
		goto out;
	}
	q_envelope_open(&rp->body);
	for (c = search_next(m, p, NULL, k, &i); c != NULL;
	    c = search_next(m, p, c, k, &i)) {
		if (!search_is_indexed(m, c) || !search_fits(m, p, c, q))
			continue;
		if (n >= pg.from && n < pg.to)
			search_print(m, c, request_flag(rq, "appendTestSteps", 0),
			    &rp->body);
		n++;
	}
	q_envelope_close(&rp->body, &pg, n);
out:
	json_free(&j);
	free(q);
}
