#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/time.h"
#include "domain/api/qtest_list.h"
#include "reconcile/crawl.h"
#include "reconcile/value.h"

/* What is listed: objects of one kind, in the whole project or below each parent. */
struct listed {
	int		 kind, pkind;	/* of the objects, of their parents (-1: root) */
	const char	*path;		/* with "%": for each parent */
	enum qtest_paging paging;
	int		 tree;		/* items come with their children */
};

/* Listings of one kind that are being read. */
struct listing {
	struct requests	 r;
	const struct listed *of;
};

struct branch {
	struct listing	*l;
	int64_t		 parent, i;
};

/* Read the key of an object: its property, else the marker in its text unless that
   names another Zephyr project.  Return 0 if there is none. */
static int
crawl_key(const struct crawl *c, int kind, const struct json *doc, char key[KEY_MAX])
{
	struct json hold = { 0 };
	struct qtest_marker m;
	const char *s = value_property(doc, c->key_field[kind], &hold);
	size_t n;

	key[0] = '\0';
	if (s != NULL && *s != '\0' && (n = strlen(s)) < KEY_MAX)
		memcpy(key, s, n + 1);
	json_free(&hold);
	if (key[0] == '\0' && kind != CASE && kind != RUN &&
	    qtest_marker(json_str(doc, kind == LOG ? "note" : "description"), &m) &&
	    (m.project[0] == '\0' || strcmp(m.project, c->x->project) == 0))
		memcpy(key, m.key, strlen(m.key) + 1);
	return key[0] != '\0';
}

static int
crawl_put_steps(struct stage *stage, const struct json *doc, int64_t id, struct err *e)
{
	struct json *steps;
	int i, n = value_list(doc, "test_steps", &steps), rc = 0;

	for (i = 0; i < n && rc == 0; i++)
		rc = stage_step(stage, &steps[i], id, i + 1, e);
	value_list_free(steps, n);
	return rc;
}

/* Return 1 if a log, or one of its step logs, has a status without a name. */
static int
crawl_unnamed(const struct json *log)
{
	struct json list = json_member(log, "test_step_logs"), one = { 0 };
	int i = 0, found;

	found = json_int(log, "status.id", 0) > 0 && json_str(log, "status.name") == NULL;
	while (json_each(&list, &i, &one))
		found |= crawl_unnamed(&one);
	json_free(&list);
	return found;
}

static int
crawl_put_object(struct crawl *c, int kind, int pkind, int64_t parent, int64_t i,
    const struct json *item, struct err *e)
{
	struct json doc = json_copy(item);
	char key[KEY_MAX];
	int64_t id = json_int(item, "id", 0);
	int rc = 0;

	json_del(&doc, "links");
	json_del(&doc, "children");
	json_del(&doc, "test-cycles");
	json_del(&doc, "test-suites");
	if (kind == LOG)
		c->unnamed_status |= crawl_unnamed(&doc);
	if (kind == CASE)
		rc = crawl_put_steps(c->stage, item, id, e);
	if (rc == 0)
		rc = stage_put(c->stage, kind, id,
		    crawl_key(c, kind, item, key) ? key : NULL, pkind,
		    parent, json_int(item, "order", i), &doc, e);
	json_free(&doc);
	return rc;
}

/* Store an item with all below it: "children" of a module, "test-cycles" of a cycle. */
static int
crawl_put_tree(struct crawl *c, int kind, int pkind, int64_t parent, int64_t i,
    const struct json *item, struct err *e)
{
	struct json list, sub;
	int64_t id = json_int(item, "id", 0);
	int k, n, rc;

	rc = crawl_put_object(c, kind, pkind, parent, i, item, e);
	list = json_member(item, kind == MODULE ? "children" : "test-cycles");
	json_unfold(&list);
	for (k = 0, n = json_len(&list, ""); k < n && rc == 0; k++) {
		sub = json_at(&list, k);
		json_unfold(&sub);
		rc = crawl_put_tree(c, kind, kind, id, k, &sub, e);
		json_free(&sub);
	}
	json_free(&list);
	return rc;
}

static int
on_tree(void *arg, const struct json *item, struct err *e)
{
	struct branch *b = arg;

	return crawl_put_tree(b->l->r.c, b->l->of->kind, b->l->of->pkind, b->parent, b->i++, item,
	    e);
}

/* Store an item below the parent of its listing; a run names its parent itself. */
static int
on_item(void *arg, const struct json *item, struct err *e)
{
	struct branch *b = arg;
	const char *type = json_str(item, "parentType");
	int kind = b->l->of->kind, pkind = b->l->of->pkind;
	int64_t parent = b->parent;

	if (kind == RUN) {
		pkind = type != NULL && strcmp(type, "test-suite") == 0 ? SUITE : CYCLE;
		parent = json_int(item, "parentId", 0);
		if (type != NULL && (strcmp(type, "root") == 0 || strcmp(type, "release") == 0))
			pkind = -1;
	}
	return crawl_put_object(b->l->r.c, kind, pkind, parent, b->i++, item, e);
}

static void
on_end(void *arg, int status, const struct err *e)
{
	struct branch *b = arg;

	(void)status;
	crawl_ended(&b->l->r, e);
	free(b);
}

static int
crawl_list(struct listing *l, const char *path, int64_t parent, struct err *e)
{
	struct branch *b = mem_zalloc(sizeof(*b));

	b->l = l;
	b->parent = parent;
	l->r.open++;
	if (qtest_list_send(l->r.c->qtest, path, l->of->paging, l->of->tree ? on_tree : on_item,
	    on_end, b, e) == 0)
		return 0;
	l->r.open--;
	free(b);
	return -1;
}

void
crawl_ended(struct requests *r, const struct err *e)
{
	r->open--;
	if (e != NULL && r->e.code == 0)
		r->e = *e;
}

/* Wait until at most max requests are open.  Write the requests to the row that all
   processes share, twice a second. */
static int
crawl_wait(struct requests *r, int max, struct err *e)
{
	struct crawl *c = r->c;
	const char *why;

	while (r->open > max && r->e.code == 0) {
		if (job_stop(c->job, &why))
			return err_set(e, ZX_RETRY, "stopped: %s; the comparison is "
			    "incomplete", why);
		if (api_wait(qtest_api(c->qtest), 1000, NULL, 0, e) == -1 && r->open > 0)
			return -1;
		if (time_mono_ms() < c->account_ms)
			continue;
		c->account_ms = time_mono_ms() + 500;
		if (api_sync_budget(qtest_api(c->qtest), c->x->db, API_SYNC_NOW, e) == -1)
			return -1;
	}
	if (r->e.code != 0)
		*e = r->e;
	return r->e.code != 0 ? -1 : 0;
}

int
crawl_room(struct requests *r, struct err *e)
{
	return crawl_wait(r, r->c->job->in_flight > 0 ? (int)r->c->job->in_flight - 1 : 7, e);
}

int
crawl_settle(struct requests *r, int rc, struct err *e)
{
	if (rc == 0)
		rc = crawl_wait(r, 0, e);
	if (rc == -1 && r->open > 0)
		api_drop(qtest_api(r->c->qtest));
	return rc;
}

/* Find the next parent after number *n of the stage; some kinds need a marker. */
static int
crawl_next_parent(const struct listing *l, int64_t *n, int64_t *id, struct err *e)
{
	struct db_query q;
	int pkind = l->of->pkind, more, marked_only = pkind != MODULE && pkind != RELEASE;

	db_query(&q, l->r.c->stage->db, "SELECT n, id FROM found INDEXED BY found_n"
	    " WHERE kind = ?1 AND n > ?2"
	    " AND (?3 = 0 OR ekey IS NOT NULL) ORDER BY n LIMIT 1", "iii", (int64_t)pkind, *n,
	    (int64_t)marked_only);
	if ((more = db_row(&q))) {
		*n = db_int(&q, 0);
		*id = db_int(&q, 1);
	}
	return db_done(&q, e) == -1 ? -1 : more;
}

/* Read a listing for each parent, whose id takes the place of "%" in the path. */
static int
crawl_below(struct listing *l, struct err *e)
{
	const char *path = l->of->path, *at = strchr(path, '%');
	int64_t n = 0, id = 0;
	int more = 1, rc = 0;
	char *one;

	while (rc == 0 && (more = crawl_next_parent(l, &n, &id, e)) == 1) {
		one = mem_fmt("%.*s%lld%s", (int)(at - path), path, (long long)id, at + 1);
		rc = crawl_list(l, one, id, e);
		free(one);
		if (rc == 0)
			rc = crawl_room(&l->r, e);
	}
	return more == -1 ? -1 : rc;
}

/* Find the property that has the key of objects of a kind: in an expected effect, its
   value is the key of the effect. */
static int
crawl_key_label(const struct expected *x, int kind, char label[KEY_MAX], struct err *e)
{
	struct db_query q;
	struct json want = { 0 }, list, one = { 0 };
	int i = 0, rc = 0;
	const char *s;

	label[0] = '\0';
	db_query(&q, x->db, "SELECT ekey, body FROM target WHERE project = ?1 AND map = ?2"
	    " AND kind = ?3 LIMIT 1", "sss", x->project, x->map, object_kinds[kind]);
	if (db_row(&q) &&
	    (rc = json_parse(&want, db_str(&q, 1), db_len(&q, 1), NULL, e)) == 0) {
		list = json_get(&want, "body.properties");
		while (json_each(&list, &i, &one)) {
			s = json_str(&one, "value");
			if (s != NULL && strcmp(s, db_str(&q, 0)) == 0)
				snprintf(label, KEY_MAX, "%s", value_text(&one, "$field"));
		}
		json_free(&list);
	}
	json_free(&want);
	return db_done(&q, e) == -1 ? -1 : rc;
}

static int
crawl_key_fields(struct crawl *c, struct err *e)
{
	static const struct {
		int		 kind;
		const char	*artifact;
	} t[] = { { CASE, "test-cases" }, { RELEASE, "releases" }, { SUITE, "test-suites" },
	    { RUN, "test-runs" } };
	const struct field *f;
	char label[KEY_MAX];
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		if (crawl_key_label(c->x, t[i].kind, label, e) == -1)
			return -1;
		if (label[0] == '\0')
			continue;
		if (fields_load(c->fields, t[i].artifact, e) == -1)
			return -1;
		f = fields_find(c->fields, t[i].artifact, label);
		c->key_field[t[i].kind] = f != NULL ? f->id : 0;
	}
	return 0;
}

/*
 * What is read, in this order.  A cycle or suite that was put below a release may be
 * missing in the list of the root (qtest-api.md 0): it is read below its release
 * first, and the first reading counts.
 */
static const struct listed crawled[] = {
	{ MODULE, -1, "/modules?expand=descendants", QTEST_WHOLE, 1 },
	{ CASE, MODULE, "/test-cases?parentId=%&expandSteps=true&expandProps=true"
	    "&showParamIdentifier=true", QTEST_SIZE, 0 },
	{ RELEASE, -1, "/releases?includeClosed=true", QTEST_WHOLE, 0 },
	{ CYCLE, RELEASE, "/test-cycles?parentType=release&parentId=%&expand=descendants",
	    QTEST_PAGESIZE, 1 },
	{ CYCLE, -1, "/test-cycles?parentType=root&parentId=0&expand=descendants",
	    QTEST_PAGESIZE, 1 },
	{ SUITE, RELEASE, "/test-suites?parentType=release&parentId=%", QTEST_WHOLE, 0 },
	{ SUITE, -1, "/test-suites?parentId=0&parentType=root", QTEST_WHOLE, 0 },
	{ SUITE, CYCLE, "/test-suites?parentType=test-cycle&parentId=%", QTEST_WHOLE, 0 },
	{ RUN, -1, "/test-runs?parentId=0&parentType=root&expand=descendants",
	    QTEST_PAGESIZE, 0 },
	{ LOG, RUN, "/test-runs/%/test-logs", QTEST_PAGESIZE, 0 },
};

static int
crawl_listings(struct crawl *c, int suites, struct err *e)
{
	struct listing l;
	size_t i;
	int rc = 0;

	for (i = 0; i < sizeof(crawled) / sizeof(crawled[0]) && rc == 0; i++) {
		if (crawled[i].kind == SUITE && !suites)
			continue;
		l = (struct listing){ .r.c = c, .of = &crawled[i] };
		rc = l.of->pkind == -1 ? crawl_list(&l, l.of->path, 0, e) : crawl_below(&l, e);
		rc = crawl_settle(&l.r, rc, e);
	}
	return rc == 0 && c->unnamed_status ? fields_statuses_load(c->fields, e) : rc;
}

int
crawl_read(struct crawl *c, struct err *e)
{
	int64_t suites = 0;

	if (crawl_key_fields(c, e) == -1 || db_one(c->x->db, &suites, 0, e, "SELECT count(*)"
	    " FROM target WHERE project = ?1 AND map = ?2 AND kind = 'suite'", "ss",
	    c->x->project, c->x->map) == -1 || db_begin(c->stage->db, e) == -1)
		return -1;
	return db_end(c->stage->db, crawl_listings(c, suites > 0, e), e);
}
