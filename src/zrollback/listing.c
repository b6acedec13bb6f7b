#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/api/qtest_list.h"
#include "kinds.h"
#include "listing.h"
#include "twin.h"

#define OF(kind) (1u << (kind))
#define FOLDERS (OF(KIND_RELEASE) | OF(KIND_CYCLE) | OF(KIND_SUITE) | OF(KIND_FIELD))
#define LIBRARY (OF(KIND_MODULE) | OF(KIND_CASE) | OF(KIND_FIELD))
#define RUNS (FOLDERS | OF(KIND_CASE) | OF(KIND_RUN))

/*
 * The listings, in their order.  A cycle below a release may be missing from, or repeated
 * in, the list of the root; it is read below its release first, and the first reading
 * counts.  A suite of a cycle is listed with its cycle.
 */
static const struct listing {
	int		 kind, pkind;	/* of the objects, of their parents (0: root) */
	const char	*path;		/* with "%": for each parent */
	enum qtest_paging paging;
	const char	*below;		/* member with the children of an item */
	int		 chosen_only;	/* only for chosen parents */
	unsigned	 when;		/* if an object of one of these kinds is chosen */
} listings[] = {
	{ KIND_MODULE, 0, "/modules?expand=descendants", QTEST_WHOLE, "children", 0, LIBRARY },
	{ OBJECT_REQUIREMENT, KIND_MODULE, "/requirements?parentId=%", QTEST_SIZE, NULL, 1,
	    OF(KIND_MODULE) },
	{ KIND_CASE, KIND_MODULE, "/test-cases?parentId=%&expandSteps=true&expandProps=true"
	    "&showParamIdentifier=true", QTEST_SIZE, NULL, 0, LIBRARY },
	{ KIND_RELEASE, 0, "/releases?includeClosed=true", QTEST_WHOLE, NULL, 0, RUNS },
	{ OBJECT_BUILD, KIND_RELEASE, "/builds?releaseId=%", QTEST_WHOLE, NULL, 1,
	    OF(KIND_RELEASE) },
	{ KIND_CYCLE, KIND_RELEASE, "/test-cycles?parentType=release&parentId=%"
	    "&expand=descendants", QTEST_PAGESIZE, "test-cycles", 0, FOLDERS },
	{ KIND_CYCLE, 0, "/test-cycles?parentType=root&parentId=0&expand=descendants",
	    QTEST_PAGESIZE, "test-cycles", 0, FOLDERS },
	{ KIND_SUITE, KIND_RELEASE, "/test-suites?parentType=release&parentId=%", QTEST_WHOLE,
	    NULL, 0, FOLDERS },
	{ KIND_SUITE, 0, "/test-suites?parentId=0&parentType=root", QTEST_WHOLE, NULL, 0,
	    FOLDERS },
	{ KIND_RUN, 0, "/test-runs?parentId=0&parentType=root&expand=descendants",
	    QTEST_PAGESIZE, NULL, 0, RUNS },
	{ KIND_RUN, KIND_RELEASE, "/test-runs?parentType=release&parentId=%&expand=descendants",
	    QTEST_PAGESIZE, NULL, 0, RUNS },
	{ KIND_LOG, KIND_RUN, "/test-runs/%/test-logs", QTEST_PAGESIZE, NULL, 1,
	    OF(KIND_RUN) | OF(KIND_CYCLE) },
};

/* The artifacts that have fields of a project. */
static const char *const artifacts[] = { "test-cases", "test-runs", "releases", "test-suites" };

struct reading {
	struct inventory *inventory;
	struct link	*link;
	int		 open;		/* listings that have not ended */
	struct err	 fail;		/* of the first that failed */
};

struct branch {
	struct reading	*reading;
	const struct listing *listing;
	int64_t		 parent;	/* of fields: the number of their artifact */
};

/* Add an object, which may be a twin, to the inventory.  0, -1. */
static int
listing_object_put(struct inventory *v, int kind, const struct json *item, int pkind,
    int64_t parent, struct err *e)
{
	return inventory_put(v, kind, item, pkind, parent, e) == -1 ||
	    twin_put(v, kind, item, parent, e) == -1 ? -1 : 0;
}

static int
listing_put(struct branch *b, int kind, const struct json *item, int pkind, int64_t parent,
    struct err *e)
{
	const char *below[] = { b->listing->below, kind == KIND_CYCLE ? "test-suites" : NULL };
	struct json list, one;
	int i, k, rc = listing_object_put(b->reading->inventory, kind, item, pkind, parent, e);

	for (k = 0; k < 2 && rc == 0; k++) {
		if (below[k] == NULL)
			continue;
		list = json_member(item, below[k]);
		json_unfold(&list);
		for (i = 0; i < json_len(&list, "") && rc == 0; i++) {
			one = json_at(&list, i);
			json_unfold(&one);
			rc = listing_put(b, k == 0 ? kind : KIND_SUITE, &one, kind,
			    json_int(item, "id", 0), e);
			json_free(&one);
		}
		json_free(&list);
	}
	return rc;
}

/* Return the kind of an object's parent that parentType names, pkind without it. */
static int
listing_parent_kind(const struct json *item, int pkind)
{
	const char *type = json_str(item, "parentType");

	if (type == NULL)
		return pkind;
	return strcmp(type, "test-suite") == 0 ? KIND_SUITE :
	    strcmp(type, "test-cycle") == 0 ? KIND_CYCLE :
	    strcmp(type, "release") == 0 ? KIND_RELEASE : 0;
}

static int
on_field(void *arg, const struct json *item, struct err *e)
{
	struct branch *b = arg;
	struct json field = json_copy(item);
	int rc;

	json_set_str(&field, "artifact", artifacts[b->parent]);
	rc = listing_object_put(b->reading->inventory, KIND_FIELD, &field, 0, 0, e);
	json_free(&field);
	return rc;
}

static int
on_listed(void *arg, const struct json *item, struct err *e)
{
	struct branch *b = arg;
	int pkind = b->listing->pkind;
	int64_t parent = b->parent;

	if (b->listing->kind == KIND_RUN) {
		pkind = listing_parent_kind(item, pkind);
		parent = json_int(item, "parentId", parent);
	}
	if (b->listing->kind == OBJECT_REQUIREMENT)	/* it may lie in a module below */
		parent = json_int(item, "parent_id", parent);
	return listing_put(b, b->listing->kind, item, pkind, parent, e);
}

static void
on_listing_end(void *arg, int status, const struct err *e)
{
	struct branch *b = arg;

	(void)status;
	b->reading->open--;
	if (e != NULL && b->reading->fail.code == 0)
		b->reading->fail = *e;
	free(b);
}

/* Wait until at most max listings are open.  0, -1. */
static int
listing_wait(struct reading *r, int max, struct err *e)
{
	while (r->open > max && r->fail.code == 0)
		if (link_stop(r->link, e) == -1 ||
		    (link_wait(r->link, 1000, e) == -1 && r->open > 0))
			return -1;
	if (r->fail.code != 0)
		return err_copy(e, &r->fail);
	return 0;
}

static int
listing_send(struct reading *r, const struct listing *l, const char *path, int64_t parent,
    struct err *e)
{
	struct branch *b = mem_zalloc(sizeof(*b));

	*b = (struct branch){ r, l, parent };
	r->open++;
	if (qtest_list_send(r->link->qtest, path, l->paging, l->kind == KIND_FIELD ? on_field :
	    on_listed, on_listing_end, b, e) == 0)
		return listing_wait(r, (int)r->link->job->in_flight - 1, e);
	r->open--;
	free(b);
	return -1;
}

/* Send a listing for each parent that qTest has, in the order of their ids.  0, -1. */
static int
listing_below(struct reading *r, const struct listing *l, struct err *e)
{
	int n = (int)strcspn(l->path, "%"), rc;
	int64_t id = 0;
	char *path;

	for (;;) {
		if (db_one(r->inventory->db, &id, 0, e, "SELECT min(id) FROM object"
		    " WHERE kind = ?1 AND id > ?2 AND listed = 1 AND chosen >= ?3", "iii",
		    (int64_t)l->pkind, id, (int64_t)l->chosen_only) == -1)
			return -1;
		if (id == 0)
			return 0;
		path = mem_fmt("%.*s%lld%s", n, l->path, (long long)id, l->path + n + 1);
		rc = listing_send(r, l, path, id, e);
		free(path);
		if (rc == -1)
			return -1;
	}
}

static int
listing_fields(struct reading *r, struct err *e)
{
	static const struct listing l = { .kind = KIND_FIELD, .paging = QTEST_WHOLE };
	size_t i;
	int rc = 0;
	char *path;

	for (i = 0; i < sizeof(artifacts) / sizeof(artifacts[0]) && rc == 0; i++) {
		path = mem_fmt("/settings/%s/fields?includeInactive=true", artifacts[i]);
		rc = listing_send(r, &l, path, (int64_t)i, e);
		free(path);
	}
	return rc == 0 ? listing_wait(r, 0, e) : rc;
}

static int
listing_all(struct reading *r, struct err *e)
{
	const int64_t *chosen = r->inventory->chosen;
	unsigned kinds = r->inventory->twins != TWINS_NONE ? ~0u : 0;
	size_t i;
	int rc;

	for (i = 1; i < KIND_COUNT; i++)
		kinds |= chosen[i] > 0 ? OF(i) : 0;
	rc = chosen[KIND_FIELD] > 0 ? listing_fields(r, e) : 0;
	for (i = 0; i < sizeof(listings) / sizeof(listings[0]) && rc == 0; i++) {
		if ((listings[i].when & kinds) == 0)
			continue;
		rc = listings[i].pkind == 0 ? listing_send(r, &listings[i], listings[i].path, 0,
		    e) : listing_below(r, &listings[i], e);
		if (rc == 0)
			rc = listing_wait(r, 0, e);
	}
	if (rc == -1 && r->open > 0)	/* their callbacks use r */
		api_drop(qtest_api(r->link->qtest));
	return rc;
}

int
listing_read(struct inventory *v, struct link *l, struct err *e)
{
	struct reading r = { .inventory = v, .link = l };

	if (db_begin(v->db, e) == -1)
		return -1;
	return db_end(v->db, listing_all(&r, e), e);
}
