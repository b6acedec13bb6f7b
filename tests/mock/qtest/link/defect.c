#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json_out.h"

#include "qtest/link/link.h"

/* Defects of logs, step logs and steps, by pid or by the key of a Jira issue. */

/* Return the number of bytes of the project's key if --integration names it, else 0. */
static size_t
defect_project(const struct mock *m, const char *key)
{
	const char *known = m->set->integration, *dash = strrchr(key, '-');
	size_t n = dash == NULL ? 0 : (size_t)(dash - key), len;
	int64_t number;

	if (n == 0 || !request_int(dash + 1, &number) || number < 1)
		return 0;
	for (; known != NULL && *known != '\0'; known += len + (known[len] == ',')) {
		len = strcspn(known, ",");
		if (len == n && strncmp(known, key, n) == 0)
			return n;
	}
	return 0;
}

int
qdefect_at(struct mock *m, struct qproject *p, const char *key, int create,
    struct qowner *ow)
{
	struct qobj *o = strncmp(key, "DF-", 3) == 0 ?
	    qobj_named(m->qtest, p, QK_DEFECT, key) : NULL;
	struct qexternal *x;
	int i;

	if (o != NULL)
		return qowner_at(m, p, QK_DEFECT, o->id, ow);
	for (i = 0; i < p->nexternal; i++)
		if (strcmp(p->external[i].key, key) == 0)
			return qowner_at(m, p, QK_DEFECT, p->external[i].id, ow);
	if (!create || defect_project(m, key) == 0)
		return -1;
	p->external = mem_grow(p->external, (size_t)i + 1, sizeof(*p->external));
	x = &p->external[p->nexternal++];
	*x = (struct qexternal){ .id = qobj_serial(m->qtest, QK_EXTERNAL), .key = mem_dup(key) };
	return qowner_at(m, p, QK_DEFECT, x->id, ow);
}

void
qdefects_take(struct mock *m, struct qproject *p, const struct json *j, enum qkind kind,
    int64_t id)
{
	struct json rows = json_get(j, "defects"), row;
	int i, n = rows.set ? json_len(&rows, "") : 0;
	struct qowner ow, to;
	const char *key;

	for (i = 0; i < n && qowner_at(m, p, kind, id, &ow) == 0; i++) {
		row = json_at(&rows, i);
		key = json_str(&row, "external_defect_id");
		if (key == NULL)
			key = json_str(&row, "pid");
		if (key != NULL && qdefect_at(m, p, key, 1, &to) == 0)
			qlink_join(&ow, &to);
		json_free(&row);
	}
	json_free(&rows);
}

/* Print a defect as a link to it, or as part of a log. */
static void
defect_print(struct mock *m, const struct qowner *to, int link, struct buf *b)
{
	struct buf pid = { 0 };
	size_t n = to->key == NULL ? 0 : (size_t)(strrchr(to->key, '-') - to->key);

	qowner_pid(to, &pid);
	json_out_open(b, NULL, '{');
	if (!link)
		q_empty_list(b, "links");
	json_out_int(b, "id", to->id);
	json_out_str(b, "pid", buf_str(&pid));
	if (link)
		json_out_str(b, "link_type", "is_associated_with");
	if (to->key != NULL) {
		json_out_str(b, "external_defect_id", to->key);
		json_out_int(b, "connection_id", 1);
		json_out_fmt(b, "external_project_id", "%.*s", (int)n, to->key);
		json_out_fmt(b, "summary", "Issue %s", to->key);
		json_out_str(b, "status", "New");
	}
	if (!link && to->key != NULL)
		json_out_fmt(b, "web_url", "%s/browse/%s", m->base, to->key);
	json_out_close(b, '}');
	buf_free(&pid);
}

/* Print the defects of an end of links as an array. */
static void
defects_print(struct mock *m, struct qproject *p, const struct qlinks *l, const char *name,
    int link, struct buf *b)
{
	struct qowner to;
	int i;

	json_out_open(b, name, '[');
	for (i = 0; i < l->n; i++)
		if (l->v[i].kind == QK_DEFECT && qowner_at(m, p, QK_DEFECT, l->v[i].id, &to) == 0)
			defect_print(m, &to, link, b);
	json_out_close(b, ']');
}

void
qdefects_print(struct mock *m, struct qproject *p, const struct qlinks *l, struct buf *b)
{
	if (l->n > 0)
		defects_print(m, p, l, "defects", 0, b);
}

/* Find the log, step or step log of the path; return -1 with the error in the reply.  A
   step log is addressed as a step, too (qtest-api.md 2.13). */
static int
defect_source(struct mock *m, struct qproject *p, const struct request *rq,
    struct qowner *ow, struct reply *rp)
{
	enum qkind k = p == NULL ? QK_ALL : q_kind_of_type(rq->seg[4]);
	const struct qobj *run;
	int64_t id;

	if (p == NULL)
		return -1;
	if (!request_int(rq->cap[1], &id) || (qowner_at(m, p, k, id, ow) == -1 &&
	    (k != QK_STEP || qowner_at(m, p, QK_STEPLOG, id, ow) == -1))) {
		reply_qtest(rp, 404, "%s defect unsuccessfully",
		    strcmp(rq->method, "POST") == 0 ? "Link" : "Unlink");
		return -1;
	}
	run = ow->o->kind == QK_LOG ? ow->o->up : NULL;
	if (run == NULL || !run->run.locked)
		return 0;
	reply_qtest(rp, 400, "Test run was locked");
	return -1;
}

/* Link or unlink the defect of a key.  Returns whether it is linked, or was. */
static int
defect_one(struct mock *m, struct qproject *p, const struct qowner *ow, const char *key,
    int unlink)
{
	struct qowner to;

	if (key == NULL || qdefect_at(m, p, key, !unlink, &to) == -1)
		return 0;
	if (unlink)
		return qlink_part(ow, &to);
	qlink_join(ow, &to);
	return 1;
}

/* Link or unlink defects.  Keys that are not known are left out of the answer; with none
   that is known the answer is 404. */
void
q_defects(struct mock *m, struct request *rq, struct reply *rp)
{
	struct qproject *p = q_project(m, rq, rp);
	int unlink = strcmp(rq->method, "DELETE") == 0, i, n = 0;
	struct buf gone = { 0 };
	struct qowner ow;
	struct json j, v;

	if (defect_source(m, p, rq, &ow, rp) == -1 || q_array_body(rq, &j, rp) == -1)
		return;
	json_out_open(&gone, NULL, '[');
	for (i = 0; i < json_len(&j, ""); i++) {
		v = json_at(&j, i);
		if (defect_one(m, p, &ow, json_str(&v, ""), unlink)) {
			json_out_str(&gone, NULL, json_str(&v, ""));
			n++;
		}
		json_free(&v);
	}
	json_free(&j);
	json_out_close(&gone, ']');
	rq->effect = n > 0 ? ow.id : 0;
	if (n == 0)
		reply_qtest(rp, 404, "%s defect unsuccessfully", unlink ? "Unlink" : "Link");
	else if (unlink)
		buf_add(&rp->body, gone.s, gone.len);
	else {
		rp->status = 201;
		json_out_open(&rp->body, NULL, '[');
		json_out_open(&rp->body, NULL, '{');
		json_out_int(&rp->body, "id", ow.id);
		defects_print(m, p, ow.link, "objects", 1, &rp->body);
		json_out_close(&rp->body, '}');
		json_out_close(&rp->body, ']');
	}
	buf_free(&gone);
}

/* Print the connection to Jira that --integration makes. */
static void
defect_connection_print(const struct mock *m, const char *system, const char *url,
    struct buf *b)
{
	json_out_open(b, NULL, '{');
	json_out_int(b, "id", 1);
	json_out_str(b, system, "JIRA");
	json_out_str(b, "connection_name", "Jira");
	json_out_str(b, url, m->base);
	json_out_bool(b, "active", 1);
	json_out_close(b, '}');
}

void
qconnections_print(const struct mock *m, struct buf *b)
{
	if (strcmp(m->set->trackers, "omitted") == 0)
		return;
	json_out_open(b, "defect_tracking_systems", '[');
	if (m->set->integration != NULL)
		defect_connection_print(m, "system_name", "url", b);
	json_out_close(b, ']');
}

/* Answer the connection itself, as the vendor describes it, or with --connections list
   an array, as the name of the call says. */
void
q_connections(struct mock *m, struct request *rq, struct reply *rp)
{
	int list = strcmp(m->set->connections, "list") == 0;

	if (q_project(m, rq, rp) == NULL)
		return;
	if (list)
		json_out_open(&rp->body, NULL, '[');
	if (m->set->integration != NULL)
		defect_connection_print(m, "external_system", "server_url", &rp->body);
	else if (!list) {
		json_out_open(&rp->body, NULL, '{');
		json_out_close(&rp->body, '}');
	}
	if (list)
		json_out_close(&rp->body, ']');
}
