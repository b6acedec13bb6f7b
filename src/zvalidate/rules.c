#include <stdio.h>

#include "base/file.h"
#include "io/jqbound.h"
#include "rules.h"

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

int
rules_judge(struct rules *r, enum stream s, const char *key,
    const struct json *rec, struct verdict *out, struct err *e)
{
	struct err why = { 0 };
	struct json f;
	int rc = 0;
	enum jq_next next = JQ_END;

	if (r->prog == NULL && rules_compile(r, e) == -1)
		return -1;
	jqbound_where(stream_name(s), key);
	jqset_feed(r->prog, (int)s, rec);
	while (rc == 0 && (next = jqset_next(r->prog, &f, &why)) == JQ_RESULT) {
		rc = verdict_add(out, json_str(&f, "rule"), json_str(&f, "level"),
		    json_str(&f, "what"), e);
		json_free(&f);
	}
	if (next == JQ_FAILED)
		rc = verdict_add(out, "shape", "error", why.msg, e);
	return rc == 0 ? 0 : err_at(e, "rules of %s %s, %s", r->side, stream_name(s), key);
}
