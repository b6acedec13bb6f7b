#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "io/hash.h"
#include "load.h"
#include "plan_effects.h"
#include "preflight.h"
#include "recover/doubt.h"
#include "recover/guard.h"
#include "work/field_body.h"
#include "work/name_conflict.h"
#include "work/queue.h"

/*
 * Before anything is written: are the fields there that the map names, may
 * the missing ones be made, and does the site demand one that nobody fills?
 */

enum { ARTIFACTS = 4 };
static const char *const artifacts[ARTIFACTS] = { "test-cases", "test-runs", "releases",
    "test-suites" };

struct want {
	struct load	*load;
	struct effect	 e;
};

/* A field that we made and that is gone again is made again. */
static int
preflight_want_field(struct db *db, void *arg, struct err *e)
{
	struct want *w = arg;
	struct ledger *lg = &w->load->ledger;
	struct effect f;
	int changed, rc;

	(void)db;
	if (ledger_set_desired(lg, &w->e, &changed, e) == -1)
		return -1;
	if ((rc = ledger_find(lg, w->e.kind, w->e.ekey, &f, e)) == 1 &&
	    f.state != STATE_INTENT)
		rc = ledger_fail(lg, w->e.kind, w->e.ekey, STATE_PENDING, NULL, 0, e);
	effect_free(&f);
	return rc == -1 ? -1 : 0;
}

/* The making of a field is an effect like any other: first of all. */
static int
preflight_make_field(struct load *l, const char *artifact, const char *label, int n,
    struct err *e)
{
	struct want w = { .load = l };
	struct json body = { 0 };
	struct buf b = { 0 };
	char hash[HASH_HEX], *ekey = mem_fmt("%s/%s", artifact, label);
	int rc;

	w.e.ekey = mem_dup(ekey);
	if (field_body(l, ekey, &body))
		json_dump(&body, &b);
	hash_text(buf_str(&b), b.len, hash);
	w.e.type = KIND_FIELD;
	w.e.kind = mem_dup("field");
	w.e.stream = mem_dup("fields");
	w.e.skey = mem_dup(w.e.ekey);
	w.e.lane = mem_fmt("field:%s", artifact);
	w.e.map = mem_dup(l->map);
	w.e.desired_hash = mem_dup(hash);
	w.e.ord = n;
	rc = db_tx(l->db, preflight_want_field, &w, e);
	effect_free(&w.e);
	if (rc == 0 && (rc = ledger_find(&l->ledger, "field", ekey, &w.e, e)) == 1 &&
	    w.e.state == STATE_PENDING)
		queue_put(l, &w.e);
	else
		effect_free(&w.e);
	free(ekey);
	json_free(&body);
	buf_free(&b);
	return rc == -1 ? -1 : 0;
}

/* Labels that the map may use must be allowed values. */
static int
preflight_check_values(const struct field *f, const struct json *spec, struct buf *missing)
{
	struct json list = json_member(spec, "values"), one;
	int64_t id;
	int i, n = json_len(&list, "");

	for (i = 0; i < n; i++) {
		one = json_at(&list, i);
		if (json_str(&one, "") != NULL && !field_value(f, json_str(&one, ""), &id))
			buf_printf(missing, "%s%s of %s: value %s",
			    missing->len > 0 ? "; " : "", f->label, f->artifact,
			    json_str(&one, ""));
		json_free(&one);
	}
	json_free(&list);
	return 0;
}

/* Can a field of the site, made by hand perhaps, hold the text that the map puts
   into one that we would have created? */
static int
preflight_field_fits(const struct field *f, const struct json *spec)
{
	const char *word = json_str(spec, "type");
	int want = word != NULL ? field_type(word) : FIELD_TEXT;

	if (!json_bool(spec, "create", 0) || (want != FIELD_TEXT && want != FIELD_AREA &&
	    want != FIELD_RICH && want != FIELD_URL))
		return 1;
	switch (f->type) {
	case FIELD_COMBO: case FIELD_MULTI: case FIELD_CHECK: case FIELD_USER:
	case FIELD_DATE: case FIELD_TIME: case FIELD_NUMBER:
		return 0;
	default:
		return 1;
	}
}

/* One field of the map: there, to be made (1), or missing. */
static int
preflight_check_field(struct load *l, const struct json *spec, int n, struct buf *missing,
    struct err *e)
{
	const char *artifact = json_str(spec, "artifact"), *label = json_str(spec, "label");
	const char *type = json_str(spec, "type");
	const struct field *f;

	if (artifact == NULL || label == NULL)
		return err_set(e, ZX_DATA, "META: field without artifact or label");
	if (fields_load(l->fields, artifact, e) == -1 || (type != NULL &&
	    strcmp(type, "user") == 0 && fields_users_load(l->fields, e) == -1))
		return -1;
	f = fields_find_any(l->fields, artifact, label);
	if (f != NULL && f->active && !preflight_field_fits(f, spec))
		return err_set(e, ZX_CONFIG, "field %s of %s is not a text field in qTest, but the "
		    "map writes text into it; rename or delete it in qTest, or use another field "
		    "in map.json", label, artifact);
	if (f != NULL && f->active)
		return preflight_check_values(f, spec, missing);
	if (f == NULL && json_bool(spec, "create", 0)) {
		if (l->job.plan) {
			log_info(NULL, "field %s of %s would be created", label,
			    artifact);
			return 0;
		}
		if (l->job.check)
			return 1;
		return preflight_make_field(l, artifact, label, n, e) == -1 ? -1 : 1;
	}
	if (json_bool(spec, "required", 1))
		buf_printf(missing, "%s%s of %s%s", missing->len > 0 ? "; " : "",
		    label, artifact, f != NULL ? " (inactive)" : "");
	else
		log_warn(NULL, "qTest has no field %s for %s", label, artifact);
	return 0;
}

/* Fields that the site demands and nobody fills: a create would be refused. */
static void
preflight_check_demanded(struct load *l, const char *artifact, struct buf *missing)
{
	const struct field *f;
	struct json spec;
	int i;

	for (i = 0; (f = fields_at(l->fields, artifact, i)) != NULL; i++) {
		if (!f->required || !f->active || f->system || f->has_default)
			continue;
		memset(&spec, 0, sizeof(spec));
		if (!field_spec_find(l, artifact, f->label, &spec))
			buf_printf(missing, "%s%s of %s", missing->len > 0 ? "; " : "",
			    f->label, artifact);
		json_free(&spec);
	}
}

static int
preflight_check_all(struct load *l, int *making, struct err *e)
{
	struct buf missing = { 0 }, demanded = { 0 };
	struct json one;
	int i, n = json_len(&l->specs, ""), rc = 0;

	*making = 0;
	for (i = 0; i < n && rc != -1; i++) {
		one = json_at(&l->specs, i);
		rc = preflight_check_field(l, &one, i + 1, &missing, e);
		*making += rc == 1;
		json_free(&one);
	}
	for (i = 0; i < ARTIFACTS && rc != -1; i++)
		preflight_check_demanded(l, artifacts[i], &demanded);
	if (rc != -1 && missing.len > 0)
		rc = err_set(e, ZX_CONFIG, "qTest lacks fields or values that the map uses: "
		    "%.300s; create them in qTest (or set \"create\": true), or remove them from "
		    "map.json", buf_str(&missing));
	else if (rc != -1 && demanded.len > 0)
		rc = err_set(e, ZX_CONFIG, "qTest requires fields that the map does not fill: "
		    "%.300s; map a value to them, give them a default, or make them optional",
		    buf_str(&demanded));
	buf_free(&missing);
	buf_free(&demanded);
	return rc == -1 ? -1 : 0;
}

/* Execution statuses that the map may write must be there, and active. */
static int
preflight_check_statuses(struct load *l, struct err *e)
{
	struct buf missing = { 0 }, names = { 0 };
	struct json one;
	const char *name;
	int64_t id;
	int i, n = json_len(&l->statuses, ""), rc = 0;

	for (i = 0; i < n; i++) {
		one = json_at(&l->statuses, i);
		name = json_str(&one, "");
		if (name != NULL && !fields_status(l->fields, name, &id))
			buf_printf(&missing, "%s%s", missing.len > 0 ? ", " : "", name);
		json_free(&one);
	}
	if (missing.len > 0) {
		fields_status_names(l->fields, &names);
		rc = err_set(e, ZX_CONFIG, "qTest has no active execution status %.200s;"
		    " it has %.300s: name these in values.execution_status of map.json"
		    " (ztransform -m), or change them in qTest", buf_str(&missing),
		    buf_str(&names));
	}
	buf_free(&missing);
	buf_free(&names);
	return rc;
}

int
preflight_check(struct load *l, int *making, struct err *e)
{
	if (preflight_check_all(l, making, e) == -1 ||
	    fields_statuses_load(l->fields, e) == -1)
		return -1;
	return preflight_check_statuses(l, e);
}

int
preflight_check_made(struct load *l, struct err *e)
{
	struct json one;
	const char *artifact, *label;
	struct effect f;
	char *ekey;
	int i, n = json_len(&l->specs, ""), rc = 0;

	for (i = 0; i < n && rc == 0; i++) {
		one = json_at(&l->specs, i);
		artifact = json_str(&one, "artifact");
		label = json_str(&one, "label");
		if (fields_find(l->fields, artifact, label) == NULL &&
		    json_bool(&one, "required", 1)) {
			ekey = mem_fmt("%s/%s", artifact, label);
			rc = ledger_find(&l->ledger, "field", ekey, &f, e);
			if (rc != -1)
				rc = err_set(e, f.http_status == 403 ? ZX_AUTH : ZX_CONFIG,
				    "field %s of %s could not be created (%s); create it in qTest "
				    "by hand, or remove it from map.json", label, artifact,
				    f.error != NULL ? f.error : effect_state_name(f.state));
			effect_free(&f);
			free(ekey);
		}
		json_free(&one);
	}
	return rc == -1 ? -1 : 0;
}

/* Read from qTest what records may name that came without a META: nothing says which
   fields their map has.  A user who may not list users can still load the rest. */
static int
preflight_load_unlisted(struct load *l, struct err *e)
{
	struct err why = { 0 };
	size_t i;

	for (i = 0; i < ARTIFACTS; i++)
		if (fields_load(l->fields, artifacts[i], e) == -1)
			return -1;
	if (fields_users_load(l->fields, &why) == -1)
		log_warn(NULL, "cannot read the users of qTest: %s; fields of type user stay empty",
		    why.msg);
	return 0;
}

int
preflight(struct load *l, int *creating, struct err *e)
{
	return preflight_check(l, creating, e) == -1 ||
	    (!l->specs.set && preflight_load_unlisted(l, e) == -1) ||
	    doubt_load_fields(l, e) == -1 || guard_check(l, e) == -1 ||
	    conflict_open(l, e) == -1 ? -1 : 0;
}
