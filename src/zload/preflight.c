#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "io/hash.h"
#include "preflight.h"
#include "session.h"
#include "input/input.h"
#include "plan/plan_lines.h"
#include "recover/doubt.h"
#include "recover/guard.h"
#include "work/field_body.h"
#include "work/queue.h"
#include "work/work.h"

enum { ARTIFACTS = 4 };
static const char *const artifacts[ARTIFACTS] = { "test-cases", "test-runs", "releases",
    "test-suites" };

struct creation {
	struct ledger	*ledger;
	struct effect	 e, row;	/* row: that of .e in the ledger */
};

/* Enter the creation of a field as desired.  A field that zload created and that was deleted
   since is created again.  0, -1. */
static int
preflight_desire_field(struct db *db, void *arg, struct err *e)
{
	struct creation *c = arg;
	struct effect *f = &c->row;
	int changed;

	(void)db;
	effect_free(f);
	if (ledger_set_desired(c->ledger, &c->e, &changed, e) == -1 ||
	    ledger_find(c->ledger, c->e.kind, c->e.ekey, f, e) == -1)
		return -1;
	if (f->state == STATE_INTENT)
		return 0;
	f->state = STATE_PENDING;
	return ledger_fail(c->ledger, f->kind, f->ekey, f->state, NULL, 0, e);
}

/* Queue the effect that creates a field, number n of the map.  1, 0 if the plan that is applied
   lacks it, -1. */
static int
preflight_make_field(struct work *w, const char *artifact, const char *label, int n, struct err *e)
{
	struct creation c = { .ledger = &w->session->ledger, .e = { .type = KIND_FIELD,
	    .kind = mem_dup("field"), .ekey = mem_fmt("%s/%s", artifact, label),
	    .stream = mem_dup("fields"), .skey = mem_fmt("%s/%s", artifact, label),
	    .lane = mem_fmt("field:%s", artifact), .map = mem_dup(w->input->map), .ord = n } };
	struct json body = { 0 };
	struct buf b = { 0 };
	char hash[HASH_HEX];
	int rc;

	if (field_body(&w->input->specs, c.e.ekey, &body))
		json_dump(&body, &b);
	hash_text(buf_str(&b), b.len, hash);
	c.e.desired_hash = mem_dup(hash);
	rc = plan_lines_has(w->session, c.e.kind, c.e.ekey, e);
	if (rc == 1 && db_tx(w->session->db, preflight_desire_field, &c, e) == -1)
		rc = -1;
	if (rc == 1 && c.row.state == STATE_PENDING)
		queue_put(w->queue, &c.row);
	effect_free(&c.row);
	effect_free(&c.e);
	json_free(&body);
	buf_free(&b);
	return rc;
}

/* Append the values that the map uses and the field does not allow to missing. */
static void
preflight_check_values(const struct field *f, const struct json *spec, struct buf *missing)
{
	struct json list = json_member(spec, "values"), one = { 0 };
	int64_t id;
	int i = 0;

	while (json_each(&list, &i, &one))
		if (json_str(&one, "") != NULL && !field_value(f, json_str(&one, ""), &id))
			buf_printf(missing, "%s%s of %s: value %s",
			    missing->len > 0 ? "; " : "", f->label, f->artifact,
			    json_str(&one, ""));
	json_free(&list);
}

/* True if a field of the site can hold the text that the map writes into it.  This is checked
   for fields that zload would have created. */
static int
preflight_field_fits(const struct field *f, const struct json *spec)
{
	const char *word = json_str(spec, "type");
	int type = word != NULL ? field_type(word) : FIELD_TEXT;

	if (!json_bool(spec, "create", 0) || (type != FIELD_TEXT && type != FIELD_AREA &&
	    type != FIELD_RICH && type != FIELD_URL))
		return 1;
	switch (f->type) {
	case FIELD_COMBO: case FIELD_MULTI: case FIELD_CHECK: case FIELD_USER:
	case FIELD_DATE: case FIELD_TIME: case FIELD_NUMBER:
		return 0;
	default:
		return 1;
	}
}

int
preflight_creates_field(const struct session *s, const struct json *spec)
{
	return json_bool(spec, "create", 0) && fields_find_any(s->fields,
	    json_str(spec, "artifact"), json_str(spec, "label")) == NULL;
}

/* Check field number n of the map, and append to missing what the site lacks.  1 when the
   field is to be created, 0, -1. */
static int
preflight_check_field(struct work *w, const struct json *spec, int n, struct buf *missing,
    struct err *e)
{
	struct fields *fields = w->session->fields;
	const char *artifact = json_str(spec, "artifact"), *label = json_str(spec, "label");
	const char *type = json_str(spec, "type");
	const struct field *f;

	if (artifact == NULL || label == NULL)
		return err_set(e, ZX_DATA, "META: field without artifact or label");
	if (fields_load(fields, artifact, e) == -1 || (type != NULL &&
	    strcmp(type, "user") == 0 && fields_users_load(fields, e) == -1))
		return -1;
	f = fields_find_any(fields, artifact, label);
	if (f != NULL && f->active && !preflight_field_fits(f, spec))
		return err_set(e, ZX_CONFIG, "field %s of %s is not a text field in qTest, but the "
		    "map writes text into it; rename or delete it in qTest, or use another field "
		    "in map.json", label, artifact);
	if (f != NULL && f->active) {
		preflight_check_values(f, spec, missing);
		return 0;
	}
	if (preflight_creates_field(w->session, spec)) {
		if (w->session->planning)
			return 0;
		if (w->session->job->check)
			return 1;
		return preflight_make_field(w, artifact, label, n, e);
	}
	if (json_bool(spec, "required", 1))
		buf_printf(missing, "%s%s of %s%s", missing->len > 0 ? "; " : "",
		    label, artifact, f != NULL ? " (inactive)" : "");
	else
		log_warn(NULL, "qTest has no field %s for %s", label, artifact);
	return 0;
}

/* Append the fields that qTest requires and the map does not fill: qTest would refuse every
   create. */
static void
preflight_check_demanded(struct work *w, const char *artifact, struct buf *missing)
{
	const struct field *f;
	struct json spec = { 0 };
	int i;

	for (i = 0; (f = fields_at(w->session->fields, artifact, i)) != NULL; i++) {
		if (!f->required || !f->active || f->system || f->has_default)
			continue;
		if (!field_spec_find(&w->input->specs, artifact, f->label, &spec))
			buf_printf(missing, "%s%s of %s", missing->len > 0 ? "; " : "",
			    f->label, artifact);
		json_free(&spec);
	}
}

static int
preflight_check_all(struct work *w, int *creating, struct err *e)
{
	struct buf missing = { 0 }, demanded = { 0 };
	struct json one = { 0 };
	int i = 0, rc = 0;

	*creating = 0;
	while (rc != -1 && json_each(&w->input->specs, &i, &one)) {
		rc = preflight_check_field(w, &one, i, &missing, e);
		*creating += rc == 1;
	}
	json_free(&one);
	for (i = 0; i < ARTIFACTS && rc != -1; i++)
		preflight_check_demanded(w, artifacts[i], &demanded);
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

/* Check that qTest has the execution statuses that the map uses, and that they are active.
   0, -1. */
static int
preflight_check_statuses(struct work *w, struct err *e)
{
	struct fields *fields = w->session->fields;
	struct buf missing = { 0 }, names = { 0 };
	struct json one = { 0 };
	const char *name;
	int64_t id;
	int i = 0, rc = 0;

	while (json_each(&w->input->statuses, &i, &one)) {
		name = json_str(&one, "");
		if (name != NULL && !fields_status(fields, name, &id))
			buf_printf(&missing, "%s%s", missing.len > 0 ? ", " : "", name);
	}
	if (missing.len > 0) {
		fields_status_names(fields, &names);
		rc = err_set(e, ZX_CONFIG, "qTest has no active execution status %.200s; it has "
		    "%.300s; use one of these in values.execution_status of map.json (ztransform "
		    "-m), or add the missing ones in qTest", buf_str(&missing),
		    buf_str(&names));
	}
	buf_free(&missing);
	buf_free(&names);
	return rc;
}

int
preflight_check(struct work *w, int *creating, struct err *e)
{
	return preflight_check_all(w, creating, e) == -1 ||
	    fields_statuses_load(w->session->fields, e) == -1 ? -1 :
	    preflight_check_statuses(w, e);
}

/* Set the error of a required field that was not created.  -1. */
static int
preflight_not_made(struct ledger *lg, const char *artifact, const char *label, struct err *e)
{
	char *ekey = mem_fmt("%s/%s", artifact, label);
	struct effect f;

	if (ledger_find(lg, "field", ekey, &f, e) != -1)
		err_set(e, f.http_status == 403 ? ZX_AUTH : ZX_CONFIG, "field %s of %s could not "
		    "be created (%s); create it in qTest by hand, or remove it from map.json",
		    label, artifact, f.error != NULL ? f.error : effect_state_names[f.state]);
	effect_free(&f);
	free(ekey);
	return -1;
}

int
preflight_check_made(struct work *w, struct err *e)
{
	struct json one = { 0 };
	const char *artifact, *label;
	int i = 0, rc = 0;

	if (w->session->lines != NULL)	/* its effects need no other field (plan_check.c) */
		return 0;
	while (rc == 0 && json_each(&w->input->specs, &i, &one)) {
		artifact = json_str(&one, "artifact");
		label = json_str(&one, "label");
		if (fields_find(w->session->fields, artifact, label) == NULL &&
		    json_bool(&one, "required", 1))
			rc = preflight_not_made(&w->session->ledger, artifact, label, e);
	}
	json_free(&one);
	return rc;
}

/* Read the fields and users that records without META may name: nothing lists the fields of
   their map.  A user who may not list users can still load the rest.  0, -1. */
static int
preflight_load_unlisted(struct fields *fields, struct err *e)
{
	struct err why = { 0 };
	size_t i;

	for (i = 0; i < ARTIFACTS; i++)
		if (fields_load(fields, artifacts[i], e) == -1)
			return -1;
	if (fields_users_load(fields, &why) == -1)
		log_warn(NULL, "cannot read the users of qTest: %s; fields of type user stay empty",
		    why.msg);
	return 0;
}

int
preflight(struct work *w, int *creating, struct err *e)
{
	/* the check of the plan that is applied has searched for markers already */
	int is_checked = w->session->lines != NULL && !w->session->planning;

	if (preflight_check(w, creating, e) == -1 ||
	    (!w->input->specs.set && preflight_load_unlisted(w->session->fields, e) == -1) ||
	    doubt_load_fields(w->doubts, e) == -1)
		return -1;
	return is_checked ? 0 : guard_check(w->session, e);
}
