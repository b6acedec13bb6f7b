#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "base/mem.h"
#include "base/time.h"
#include "domain/html.h"
#include "reconcile/reconcile_impl.h"

const char *
or_empty(const char *s)
{
	return s != NULL ? s : "";
}

struct json_order {
	struct json	 v;
	int64_t		 order;
	int		 i;
};

static int
reconcile_value_order_cmp(const void *a, const void *b)
{
	const struct json_order *x = a, *y = b;

	if (x->order != y->order)
		return x->order < y->order ? -1 : 1;
	return (x->i > y->i) - (x->i < y->i);
}

int
in_order(const struct json *doc, const char *member, struct json **out)
{
	struct json list = json_member(doc, member);
	int i, n = json_len(&list, "");
	struct json_order *v = mem_zalloc(((size_t)n + 1) * sizeof(*v));

	*out = mem_zalloc(((size_t)n + 1) * sizeof(**out));
	for (i = 0; i < n; i++) {
		v[i].v = json_at(&list, i);
		v[i].order = json_int(&v[i].v, "order", i);
		v[i].i = i;
	}
	qsort(v, (size_t)n, sizeof(*v), reconcile_value_order_cmp);
	for (i = 0; i < n; i++)
		(*out)[i] = v[i].v;
	free(v);
	json_free(&list);
	return n;
}

const char *
prop_value(const struct json *doc, int64_t field, struct json *hold)
{
	struct json list = json_get(doc, "properties");
	int i, n = json_len(&list, "");

	memset(hold, 0, sizeof(*hold));
	for (i = 0; field != 0 && i < n; i++) {
		*hold = json_at(&list, i);
		if (json_int(hold, "field_id", 0) == field)
			break;
		json_free(hold);
		memset(hold, 0, sizeof(*hold));
	}
	json_free(&list);
	return hold->set ? json_str(hold, "field_value") : NULL;
}

/* Append a line of plain text with its white space folded, as HTML would show it. */
static void
reconcile_value_fold(struct buf *out, const char *s)
{
	struct buf esc = { 0 };

	html_escape(&esc, s);
	html_text(out, buf_str(&esc), esc.len);
	buf_free(&esc);
}

void
same_line(struct recon *r, const char *what, const char *want, const char *found)
{
	struct buf a = { 0 }, b = { 0 };

	if (strcmp(want, found) != 0) {
		reconcile_value_fold(&a, want);
		reconcile_value_fold(&b, found);
		if (strcmp(buf_str(&a), buf_str(&b)) != 0)
			tell(r, what, want, found);
	}
	buf_free(&a);
	buf_free(&b);
}

static int
reconcile_value_has_url(const char *html, const char *url)
{
	struct buf b = { 0 };
	size_t at = 0;
	int found = 0;

	while (!found && html_url(html, &at, &b))
		found = strcmp(buf_str(&b), url) == 0;
	buf_free(&b);
	return found;
}

void
same_html(struct recon *r, const char *what, const char *want, const char *found)
{
	struct buf a = { 0 }, b = { 0 }, c = { 0 };
	size_t at = 0;

	if (strcmp(want, found) == 0)
		return;
	html_text(&a, want, strlen(want));
	html_text(&b, found, strlen(found));
	qtest_marker_plain(&a);
	qtest_marker_plain(&b);
	if (strcmp(buf_str(&a), buf_str(&b)) != 0) {
		/* some answers hold the markup escaped (qtest-api.md 5.5) */
		html_text(&c, buf_str(&b), b.len);
		if (strcmp(buf_str(&a), buf_str(&c)) != 0)
			tell(r, what, buf_str(&a), buf_str(&b));
	}
	while (html_url(want, &at, &a))
		if (!reconcile_value_has_url(found, buf_str(&a)) &&
		    strstr(found, buf_str(&a)) == NULL) {
			char *rule = mem_fmt("%s: link", what);

			tell(r, rule, buf_str(&a), "");
			free(rule);
		}
	buf_free(&a);
	buf_free(&b);
	buf_free(&c);
}

void
same_date(struct recon *r, const char *what, const char *want, const char *found)
{
	int64_t a, b;

	if (*want == '\0' && *found == '\0')
		return;
	if (time_parse(want, &a) == -1 || time_parse(found, &b) == -1 || a != b)
		tell(r, what, want, found);
}

void
same_ref(struct recon *r, const char *what, const char *want, int kind, int64_t id)
{
	char key[KEY_MAX], found[KEY_MAX + 40];

	if (id <= 0 || !stage_key(r, kind, id, key)) {
		if (*want != '\0' || id > 0) {
			snprintf(found, sizeof(found), id > 0 ?
			    "%s %lld, which does not exist" : "",
			    recon_names[kind], (long long)id);
			/* what stands outside of everything read is the root */
			if (*want != '\0')
				tell(r, what, want, found);
		}
		return;
	}
	snprintf(found, sizeof(found), "%s/%s", recon_names[kind], key);
	if (key[0] == '\0')
		snprintf(found, sizeof(found), "%s %lld, not created by this migration",
		    recon_names[kind],
		    (long long)id);
	if (strcmp(want, found) != 0)
		tell(r, what, want, found);
}

/* Without [~names] of parameters: elsewhere their numbers stand there. */
static void
reconcile_value_words_bare(struct buf *text)
{
	struct buf b = { 0 };
	const char *s = buf_str(text), *p;

	while ((p = strstr(s, "[~")) != NULL) {
		buf_add(&b, s, (size_t)(p - s));
		s = p + 2 + strcspn(p + 2, "]");
	}
	buf_puts(&b, s);
	buf_free(text);
	*text = b;
}

static int
reconcile_value_words_in(struct buf *hay, struct buf *part, int bare)
{
	if (bare) {
		reconcile_value_words_bare(hay);
		reconcile_value_words_bare(part);
	}
	return part->len == 0 || strstr(buf_str(hay), buf_str(part)) != NULL;
}

static int
reconcile_value_words_hold(const char *html, const char *part, int bare)
{
	struct buf h = { 0 }, p = { 0 }, twice = { 0 };
	int yes;

	html_text(&h, html, strlen(html));
	html_text(&p, part, strlen(part));
	html_text(&twice, buf_str(&h), h.len);
	yes = reconcile_value_words_in(&h, &p, bare);
	if (!yes) {		/* it may have been plain text */
		buf_reset(&p);
		reconcile_value_fold(&p, part);
		yes = reconcile_value_words_in(&h, &p, bare) ||
		    reconcile_value_words_in(&twice, &p, bare);
	}
	buf_free(&h);
	buf_free(&p);
	buf_free(&twice);
	return yes;
}

int
has_words(const char *html, const char *part)
{
	return reconcile_value_words_hold(html, part, 0);
}

int
has_step_words(const char *html, const char *part)
{
	return reconcile_value_words_hold(html, part, 1);
}

/* The labels of a value: "12", "[12]" or "[12,13]" to ["High","Low"]. */
static struct json
reconcile_value_labels(const struct field *f, const char *value, const char *named)
{
	struct json out = json_array();
	const char *p = value, *label;
	char *end;
	int64_t id;

	while (*p != '\0') {
		if (!isdigit((unsigned char)*p) && *p != '-') {
			p++;
			continue;
		}
		id = strtoll(p, &end, 10);
		if (end == p)
			break;
		p = end;
		label = f != NULL ? field_label(f, id) : NULL;
		json_push(&out, json_string(label != NULL ? label : named));
	}
	return out;
}

/* Every text of a stands in b. */
static int
reconcile_value_holds(const struct json *b, const struct json *a)
{
	struct json one, other;
	int i, k, n = json_len(a, ""), m = json_len(b, ""), all = 1, found;

	for (i = 0; i < n && all; i++) {
		one = json_at(a, i);
		for (k = 0, found = 0; k < m && !found; k++) {
			other = json_at(b, k);
			found = strcasecmp(or_empty(json_str(&one, "")),
			    or_empty(json_str(&other, ""))) == 0;
			json_free(&other);
		}
		all = found;
		json_free(&one);
	}
	return all;
}

static void
reconcile_value_same_choice(struct recon *r, const char *what, const struct field *f,
    const struct json *want, const char *value, const char *named)
{
	struct json found = reconcile_value_labels(f, value, named),
		    all = json_get(want, "labels");
	const char *label = json_str(want, "label");
	struct buf x = { 0 }, y = { 0 };

	if (!all.set) {
		all = json_array();
		json_push(&all, json_string(or_empty(label)));
	}
	json_dump(&all, &x);
	json_dump(&found, &y);
	/* a single choice may be told by its name alone */
	if ((!reconcile_value_holds(&found, &all) || !reconcile_value_holds(&all, &found)) &&
	    (label == NULL || strcasecmp(label, named) != 0))
		tell(r, what, buf_str(&x), buf_str(&y));
	json_free(&all);
	json_free(&found);
	buf_free(&x);
	buf_free(&y);
}

static void
reconcile_value_same_user(
    struct recon *r, const char *what, const char *login, const char *value)
{
	int64_t id = 0;

	if (!fields_user(r->fields, login, &id) ||
	    strtoll(value + (*value == '['), NULL, 10) != id)
		tell(r, what, login, value);
}

static void
reconcile_value_same_prop(struct recon *r, const char *artifact, const struct json *want,
    const struct json *found)
{
	const char *label = or_empty(json_str(want, "$field")), *value, *text;
	const struct field *f = fields_find(r->fields, artifact, label);
	struct json hold = { 0 };
	char *what = mem_fmt("property %s", label);
	double a, b;

	value = or_empty(prop_value(found, f != NULL ? f->id : 0, &hold));
	if (f == NULL)
		tell(r, what, "a field with this name", "");
	else if (json_str(want, "label") != NULL || json_type(want, "labels") == JSON_ARR)
		reconcile_value_same_choice(r, what, f, want, value,
		    or_empty(json_str(&hold, "field_value_name")));
	else if (json_str(want, "user") != NULL)
		reconcile_value_same_user(r, what, json_str(want, "user"), value);
	else if ((text = or_empty(json_str(want, "value"))) != NULL && f->type == FIELD_NUMBER) {
		a = strtod(text, NULL);
		b = strtod(value, NULL);
		if ((*value == '\0') != (*text == '\0') || a < b || a > b)
			tell(r, what, text, value);
	} else if (f->type == FIELD_DATE || f->type == FIELD_TIME)
		same_date(r, what, text, value);
	else if (f->type == FIELD_RICH)
		same_html(r, what, text, value);
	else
		same_line(r, what, text, value);
	json_free(&hold);
	free(what);
}

void
same_props(struct recon *r, const char *artifact, const struct json *want,
    const struct json *found)
{
	struct json list = json_get(want, "properties"), one;
	int i, n = json_len(&list, "");

	for (i = 0; i < n; i++) {
		one = json_at(&list, i);
		reconcile_value_same_prop(r, artifact, &one, found);
		json_free(&one);
	}
	json_free(&list);
}

void
same_status(struct recon *r, const char *what, const struct json *want, const struct json *found)
{
	const char *name = json_str(found, "status.name");

	if (name == NULL)
		name = fields_status_name(r->fields, json_int(found, "status.id", 0));
	if (strcasecmp(or_empty(json_str(want, "status.$status")), or_empty(name)) != 0)
		tell(r, what, or_empty(json_str(want, "status.$status")), or_empty(name));
}
