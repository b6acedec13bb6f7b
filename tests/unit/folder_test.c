#include "test.h"

#include "both.h"
#include "domain/schema.h"
#include "io/hash.h"

#include "../../src/zextract/list/names.c"
#include "../../src/zextract/list/odd.c"
#include "../../src/zextract/list/row.c"
#include "../../src/zextract/list/folders.c"

struct given {
	int64_t		 id, parent, idx;
	const char	*kind;
};

static void
place(struct db *db, const struct given *g)
{
	struct store st = { db, "D", 1 };
	struct store_folder f = { .head = "{}", .len = 2 };
	struct err e = { 0 };
	char name[24];
	int rc = schema_ready(db, &e);

	for (; g->id != 0 && rc != -1; g++) {
		snprintf(name, sizeof(name), "f%d\"", (int)g->id);
		f.id = g->id;
		f.parent_id = g->parent;
		f.idx = g->idx;
		f.kind = g->kind;
		f.name = name;
		rc = store_folder(&st, &f, &e);
	}
	if (rc == -1 || folders_place(&st, &e) == -1) {
		printf("# %s\n", e.msg);
		abort();
	}
}

static const char *
tree(struct db *db)
{
	static char out[600];
	struct db_query q;
	size_t n = 0;

	*out = '\0';
	db_query(&q, db, "SELECT id, depth, position, orphan, path FROM folder"
	    " ORDER BY depth, kind, coalesce(parent_id, 0), position, id", "");
	while (db_row(&q))
		n += (size_t)snprintf(out + n, sizeof(out) - n,
		    "%d@%d.%d%s%s ", (int)db_int(&q, 0), (int)db_int(&q, 1),
		    (int)db_int(&q, 2), db_int(&q, 3) ? "!" : "",
		    db_str(&q, 4));
	db_done(&q, NULL);
	return out;
}

BOTH(order, "parents are before children, siblings sorted by index, then id")
{
	static const struct given g[] = {
		{ 1, 9, 5, "TEST_CASE" }, { 2, 9, 5, "TEST_CASE" },
		{ 3, 9, 0, "TEST_CASE" }, { 9, 0, 0, "TEST_CASE" },
		{ 4, 1, 0, "TEST_CASE" }, { 8, 0, 0, "TEST_CYCLE" },
		{ 0, 0, 0, NULL } };

	place(db, g);
	CHECK_STR(tree(db), "9@0.0[\"f9\\\"\"] 8@0.0[\"f8\\\"\"] "
	    "3@1.0[\"f9\\\"\",\"f3\\\"\"] 1@1.1[\"f9\\\"\",\"f1\\\"\"] "
	    "2@1.2[\"f9\\\"\",\"f2\\\"\"] "
	    "4@2.0[\"f9\\\"\",\"f1\\\"\",\"f4\\\"\"] ");
}

BOTH(orphans, "a folder without its parent is at the root, and a cycle is broken")
{
	static const struct given g[] = {
		{ 5, 77, 0, "TEST_CASE" }, { 6, 7, 0, "TEST_CASE" },
		{ 7, 6, 0, "TEST_CASE" }, { 8, 7, 0, "TEST_CASE" },
		{ 9, 9, 0, "TEST_CASE" }, { 0, 0, 0, NULL } };

	place(db, g);
	CHECK_STR(tree(db), "6@0.0![\"f6\\\"\"] 9@0.0![\"f9\\\"\"] "
	    "5@0.0![\"f5\\\"\"] 7@1.0[\"f6\\\"\",\"f7\\\"\"] "
	    "8@2.0[\"f6\\\"\",\"f7\\\"\",\"f8\\\"\"] ");
}

BOTH(many, "a level of many pages keeps its order")
{
	static struct given g[702];
	struct db_query q;
	int i, bad = 0;

	for (i = 0; i < 700; i++)
		g[i] = (struct given){ i + 2, 1, 700 - i, "TEST_CASE" };
	g[700] = (struct given){ 1, 0, 0, "TEST_CASE" };
	g[701] = (struct given){ 0 };
	place(db, g);
	db_query(&q, db, "SELECT id, position FROM folder WHERE depth = 1", "");
	for (i = 0; db_row(&q); i++)
		bad += db_int(&q, 0) != 701 - db_int(&q, 1);
	CHECK_INT(db_done(&q, NULL), 0);
	CHECK_INT(i, 700);
	CHECK_INT(bad, 0);
}
