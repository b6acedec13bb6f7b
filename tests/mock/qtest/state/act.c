#include <stdlib.h>
#include <string.h>

#include "io/json/json_out.h"

#include "qtest/file/file.h"
#include "qtest/link/link.h"
#include "qtest/state/act.h"
#include "qtest/state/state.h"

/* Return the place of the first file with this name, or -1. */
static int
act_find_file(const struct qobj *o, const char *name)
{
	int i;

	for (i = 0; i < o->nfile; i++)
		if (strcmp(o->file[i].name, name) == 0)
			return i;
	return -1;
}

static int
act_attach(struct mock *m, struct qobj *o, const char *name, const char *text)
{
	struct content *c = content_new(UINT64_MAX);
	struct reply rp = { 0 };
	struct qfile *f;

	content_add(c, text, strlen(text));
	content_end(c);
	f = qfile_add(m, &o->file, &o->nfile, name, "text/plain", c, &rp);
	content_free(c);
	reply_free(&rp);
	return f == NULL ? -1 : 0;
}

static int
act_detach(struct qobj *o, const char *name)
{
	int i = act_find_file(o, name);

	if (i == -1)
		return -1;
	qfile_free(&o->file[i]);
	o->nfile--;
	memmove(&o->file[i], &o->file[i + 1], (size_t)(o->nfile - i) * sizeof(*o->file));
	return 0;
}

/* Give a file other bytes; it keeps its id and name. */
static int
act_replace(struct mock *m, struct qobj *o, const char *name, const char *text)
{
	int i = act_find_file(o, name);
	struct content *was;

	if (i == -1 || act_attach(m, o, name, text) == -1)
		return -1;
	was = o->file[i].content;
	o->file[i].content = o->file[o->nfile - 1].content;
	o->file[--o->nfile].content = was;
	qfile_free(&o->file[o->nfile]);
	return 0;
}

/* Add or remove a link to an object of a type by its id, or to a defect by its pid. */
static int
act_link(struct mock *m, struct qobj *o, const char *type, const char *key, int add)
{
	struct qproject *p = q_project_of(m, o);
	enum qkind k = q_kind_of_type(type);
	struct qowner from, to;
	int64_t id;

	if (qowner_at(m, p, o->kind, o->id, &from) == -1)
		return -1;
	if (request_int(key, &id) ? qowner_at(m, p, k, id, &to) == -1 :
	    k != QK_DEFECT || qdefect_at(m, p, key, add, &to) == -1)
		return -1;
	if (!add)
		return qlink_part(&from, &to) ? 0 : -1;
	qlink_join(&from, &to);
	return 0;
}

int
qact_known(const char *how)
{
	static const char *const known[] = { "attach", "detach", "replace", "link", "unlink",
		"lock", "unlock" };
	size_t i;

	for (i = 0; how != NULL && i < sizeof(known) / sizeof(*known); i++)
		if (strcmp(how, known[i]) == 0)
			return 1;
	return 0;
}

int
qact(struct mock *m, struct qobj *o, const struct request *rq)
{
	const char *how = request_arg(rq, "do"), *field = request_arg(rq, "field");
	const char *value = request_arg(rq, "value");

	if (strcmp(how, "lock") == 0 || strcmp(how, "unlock") == 0) {
		if (o->kind == QK_RUN)
			o->run.locked = strcmp(how, "lock") == 0;
		return o->kind == QK_RUN ? 0 : -1;
	}
	if (field == NULL)
		return -1;
	if (strcmp(how, "detach") == 0)
		return act_detach(o, field);
	if (value == NULL)
		return -1;
	if (strcmp(how, "attach") == 0)
		return act_attach(m, o, field, value);
	if (strcmp(how, "replace") == 0)
		return act_replace(m, o, field, value);
	return act_link(m, o, field, value, strcmp(how, "link") == 0);
}

void
qact_deleted(struct mock *m, const struct qproject *p, struct buf *b)
{
	const struct qobj *o;
	struct buf pid = { 0 };
	int64_t i;
	int k;

	json_out_open(b, "deleted", '[');
	for (k = QK_MODULE; k < QK_COUNT; k++)
		for (i = 0; i < m->qtest->nobj[k]; i++) {
			o = m->qtest->obj[k][i];
			if (o->gone <= 0 || o->root != p->root)
				continue;
			buf_reset(&pid);
			qobj_pid(o, &pid);
			json_out_open(b, NULL, '{');
			json_out_int(b, "id", o->id);
			json_out_str(b, "kind", qstate_kind((enum qkind)k));
			json_out_str(b, "name", o->name);
			json_out_str(b, "pid", buf_str(&pid));
			json_out_close(b, '}');
		}
	json_out_close(b, ']');
	buf_free(&pid);
}
