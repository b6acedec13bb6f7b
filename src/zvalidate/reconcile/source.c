#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/html.h"
#include "reconcile/source.h"

/* Append all text of an object of qTest as HTML. */
static void
source_all_text(struct buf *b, const struct json *doc)
{
	static const char *const names[] = { "description", "precondition", "note", "name" };
	struct json list = json_get(doc, "properties"), one = { 0 };
	size_t i;
	int k = 0;

	for (i = 0; i < 4; i++)
		buf_printf(b, "%s<p>", value_text(doc, names[i]));
	while (json_each(&list, &k, &one))
		buf_printf(b, "%s<p>%s<p>", value_text(&one, "field_value"),
		    value_text(&one, "field_value_name"));
	json_free(&list);
}

void
source_words(struct object *o, const char *what, const char *html, const char *part)
{
	struct buf text = { 0 };

	if (part == NULL || *part == '\0' || words_in(html, part))
		return;
	html_text(&text, html, strlen(html));
	object_differs(o, what, part, buf_str(&text));
	buf_free(&text);
}

void
source_name(struct compare *c, const char *want, const struct found *f)
{
	if (*want != '\0' && !expected_is_lost(c->x, &c->o, "name"))
		compare_line(&c->o, "name", want, value_or_empty(qtest_name(&f->doc)));
}

int
source_begin(struct object *o)
{
	snprintf(o->part, sizeof(o->part), "source ");
	return o->differences == 0;
}

static void
source_links(struct compare *c, const char *html)
{
	struct db_query q;

	db_query(&q, c->x->db, "SELECT url, description FROM link WHERE project = ?1"
	    " AND stream = ?2 AND key = ?3 AND kind IN ('web', 'issue')", "sss", c->x->project,
	    c->o.stream, c->o.skey);
	while (db_row(&q)) {
		source_words(&c->o, "link", html, db_str(&q, 0));
		source_words(&c->o, "link description", html, db_str(&q, 1));
	}
	differences_query_end(c->o.to, &q);
}

/* Look for a value in HTML: a text, a number, the name of an object, or a list of them. */
static void
source_custom_value(struct object *o, const char *what, const char *html, const struct json *v)
{
	enum json_type type = json_type(v, "");
	struct buf b = { 0 };
	struct json one = { 0 };
	int i = 0;

	if (type == JSON_NUM) {
		json_dump(v, &b);
		source_words(o, what, html, buf_str(&b));
		buf_free(&b);
	} else if (type == JSON_STR || type == JSON_OBJ)
		source_words(o, what, html, json_str(v, type == JSON_OBJ ? "name" : ""));
	while (type == JSON_ARR && json_each(v, &i, &one))
		source_custom_value(o, what, html, &one);
}

static void
source_customs(struct compare *c, const char *html)
{
	struct db_query q;
	struct json v = { 0 };
	char *what;

	db_query(&q, c->x->db, "SELECT name, value FROM custom_field WHERE project = ?1"
	    " AND stream = ?2 AND key = ?3", "sss", c->x->project, c->o.stream, c->o.skey);
	while (db_row(&q)) {
		if (json_parse(&v, db_str(&q, 1), db_len(&q, 1), NULL, NULL) == -1)
			continue;
		what = mem_fmt("custom field %s", db_str(&q, 0));
		source_custom_value(&c->o, what, html, &v);
		free(what);
		json_free(&v);
	}
	differences_query_end(c->o.to, &q);
}

static void
source_step(struct compare *c, struct db_query *q, const struct json *found)
{
	char key[KEY_MAX];
	const char *call = db_str(q, 1), *text = value_text(found, "description");
	int64_t id = json_int(found, "called_test_case_id", 0);

	snprintf(c->o.part, sizeof(c->o.part), "source step %lld ", (long long)db_int(q, 0));
	if (call == NULL || *call == '\0') {
		source_words(&c->o, "description", text, db_str(q, 2));
		source_words(&c->o, "test data", text, db_str(q, 3));
		source_words(&c->o, "expected result", value_text(found, "expected"),
		    db_str(q, 4));
	} else if (id <= 0 || !stage_key(c->stage, CASE, id, key) || strcmp(key, call) != 0)
		source_words(&c->o, "call", text, call);
}

static void
source_steps(struct compare *c, const struct json *doc)
{
	struct db_query q;
	struct json *steps;
	int seen = 0, n = value_list(doc, "test_steps", &steps);

	db_query(&q, c->x->db, "SELECT n, called_key, description, test_data, expected"
	    " FROM test_step WHERE project = ?1 AND case_key = ?2 ORDER BY n", "ss", c->x->project,
	    c->o.skey);
	for (; db_row(&q); seen++)
		if (seen < n)
			source_step(c, &q, &steps[seen]);
	differences_query_end(c->o.to, &q);
	source_begin(&c->o);
	if (seen != n)
		object_number_differs(&c->o, "number of steps", seen, n);
	value_list_free(steps, n);
}

static void
source_script(struct compare *c, const char *kind, const char *text, size_t len,
    const struct json *doc)
{
	struct json v = { 0 }, *steps;
	int n;

	if (strcmp(kind, "steps") == 0) {
		source_steps(c, doc);
		return;
	}
	if (json_parse(&v, text, len, NULL, NULL) == -1)
		return;
	n = value_list(doc, "test_steps", &steps);
	source_words(&c->o, "script", n > 0 ? value_text(&steps[0], "description") : "",
	    json_str(&v, "text"));
	value_list_free(steps, n);
	json_free(&v);
}

void
source_case(struct compare *c, struct found *f)
{
	struct db_query q;
	struct json head = { 0 };
	struct buf b = { 0 };

	if (!source_begin(&c->o))
		return;
	source_all_text(&b, &f->doc);
	db_query(&q, c->x->db, "SELECT c.name, c.head, s.kind, s.script FROM test_case c"
	    " LEFT JOIN test_script s ON s.project = c.project AND s.case_key = c.key"
	    " WHERE c.project = ?1 AND c.key = ?2", "ss", c->x->project, c->o.skey);
	if (!db_row(&q)) {
		object_differs(&c->o, "row", c->o.skey, "");
	} else if (json_parse(&head, db_str(&q, 1), db_len(&q, 1), NULL, NULL) == 0) {
		source_name(c, value_or_empty(db_str(&q, 0)), f);
		source_words(&c->o, "objective", buf_str(&b), json_str(&head, "objective"));
		source_words(&c->o, "precondition", buf_str(&b), json_str(&head, "precondition"));
		if (db_str(&q, 2) != NULL && db_str(&q, 3) != NULL)
			source_script(
			    c, db_str(&q, 2), db_str(&q, 3), db_len(&q, 3), &f->doc);
	}
	differences_query_end(c->o.to, &q);
	source_links(c, buf_str(&b));
	source_customs(c, buf_str(&b));
	json_free(&head);
	buf_free(&b);
}
