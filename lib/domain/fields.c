#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/mem.h"
#include "domain/api/qtest_list.h"
#include "domain/fields.h"

struct named {
	char		*name;
	int64_t		 id;
};

struct names {
	struct named	*v;
	int		 n, loaded;
};

struct fields {
	struct qtest	*qtest;
	struct field	*v;
	int		 n;
	struct names	 artifacts;	/* whose fields were read */
	struct names	 statuses, users;
	int64_t		 status_default;	/* 0: the site names none */
};

void
fields_open(struct fields **out, struct qtest *q)
{
	*out = mem_zalloc(sizeof(**out));
	(*out)->qtest = q;
}

static void
fields_names_free(struct names *s)
{
	while (s->n > 0)
		free(s->v[--s->n].name);
	free(s->v);
}

void
fields_close(struct fields *fs)
{
	if (fs == NULL)
		return;
	while (fs->n > 0) {
		free(fs->v[--fs->n].artifact);
		free(fs->v[fs->n].label);
		json_free(&fs->v[fs->n].values);
	}
	fields_names_free(&fs->artifacts);
	fields_names_free(&fs->statuses);
	fields_names_free(&fs->users);
	free(fs->v);
	free(fs);
}

/* Return 1 if qTest sets a value by itself when a create leaves the field out. */
static int
fields_has_default(const struct json *v)
{
	struct json values = json_member(v, "allowed_values"), one;
	const char *s = json_str(v, "default_value");
	int i, n = json_len(&values, ""), found = s != NULL && *s != '\0';

	for (i = 0; i < n && !found; i++) {
		one = json_at(&values, i);
		found = json_bool(&one, "is_default", 0);
		json_free(&one);
	}
	json_free(&values);
	return found;
}

void
fields_add(struct fields *fs, const char *artifact, const struct json *v)
{
	struct field *f;
	const char *label = json_str(v, "label");

	if (label == NULL)
		label = json_str(v, "original_name");
	fs->v = mem_grow(fs->v, (size_t)fs->n + 1, sizeof(*fs->v));
	f = &fs->v[fs->n++];
	memset(f, 0, sizeof(*f));
	f->artifact = mem_dup(artifact);
	f->label = mem_dup(label != NULL ? label : "");
	f->id = json_int(v, "id", 0);
	f->type = (int)json_int(v, "data_type", 0);
	f->multiple = json_bool(v, "multiple", 0);
	f->required = json_bool(v, "required", 0);
	f->active = json_bool(v, "is_active", 1);
	f->system = json_bool(v, "system_field", 0);
	f->has_default = fields_has_default(v);
	f->values = json_member(v, "allowed_values");
}

static void
fields_names_add(struct names *s, const char *name, int64_t id)
{
	if (name == NULL || *name == '\0')
		return;
	s->v = mem_grow(s->v, (size_t)s->n + 1, sizeof(*s->v));
	s->v[s->n].name = mem_dup(name);
	s->v[s->n++].id = id;
}

static int
fields_names_find(const struct names *s, const char *name, int64_t *id)
{
	int i;

	for (i = 0; i < s->n; i++)
		if (strcasecmp(s->v[i].name, name) == 0) {
			*id = s->v[i].id;
			return 1;
		}
	return 0;
}

int
fields_load(struct fields *fs, const char *artifact, struct err *e)
{
	char *path;
	struct json doc = { 0 }, one;
	int64_t id;
	int i, n, rc, status;

	if (fields_names_find(&fs->artifacts, artifact, &id))
		return 0;
	path = mem_fmt("/settings/%s/fields?includeInactive=true", artifact);
	rc = qtest_get(fs->qtest, path, &doc, &status, e);
	free(path);
	if (rc == 0 && status == 403)
		rc = err_set(e, ZX_AUTH, "this user cannot read the fields of %s; give the profile "
		    "the right to see field settings", artifact);
	else if (rc == 0 && (status > 299 || json_type(&doc, "") != JSON_ARR))
		rc = err_set(e, ZX_PROTO, "fields of %s: unexpected answer, status %d",
		    artifact, status);
	n = rc == 0 ? json_len(&doc, "") : 0;
	for (i = 0; i < n; i++) {
		one = json_at(&doc, i);
		fields_add(fs, artifact, &one);
		json_free(&one);
	}
	if (rc == 0)
		fields_names_add(&fs->artifacts, artifact, 0);
	json_free(&doc);
	return rc;
}

const struct field *
fields_find_any(const struct fields *fs, const char *artifact, const char *label)
{
	const struct field *f, *off = NULL;
	int i;

	for (i = 0; i < fs->n; i++) {
		f = &fs->v[i];
		if (strcmp(f->artifact, artifact) != 0 ||
		    strcasecmp(f->label, label) != 0)
			continue;
		if (f->active)
			return f;
		off = f;
	}
	return off;
}

const struct field *
fields_find(const struct fields *fs, const char *artifact, const char *label)
{
	const struct field *f = fields_find_any(fs, artifact, label);

	return f != NULL && f->active ? f : NULL;
}

const struct field *
fields_by_id(const struct fields *fs, const char *artifact, int64_t id)
{
	int i;

	for (i = 0; i < fs->n; i++)
		if (fs->v[i].id == id && strcmp(fs->v[i].artifact, artifact) == 0)
			return &fs->v[i];
	return NULL;
}

const struct field *
fields_at(const struct fields *fs, const char *artifact, int i)
{
	int k;

	for (k = 0; k < fs->n; k++)
		if (strcmp(fs->v[k].artifact, artifact) == 0 && i-- == 0)
			return &fs->v[k];
	return NULL;
}

static int
on_status(void *arg, const struct json *item, struct err *e)
{
	struct fields *fs = arg;

	(void)e;
	if (!json_bool(item, "active", 1))
		return 0;
	fields_names_add(&fs->statuses, json_str(item, "name"), json_int(item, "id", 0));
	if (json_bool(item, "is_default", 0))
		fs->status_default = json_int(item, "id", 0);
	return 0;
}

/* Read the listing at path into names by fn, unless that was done before. */
static int
fields_names_load(struct fields *fs, struct names *names, const char *path,
    int (*fn)(void *, const struct json *, struct err *), struct err *e)
{
	if (!names->loaded && qtest_list(fs->qtest, path, QTEST_WHOLE, fn, fs, e) == -1)
		return -1;
	names->loaded = 1;
	return 0;
}

int
fields_statuses_load(struct fields *fs, struct err *e)
{
	return fields_names_load(fs, &fs->statuses, "/test-runs/execution-statuses", on_status, e);
}

int
fields_status(const struct fields *fs, const char *name, int64_t *id)
{
	return fields_names_find(&fs->statuses, name, id);
}

int
fields_status_default(const struct fields *fs, int64_t *id)
{
	*id = fs->status_default;
	return *id != 0 ? 1 : fields_names_find(&fs->statuses, "Unexecuted", id);
}

void
fields_status_names(const struct fields *fs, struct buf *out)
{
	int i;

	for (i = 0; i < fs->statuses.n; i++)
		buf_printf(out, "%s%s", i > 0 ? ", " : "", fs->statuses.v[i].name);
}

const char *
fields_status_name(const struct fields *fs, int64_t id)
{
	int i;

	for (i = 0; i < fs->statuses.n; i++)
		if (fs->statuses.v[i].id == id)
			return fs->statuses.v[i].name;
	return NULL;
}

static int
on_user(void *arg, const struct json *item, struct err *e)
{
	static const char *const names[] = { "username", "email", "ldap_username",
	    "external_user_name" };
	struct fields *fs = arg;
	size_t i;

	(void)e;
	if (json_int(item, "status", 1) != 1)
		return 0;
	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		fields_names_add(&fs->users, json_str(item, names[i]),
		    json_int(item, "id", 0));
	return 0;
}

int
fields_users_load(struct fields *fs, struct err *e)
{
	return fields_names_load(fs, &fs->users, "/users?inactive=false", on_user, e);
}

int
fields_user(const struct fields *fs, const char *login, int64_t *id)
{
	return fields_names_find(&fs->users, login, id);
}
