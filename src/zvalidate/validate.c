#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/finding.h"
#include "io/hash.h"
#include "validate.h"

/* A record and the findings on it, until its batch is committed. */
struct judged {
	enum stream	 stream;
	char		*key, *hash;
	struct verdict	 verdict;
	const struct accepted *by[VERDICTS];
	int		 rejected;
	char		*line;		/* to be passed on; NULL if rejected */
	size_t		 len;
};

struct validator {
	struct rules	*rules;
	const struct accept *accept;
	struct validate_counts *counts;
	struct finding	 finding;
	struct judged	*judged;
	int		 n, room;
};

/* Return the stage of the rejects: the two validators of a pipe clear their own alone. */
static const char *
validate_stage(const struct validator *v)
{
	return strcmp(v->rules->side, "target") == 0 ? "zvalidate target" : "zvalidate source";
}

static int
on_start(void *arg, struct filter *f, const struct stream_msg *m, struct err *e)
{
	struct validator *v = arg;
	const char *side = m->type == MSG_META ? json_str(&m->doc, "z.side") : NULL;

	if (v->rules->side == NULL)
		v->rules->side = side != NULL && strcmp(side, "target") == 0 ? "target" : "source";
	if (m->type == MSG_META)
		ndjson_put(&f->out.nd, m->line, m->len);
	if (f->job->plan)
		return 0;
	if (job_db(f->job, e) == -1)
		return -1;
	return finding_open(&v->finding, f->job->db, f->project, f->job->run, e);
}

static int
validate_rejects(struct validator *v, struct filter *f, struct stream_msg *m,
    struct judged *j, struct err *e)
{
	const struct rule_finding *x, *first = NULL;
	int i, known = 0, is_new = 0;

	for (i = 0; i < j->verdict.n; i++) {
		x = &j->verdict.v[i];
		if (x->level != RULE_ERROR)
			continue;
		j->by[i] = accept_find(v->accept, stream_name(j->stream), j->key, j->key, x->rule);
		v->counts->accepted += j->by[i] != NULL;
		if (j->by[i] != NULL)
			continue;
		if (!f->job->plan)
			known = finding_known(&v->finding, validate_stage(v), j->stream, j->key,
			    x->rule, x->what, j->hash, e);
		if (known == -1)
			return -1;
		if (first == NULL || (!known && !is_new))
			first = x;
		is_new |= !known;
	}
	if (first == NULL)
		return 0;
	j->rejected = 1;
	if (is_new && f->reject.path != NULL)
		log_warn(stream_name(m->stream), "%s: set aside: %s (rule=%s)", j->key,
		    first->what, first->rule);
	return filter_reject(f, m, first->rule, first->what, is_new, e);
}

/* Apply the rules to the record, or to its override if it has one. */
static int
validate_judge(struct validator *v, struct filter *f, struct stream_msg *m,
    struct judged *j, struct err *e)
{
	struct json corrected = { 0 };
	int rc = 0;

	if (!f->job->plan && m->type == MSG_RECORD && strcmp(v->rules->side, "source") == 0)
		rc = finding_override(&v->finding, m->stream, j->key, j->hash, &corrected, e);
	if (rc != -1)
		rc = rules_judge(v->rules, m->stream, j->key, rc == 1 ? &corrected : &m->rec,
		    &j->verdict, e);
	json_free(&corrected);
	return rc;
}

static int
on_record(void *arg, struct filter *f, struct stream_msg *m, struct err *e)
{
	struct validator *v = arg;
	struct judged *j;
	const struct rule_finding *x;

	if (v->n == v->room) {
		v->room = v->room > 0 ? v->room * 2 : JOB_BATCH;
		v->judged = mem_grow(v->judged, (size_t)v->room, sizeof(*v->judged));
	}
	j = &v->judged[v->n++];
	memset(j, 0, sizeof(*j));
	v->counts->records++;
	j->stream = m->stream;
	j->key = filter_key(m, strcmp(v->rules->side, "target") == 0);
	j->hash = mem_dup(m->hash);
	if (validate_judge(v, f, m, j, e) == -1)
		return -1;
	for (x = j->verdict.v; x < j->verdict.v + j->verdict.n; x++) {
		v->counts->found[x->level]++;
		if (x->level < RULE_ERROR)
			log_debug(stream_name(m->stream), "%s: %s: %s (rule=%s)", j->key,
			    verdict_level_name(x->level), x->what, x->rule);
	}
	if (validate_rejects(v, f, m, j, e) == -1)
		return -1;
	if (j->rejected)
		return 0;
	j->line = mem_dupn(m->line, m->len);
	j->len = m->len;
	if (m->type == MSG_RECORD) {
		f->out.c[m->stream].records++;
		f->out.c[m->stream].sum += hash_head(m->hash);
	}
	return 0;
}

static int
validate_judged_commit(struct validator *v, const struct judged *j, struct err *e)
{
	struct finding *f = &v->finding;
	const struct rule_finding *x;
	const struct accepted *by;
	int i;

	if (finding_forget(f, v->rules->side, j->stream, j->key, NULL, e) == -1 ||
	    finding_clear_rejects(f, validate_stage(v), j->stream, j->key, e) == -1)
		return -1;
	for (i = 0; i < j->verdict.n; i++) {
		x = &j->verdict.v[i];
		by = j->by[i];
		if (finding_issue(f, v->rules->side, j->stream, j->key, x->rule,
		    verdict_level_name(x->level), x->what, e) == -1 ||
		    (x->level == RULE_ERROR && finding_reject(f, validate_stage(v), j->stream,
		    j->key, x->rule, x->what, j->hash, by != NULL ? by->reason : NULL,
		    by != NULL ? by->owner : NULL, e) == -1))
			return -1;
	}
	return 0;
}

static int
validate_commit(struct db *db, void *arg, struct err *e)
{
	struct validator *v = arg;
	int i;

	(void)db;
	for (i = 0; i < v->n; i++)
		if (validate_judged_commit(v, &v->judged[i], e) == -1)
			return -1;
	return 0;
}

/* Return 1 if there is a finding, or an earlier one that may have to be cleared. */
static int
validate_has_findings(const struct validator *v)
{
	int i;

	if (v->n > 0 && (v->finding.issues > 0 || v->finding.rejects > 0))
		return 1;
	for (i = 0; i < v->n; i++)
		if (v->judged[i].verdict.n > 0)
			return 1;
	return 0;
}

static void
validate_forget(struct validator *v)
{
	struct judged *j;

	while (v->n > 0) {
		j = &v->judged[--v->n];
		verdict_free(&j->verdict);
		free(j->key);
		free(j->hash);
		free(j->line);
	}
}

static int
on_flush(void *arg, struct filter *f, struct err *e)
{
	struct validator *v = arg;
	int i, rc = 0;

	if (!f->job->plan && validate_has_findings(v))
		rc = db_tx(v->finding.db, validate_commit, v, e);
	for (i = 0; rc == 0 && i < v->n; i++)
		if (v->judged[i].line != NULL)
			ndjson_put(&f->out.nd, v->judged[i].line, v->judged[i].len);
	validate_forget(v);
	return rc;
}

int
validate_run(struct filter *f, struct rules *rules, const struct accept *accept,
    struct validate_counts *counts, struct err *e)
{
	static const struct filter_ops ops = {
		.start = on_start, .record = on_record, .flush = on_flush
	};
	struct validator *v = mem_zalloc(sizeof(*v));
	int rc;

	v->rules = rules;
	v->accept = accept;
	v->counts = counts;
	f->ops = &ops;
	f->arg = v;
	rc = filter_run(f, e);
	validate_forget(v);
	free(v->judged);
	free(v);
	return rc;
}
