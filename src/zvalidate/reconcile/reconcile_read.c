#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/time.h"
#include "reconcile/reconcile_impl.h"

/*
 * What qTest holds, by listings alone (a search index lags): trees at once,
 * cases a module, runs of the whole project, logs a run; many in flight.
 */
struct crawl {
	struct recon	*r;
	int		 kind, pkind;	/* of what is read, and below what */
	const char	*path;		/* format with the parent's id */
	enum qtest_paging paging;
	const char	*artifact;	/* whose property holds the key, or NULL */
	int		 marked_only;	/* parents without a marker are left out */
	int		 open;
	int64_t		 last;		/* parent handed out last */
	struct err	 e;
};

struct branch {
	struct crawl	*c;
	int64_t		 parent, i;
};

/* The key that an object bears: its property, else the marker in its text.  The
   marker of another Zephyr project is none of ours. */
static int
reconcile_read_bears(struct recon *r, int kind, const struct json *doc, char key[KEY_MAX])
{
	struct json hold = { 0 };
	struct qtest_marker m;
	const char *s = prop_value(doc, r->key_field[kind], &hold);
	size_t n;

	key[0] = '\0';
	if (s != NULL && *s != '\0' && (n = strlen(s)) < KEY_MAX)
		memcpy(key, s, n + 1);
	json_free(&hold);
	if (key[0] == '\0' && kind != CASE && kind != RUN &&
	    qtest_marker(json_str(doc, kind == LOG ? "note" : "description"), &m) &&
	    (m.project[0] == '\0' || strcmp(m.project, r->project) == 0))
		memcpy(key, m.key, strlen(m.key) + 1);
	return key[0] != '\0';
}

static int
reconcile_read_put_steps(struct recon *r, const struct json *doc, int64_t id, struct err *e)
{
	struct json *steps;
	int i, n = in_order(doc, "test_steps", &steps), rc = 0;

	for (i = 0; i < n; i++) {
		if (rc == 0)
			rc = stage_step(r, json_int(&steps[i], "id", 0), id, i + 1,
			    json_int(&steps[i], "called_test_case_id", 0), e);
		json_free(&steps[i]);
	}
	free(steps);
	return rc;
}

/* Return 1 if a log, or one of its step logs, has a status without a name. */
static int
reconcile_read_unnamed(const struct json *log)
{
	struct json list = json_member(log, "test_step_logs"), one;
	int i, found = json_int(log, "status.id", 0) > 0 && json_str(log, "status.name") == NULL;

	for (i = 0; i < json_len(&list, "") && !found; i++) {
		one = json_at(&list, i);
		found = reconcile_read_unnamed(&one);
		json_free(&one);
	}
	json_free(&list);
	return found;
}

static int
reconcile_read_put_object(struct recon *r, int kind, int pkind, int64_t parent, int64_t i,
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
		r->unnamed_status |= reconcile_read_unnamed(&doc);
	if (kind == CASE)
		rc = reconcile_read_put_steps(r, item, id, e);
	if (rc == 0)
		rc = stage_put(r, kind, id,
		    reconcile_read_bears(r, kind, item, key) ? key : NULL, pkind,
		    parent, json_int(item, "order", i), &doc, e);
	json_free(&doc);
	return rc;
}

/* A tree that came whole: modules with children, cycles with "test-cycles". */
static int
reconcile_read_put_tree(struct recon *r, int kind, int pkind, int64_t parent, int64_t i,
    const struct json *item, struct err *e)
{
	struct json list, sub;
	int64_t id = json_int(item, "id", 0);
	int k, n, rc;

	rc = reconcile_read_put_object(r, kind, pkind, parent, i, item, e);
	list = json_member(item, kind == MODULE ? "children" : "test-cycles");
	json_unfold(&list);
	for (k = 0, n = json_len(&list, ""); k < n && rc == 0; k++) {
		sub = json_at(&list, k);
		json_unfold(&sub);
		rc = reconcile_read_put_tree(r, kind, kind, id, k, &sub, e);
		json_free(&sub);
	}
	json_free(&list);
	return rc;
}

static int
on_tree(void *arg, const struct json *item, struct err *e)
{
	struct branch *b = arg;

	return reconcile_read_put_tree(
	    b->c->r, b->c->kind, b->c->pkind, b->parent, b->i++, item, e);
}

/* A run says itself where it stands; the rest stands where it was listed. */
static int
on_item(void *arg, const struct json *item, struct err *e)
{
	struct branch *b = arg;
	struct crawl *c = b->c;
	const char *type = json_str(item, "parentType");
	int pkind = c->pkind;
	int64_t parent = b->parent;

	if (c->kind == RUN) {
		pkind = type != NULL && strcmp(type, "test-suite") == 0 ? SUITE : CYCLE;
		parent = json_int(item, "parentId", 0);
		if (type != NULL && (strcmp(type, "root") == 0 || strcmp(type, "release") == 0))
			pkind = -1;
	}
	return reconcile_read_put_object(c->r, c->kind, pkind, parent, b->i++, item, e);
}

static void
on_end(void *arg, int status, const struct err *e)
{
	struct branch *b = arg;

	(void)status;
	b->c->open--;
	if (e != NULL && b->c->e.code == 0)
		b->c->e = *e;
	free(b);
}

static int
reconcile_read_list(struct crawl *c, const char *path, int tree, int64_t parent, struct err *e)
{
	struct branch *b = mem_zalloc(sizeof(*b));

	b->c = c;
	b->parent = parent;
	c->open++;
	if (qtest_list_send(c->r->qtest, path, c->paging, tree ? on_tree : on_item, on_end, b,
	    e) == 0)
		return 0;
	c->open--;
	free(b);
	return -1;
}

/* The shared row hears of us twice a second. */
static int
reconcile_read_account(struct recon *r, struct err *e)
{
	int64_t now = time_mono_ms();

	if (now < r->account_ms)
		return 0;
	r->account_ms = now + 500;
	return qtest_account(r->qtest, r->db, e);
}

static int
reconcile_read_wait_some(struct crawl *c, int open, struct err *e)
{
	const char *why;

	while (c->open > open && c->e.code == 0) {
		if (job_stop(c->r->job, &why))
			return err_set(e, ZX_RETRY, "stopped: %s; nothing was compared", why);
		if ((qtest_wait(c->r->qtest, 1000, NULL, 0, e) == -1 && c->open > 0) ||
		    reconcile_read_account(c->r, e) == -1)
			return -1;
	}
	if (c->e.code != 0)
		*e = c->e;
	return c->e.code != 0 ? -1 : 0;
}

/* All of it has been handed out, or given up while c still stands. */
static int
reconcile_read_settle(struct crawl *c, int rc, struct err *e)
{
	if (rc == 0)
		rc = reconcile_read_wait_some(c, 0, e);
	if (rc == -1 && c->open > 0)
		qtest_drop(c->r->qtest);
	return rc;
}

/* One listing that holds everything of its kind. */
static int
reconcile_read_crawl_whole(struct recon *r, int kind, const char *path,
    enum qtest_paging paging, int tree, struct err *e)
{
	struct crawl c = { .r = r, .kind = kind, .pkind = -1, .paging = paging };

	return reconcile_read_settle(&c, reconcile_read_list(&c, path, tree, 0, e), e);
}

static int
reconcile_read_next_parent(struct crawl *c, int64_t *n, int64_t *id, struct err *e)
{
	struct db_query q;
	int more;

	db_query(&q, c->r->stage, "SELECT n, id FROM found INDEXED BY found_n"
	    " WHERE kind = ?1 AND n > ?2"
	    " AND (?3 = 0 OR ekey IS NOT NULL) ORDER BY n LIMIT 1", "iii", (int64_t)c->pkind, *n,
	    (int64_t)c->marked_only);
	if ((more = db_row(&q))) {
		*n = db_int(&q, 0);
		*id = db_int(&q, 1);
	}
	return db_done(&q, e) == -1 ? -1 : more;
}

/* One listing a parent. */
static int
reconcile_read_crawl_below(struct recon *r, int kind, int pkind, const char *before,
    const char *after, enum qtest_paging paging, struct err *e)
{
	struct crawl c = { .r = r, .kind = kind, .pkind = pkind, .paging = paging,
	    .marked_only = pkind != MODULE && pkind != RELEASE };
	int64_t n = 0, id = 0;
	int width = (int)r->job->in_flight > 0 ? (int)r->job->in_flight : 8, more = 1, rc = 0;
	char *path;

	while (rc == 0 && (more = reconcile_read_next_parent(&c, &n, &id, e)) == 1) {
		path = mem_fmt("%s%lld%s", before, (long long)id, after);
		rc = reconcile_read_list(&c, path, kind == CYCLE, id, e);
		free(path);
		if (rc == 0)
			rc = reconcile_read_wait_some(&c, width - 1, e);
	}
	return reconcile_read_settle(&c, more == -1 ? -1 : rc, e);
}

/* By what property do objects of a kind bear their key?  The expected ones
   tell: the property whose value is the effect's own key. */
static int
reconcile_read_key_label(struct recon *r, int kind, char label[KEY_MAX], struct err *e)
{
	struct db_query q;
	struct json want = { 0 }, list, one;
	int i, rc = 0;
	const char *s;

	label[0] = '\0';
	db_query(&q, r->db, "SELECT ekey, body FROM target WHERE project = ?1 AND map = ?2"
	    " AND kind = ?3 LIMIT 1", "sss", r->project, r->map, recon_names[kind]);
	if (db_row(&q) &&
	    (rc = json_parse(&want, db_str(&q, 1), db_len(&q, 1), NULL, e)) == 0) {
		list = json_get(&want, "body.properties");
		for (i = 0; i < json_len(&list, ""); i++) {
			one = json_at(&list, i);
			s = json_str(&one, "value");
			if (s != NULL && strcmp(s, db_str(&q, 0)) == 0)
				snprintf(label, KEY_MAX, "%s", or_empty(json_str(&one, "$field")));
			json_free(&one);
		}
		json_free(&list);
	}
	json_free(&want);
	return db_done(&q, e) == -1 ? -1 : rc;
}

static int
reconcile_read_key_fields(struct recon *r, struct err *e)
{
	static const struct {
		int		 kind;
		const char	*artifact;
	} t[] = { { CASE, "test-cases" }, { RELEASE, "releases" }, { SUITE, "test-suites" },
	    { RUN, "test-runs" } };
	const struct field *f;
	char label[KEY_MAX] = "";
	size_t i;

	for (i = 0; i < sizeof(t) / sizeof(t[0]); i++) {
		memset(label, 0, sizeof(label));
		if (reconcile_read_key_label(r, t[i].kind, label, e) == -1)
			return -1;
		if (label[0] == '\0')
			continue;
		if (fields_load(r->fields, t[i].artifact, e) == -1)
			return -1;
		f = fields_find(r->fields, t[i].artifact, label);
		r->key_field[t[i].kind] = f != NULL ? f->id : 0;
	}
	return 0;
}

static int
reconcile_read_any_suites(struct recon *r, int64_t *n, struct err *e)
{
	return db_one(r->db, n, 0, e, "SELECT count(*) FROM target WHERE project = ?1"
	    " AND map = ?2 AND kind = 'suite'", "ss", r->project, r->map);
}

/* Those that somebody put below a release the list of the root may show or not
   (qtest-api.md 0): they are read where they stand, and the first reading counts. */
static int
read_cycles(struct recon *r, struct err *e)
{
	if (reconcile_read_crawl_below(r, CYCLE, RELEASE,
		"/test-cycles?parentType=release&parentId=", "&expand=descendants",
		QTEST_PAGESIZE, e) == -1)
		return -1;
	return reconcile_read_crawl_whole(r, CYCLE, "/test-cycles?parentType=root&parentId=0"
	    "&expand=descendants", QTEST_PAGESIZE, 1, e);
}

int
recon_read(struct recon *r, struct err *e)
{
	int64_t suites = 0;
	int rc;

	if (reconcile_read_key_fields(r, e) == -1 ||
	    reconcile_read_any_suites(r, &suites, e) == -1 ||
	    db_begin(r->stage, e) == -1)
		return -1;
	rc = reconcile_read_crawl_whole(
	    r, MODULE, "/modules?expand=descendants", QTEST_WHOLE, 1, e);
	if (rc == 0)
		rc = reconcile_read_crawl_below(r, CASE, MODULE, "/test-cases?parentId=",
		    "&expandSteps=true&expandProps=true&showParamIdentifier=true", QTEST_SIZE, e);
	if (rc == 0)
		rc = reconcile_read_crawl_whole(
		    r, RELEASE, "/releases?includeClosed=true", QTEST_WHOLE, 0, e);
	if (rc == 0)
		rc = read_cycles(r, e);
	if (rc == 0 && suites > 0)
		rc = reconcile_read_crawl_below(r, SUITE, RELEASE,
		    "/test-suites?parentType=release&parentId=", "", QTEST_WHOLE, e);
	if (rc == 0 && suites > 0)
		rc = reconcile_read_crawl_whole(r, SUITE,
		    "/test-suites?parentId=0&parentType=root", QTEST_WHOLE, 0, e);
	if (rc == 0 && suites > 0)
		rc = reconcile_read_crawl_below(r, SUITE, CYCLE,
		    "/test-suites?parentType=test-cycle&parentId=", "", QTEST_WHOLE, e);
	if (rc == 0)
		rc = reconcile_read_crawl_whole(r, RUN,
		    "/test-runs?parentId=0&parentType=root&expand=descendants",
		    QTEST_PAGESIZE, 0, e);
	if (rc == 0)
		rc = reconcile_read_crawl_below(
		    r, LOG, RUN, "/test-runs/", "/test-logs", QTEST_PAGESIZE, e);
	if (rc == 0 && r->unnamed_status)
		rc = fields_statuses_load(r->fields, e);
	return db_end(r->stage, rc, e);
}
