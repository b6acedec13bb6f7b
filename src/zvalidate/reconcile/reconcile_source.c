#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/html.h"
#include "reconcile/reconcile_impl.h"

/*
 * The source tables against what qTest holds, past map and target rows: words
 * must occur, names and dates be equal, unless the loss ledger names them.
 * An object that differs from its target row has been told already, and what
 * is wrong with it is not told twice.
 */
int
is_lost(struct recon *r, const char *stream, const char *skey, const char *field)
{
	struct err e = { 0 };
	int64_t n = 0;

	if (db_one(r->db, &n, 0, &e, "SELECT count(*) FROM loss WHERE project = ?1"
	    " AND stream = ?2 AND key = ?3 AND field = ?4", "ssss", r->project, stream, skey,
	    field) == -1)
		recon_fail(r, &e);
	return n > 0;
}

/* Everything that qTest shows as text of an object, as HTML. */
static void
reconcile_source_all_text(struct buf *b, const struct json *doc)
{
	static const char *const names[] = { "description", "precondition", "note", "name" };
	struct json list = json_get(doc, "properties"), one;
	size_t i;
	int k;

	for (i = 0; i < 4; i++) {
		buf_puts(b, or_empty(json_str(doc, names[i])));
		buf_puts(b, "<p>");
	}
	for (k = 0; k < json_len(&list, ""); k++) {
		one = json_at(&list, k);
		buf_puts(b, or_empty(json_str(&one, "field_value")));
		buf_puts(b, "<p>");
		buf_puts(b, or_empty(json_str(&one, "field_value_name")));
		buf_puts(b, "<p>");
		json_free(&one);
	}
	json_free(&list);
}

void
source_words(struct recon *r, const char *what, const char *html, const char *part)
{
	struct buf text = { 0 };
	char *rule;

	if (part == NULL || *part == '\0' || has_words(html, part))
		return;
	rule = mem_fmt("source %s", what);
	html_text(&text, html, strlen(html));
	tell(r, rule, part, buf_str(&text));
	buf_free(&text);
	free(rule);
}

void
source_name(struct recon *r, const char *want, const struct found *f)
{
	if (*want != '\0' && !is_lost(r, r->stream, r->skey, "name"))
		same_line(r, "source name", want, or_empty(qtest_name(&f->doc)));
}

static void
reconcile_source_links(struct recon *r, const char *html)
{
	struct db_query q;

	db_query(&q, r->db, "SELECT url, description FROM link WHERE project = ?1"
	    " AND stream = ?2 AND key = ?3 AND kind IN ('web', 'issue')", "sss", r->project,
	    r->stream, r->skey);
	while (db_row(&q)) {
		source_words(r, "link", html, db_str(&q, 0));
		source_words(r, "link description", html, db_str(&q, 1));
	}
	recon_end(r, &q);
}

static void
reconcile_source_custom_value(
    struct recon *r, const char *what, const char *html, const struct json *v)
{
	struct buf b = { 0 };
	struct json one;
	int i;

	switch (json_type(v, "")) {
	case JSON_STR:
		source_words(r, what, html, json_str(v, ""));
		break;
	case JSON_NUM:
		json_dump(v, &b);
		source_words(r, what, html, buf_str(&b));
		break;
	case JSON_ARR:
		for (i = 0; i < json_len(v, ""); i++) {
			one = json_at(v, i);
			reconcile_source_custom_value(r, what, html, &one);
			json_free(&one);
		}
		break;
	case JSON_OBJ:
		source_words(r, what, html, json_str(v, "name"));
		break;
	default:
		break;
	}
	buf_free(&b);
}

/* A field that became a property of the same name was compared as such. */
static void
reconcile_source_customs(struct recon *r, const char *html)
{
	struct db_query q;
	struct json v = { 0 };
	char *what;

	db_query(&q, r->db, "SELECT name, value FROM custom_field WHERE project = ?1"
	    " AND stream = ?2 AND key = ?3", "sss", r->project, r->stream, r->skey);
	while (db_row(&q)) {
		if (json_parse(&v, db_str(&q, 1), db_len(&q, 1), NULL, NULL) == -1)
			continue;
		what = mem_fmt("custom field %s", db_str(&q, 0));
		reconcile_source_custom_value(r, what, html, &v);
		free(what);
		json_free(&v);
	}
	recon_end(r, &q);
}

static void
source_step(struct recon *r, struct db_query *q, const struct json *found)
{
	char what[64], key[KEY_MAX];
	const char *call = db_str(q, 1), *text = or_empty(json_str(found, "description"));
	int64_t n = db_int(q, 0), id = json_int(found, "called_test_case_id", 0);

	if (call != NULL && *call != '\0') {
		snprintf(what, sizeof(what), "step %lld call", (long long)n);
		if (id <= 0 || !stage_key(r, CASE, id, key) || strcmp(key, call) != 0)
			source_words(r, what, text, call);
		return;
	}
	snprintf(what, sizeof(what), "step %lld description", (long long)n);
	source_words(r, what, text, db_str(q, 2));
	snprintf(what, sizeof(what), "step %lld test data", (long long)n);
	source_words(r, what, text, db_str(q, 3));
	snprintf(what, sizeof(what), "step %lld expected result", (long long)n);
	source_words(r, what, or_empty(json_str(found, "expected")), db_str(q, 4));
}

static void
source_steps(struct recon *r, const struct json *doc)
{
	struct db_query q;
	struct json *steps;
	int i, seen = 0, n = in_order(doc, "test_steps", &steps);
	char a[32], b[32];

	db_query(&q, r->db, "SELECT n, called_key, description, test_data, expected"
	    " FROM test_step WHERE project = ?1 AND case_key = ?2 ORDER BY n", "ss", r->project,
	    r->skey);
	for (; db_row(&q); seen++)
		if (seen < n)
			source_step(r, &q, &steps[seen]);
	recon_end(r, &q);
	if (seen != n) {
		snprintf(a, sizeof(a), "%d", seen);
		snprintf(b, sizeof(b), "%d", n);
		tell(r, "source number of steps", a, b);
	}
	for (i = 0; i < n; i++)
		json_free(&steps[i]);
	free(steps);
}

static void
reconcile_source_script(struct recon *r, const char *kind, const char *text, size_t len,
    const struct json *doc)
{
	struct json v = { 0 }, *steps;
	int i, n;

	if (strcmp(kind, "steps") == 0) {
		source_steps(r, doc);
		return;
	}
	if (json_parse(&v, text, len, NULL, NULL) == -1)
		return;
	n = in_order(doc, "test_steps", &steps);
	source_words(r, "script", n > 0 ? or_empty(json_str(&steps[0], "description")) : "",
	    json_str(&v, "text"));
	for (i = 0; i < n; i++)
		json_free(&steps[i]);
	free(steps);
	json_free(&v);
}

void
source_case(struct recon *r, struct found *f)
{
	struct db_query q;
	struct json head = { 0 };
	struct buf b = { 0 };

	if (r->odd > 0)
		return;
	reconcile_source_all_text(&b, &f->doc);
	db_query(&q, r->db, "SELECT c.name, c.head, s.kind, s.script FROM test_case c"
	    " LEFT JOIN test_script s ON s.project = c.project AND s.case_key = c.key"
	    " WHERE c.project = ?1 AND c.key = ?2", "ss", r->project, r->skey);
	if (!db_row(&q)) {
		tell(r, "source row", r->skey, "");
	} else if (json_parse(&head, db_str(&q, 1), db_len(&q, 1), NULL, NULL) == 0) {
		source_name(r, or_empty(db_str(&q, 0)), f);
		source_words(r, "objective", buf_str(&b), json_str(&head, "objective"));
		source_words(r, "precondition", buf_str(&b), json_str(&head, "precondition"));
		if (db_str(&q, 2) != NULL && db_str(&q, 3) != NULL)
			reconcile_source_script(
			    r, db_str(&q, 2), db_str(&q, 3), db_len(&q, 3), &f->doc);
	}
	recon_end(r, &q);
	reconcile_source_links(r, buf_str(&b));
	reconcile_source_customs(r, buf_str(&b));
	json_free(&head);
	buf_free(&b);
}
