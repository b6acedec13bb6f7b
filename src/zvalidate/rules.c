#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/file.h"
#include "base/mem.h"
#include "rules.h"

enum { WHAT_MAX = 1000 };	/* bytes of what one rule says about a record */

static const char *const levels[RULE_LEVELS] = {
	[RULE_INFO] = "info", [RULE_WARNING] = "warning", [RULE_ERROR] = "error"
};

const char *
rule_level_name(enum rule_level l)
{
	return levels[l];
}

void
verdict_free(struct verdict *v)
{
	free(v->rule);
	free(v->what);
	memset(v, 0, sizeof(*v));
}

void
rules_close(struct rules *r)
{
	jqset_close(r->prog);
	r->prog = NULL;
}

/* Read the rules of a stream into part. */
static int
rules_part(struct rules *r, enum stream s, struct jqset_part *part, struct err *e)
{
	char every[80];
	int rc;

	snprintf(part->name, sizeof(part->name), "%s_%s.jq", r->side, stream_name(s));
	if ((rc = file_or_asset(r->dir, asset_rules, part->name, &part->text, e)) != 0)
		return rc;
	snprintf(every, sizeof(every), "%s_effects.jq", r->side);
	if ((rc = file_or_asset(r->dir, asset_rules, every, &part->text, e)) == 1)
		snprintf(part->name, sizeof(part->name), "%s", every);
	return rc;
}

int
rules_compile(struct rules *r, struct err *e)
{
	struct json none = json_object();
	struct jqset_part part[STREAM_COUNT] = { 0 };
	struct buf shared = { 0 };
	int s, rc;

	rc = file_or_asset(r->dir, asset_rules, "finding.jq", &shared, e);
	for (s = 0; s < STREAM_COUNT && rc != -1; s++)
		rc = rules_part(r, (enum stream)s, &part[s], e);
	if (rc != -1)
		rc = jqset_open(&r->prog, buf_str(&shared), part, STREAM_COUNT, &none, e);
	json_free(&none);
	buf_free(&shared);
	jqset_parts_free(part, STREAM_COUNT);
	return rc;
}

static int
rules_level_find(const char *name)
{
	int i;

	for (i = 0; name != NULL && i < RULE_LEVELS; i++)
		if (strcmp(levels[i], name) == 0)
			return i;
	return -1;
}

static void
rules_verdict_more(struct verdict *v, enum rule_level level, const char *what)
{
	char *both;

	if (level > v->level)
		v->level = level;
	if (strlen(v->what) + strlen(what) > WHAT_MAX || strcmp(v->what, what) == 0)
		return;
	both = mem_fmt("%s; %s", v->what, what);
	free(v->what);
	v->what = both;
}

/* Add a finding, or join it to another of its rule; return the number of findings. */
static int
rules_verdict_add(struct verdict *v, int n, const struct json *f, struct err *e)
{
	const char *rule = json_str(f, "rule"), *what = json_str(f, "what");
	int level = rules_level_find(json_str(f, "level")), i;

	if (rule == NULL || what == NULL || level == -1)
		return err_set(e, ZX_CONFIG, "a finding lacks rule, level or what");
	for (i = 0; i < n; i++)
		if (strcmp(v[i].rule, rule) == 0) {
			rules_verdict_more(&v[i], (enum rule_level)level, what);
			return n;
		}
	if (n == VERDICTS)
		return err_set(e, ZX_CONFIG, "a record breaks more than %d rules", VERDICTS);
	v[n].rule = mem_dup(rule);
	v[n].what = mem_dup(what);
	v[n].level = (enum rule_level)level;
	return n + 1;
}

/* Add an error of a program on this record as a finding; return as rules_verdict_add. */
static int
rules_error_add(struct verdict *v, int n, const char *why, struct err *e)
{
	struct json f = json_object();

	json_set_str(&f, "rule", "shape");
	json_set_str(&f, "level", "error");
	json_set_str(&f, "what", why);
	n = rules_verdict_add(v, n, &f, e);
	json_free(&f);
	return n;
}

int
rules_judge(struct rules *r, enum stream s, const char *key,
    const struct json *rec, struct verdict out[VERDICTS], struct err *e)
{
	struct err why = { 0 };
	struct json f;
	int n = 0, rc, m;

	if (r->prog == NULL && rules_compile(r, e) == -1)
		return -1;
	jqprog_where(stream_name(s), key);
	jqset_feed(r->prog, (int)s, rec);
	while ((rc = jqset_next(r->prog, &f, &why)) == JQ_RESULT) {
		m = rules_verdict_add(out, n, &f, e);
		json_free(&f);
		if (m == -1)
			break;
		n = m;
	}
	if (rc == -1 && (m = rules_error_add(out, n, why.msg, e)) != -1)
		return m;
	if (rc == 0)
		return n;
	while (n > 0)
		verdict_free(&out[--n]);
	return err_at(e, "rules of %s %s, %s", r->side, stream_name(s), key);
}
