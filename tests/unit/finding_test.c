#include "both.h"

#include "domain/finding.h"

/* Return the keys and texts of all findings. */
static const char *
issues(struct db *db)
{
	static char out[300];
	struct db_query q;
	size_t n = 0;

	out[0] = '\0';
	db_query(&q, db, "SELECT stream, key, rule, what FROM issue ORDER BY stream, key, rule", "");
	while (db_row(&q))
		n += (size_t)snprintf(out + n, sizeof(out) - n, "%s/%s/%s=%s;", db_str(&q, 0),
		    db_str(&q, 1), db_str(&q, 2), db_str(&q, 3));
	db_done(&q, NULL);
	return out;
}

static const struct issue gone = { .side = "extract", .stream = "plans", .rule = "gone",
    .level = "info" };

static void
prepare(struct db *db, struct finding *f)
{
	struct err e = { 0 };

	*f = (struct finding){ .db = db, .project = "P", .run = "r" };
	CHECK_INT(db_script(db, "CREATE TABLE issue (project TEXT, side TEXT, stream TEXT,"
	    " key TEXT, rule TEXT, level TEXT, what TEXT, run TEXT, at BIGINT, accepted TEXT,"
	    " owner TEXT, PRIMARY KEY (project, side, stream, key, rule));"
	    "CREATE TABLE plan (project TEXT, key TEXT, pass BIGINT);"
	    "INSERT INTO plan VALUES ('P', 'a', 1), ('P', 'b', 2), ('Q', 'c', 1);", &e), 0);
}

BOTH(rows, "a finding is added for each row, once, and removed for each row")
{
	static const char old[] = "SELECT key, 'old' AS what FROM plan WHERE project = ?1"
	    " AND pass <= ?2";
	static const char now[] = "plan o WHERE o.project = ?1 AND o.key = issue.key"
	    " AND o.pass = ?2";
	struct db_val pass = { .type = 'i', .i = 1 };
	struct err e = { 0 };
	struct finding f;

	prepare(db, &f);
	CHECK_INT(finding_put_rows(&f, &gone, old, &pass, &e), 1);
	CHECK_INT(finding_put_rows(&f, &gone, old, &pass, &e), 0);
	pass.i = 2;
	CHECK_INT(finding_put_rows(&f, &gone, old, &pass, &e), 1);
	CHECK_STR(issues(db), "plans/a/gone=old;plans/b/gone=old;");
	CHECK_INT(finding_remove_if(&f, &gone, now, &pass, &e), 0);
	CHECK_STR(issues(db), "plans/a/gone=old;");
}

BOTH(removed, "the findings of a side, a stream, a key or a rule are removed")
{
	struct issue i = { .side = "extract", .stream = "s", .key = "1", .rule = "x",
	    .level = "info", .what = "w" };
	struct err e = { 0 };
	struct finding f;

	prepare(db, &f);
	CHECK_INT(finding_put(&f, &i, &e), 0);
	i.rule = "y";
	CHECK_INT(finding_put(&f, &i, &e), 0);
	i.key = "2";
	CHECK_INT(finding_put(&f, &i, &e), 0);
	i.stream = "t";
	CHECK_INT(finding_put(&f, &i, &e), 0);
	i.what = "anew";
	CHECK_INT(finding_put(&f, &i, &e), 0);
	CHECK_STR(issues(db), "s/1/x=w;s/1/y=w;s/2/y=w;t/2/y=anew;");
	CHECK_INT(finding_remove(&f, "extract", "s", "1", "y", &e), 0);
	CHECK_STR(issues(db), "s/1/x=w;s/2/y=w;t/2/y=anew;");
	CHECK_INT(finding_remove(&f, "extract", NULL, NULL, "x", &e), 0);
	CHECK_STR(issues(db), "s/2/y=w;t/2/y=anew;");
	CHECK_INT(finding_remove(&f, "extract", "t", NULL, NULL, &e), 0);
	CHECK_STR(issues(db), "s/2/y=w;");
	CHECK_INT(finding_remove(&f, "load", NULL, NULL, NULL, &e), 0);
	CHECK_STR(issues(db), "s/2/y=w;");
	CHECK_INT(finding_remove(&f, "extract", NULL, NULL, NULL, &e), 0);
	CHECK_STR(issues(db), "");
}
