#include <string.h>

#include "base/buf.h"
#include "base/utf8.h"
#include "domain/html.h"
#include "io/json/json.h"
#include "conflict/edit_view.h"
#include "work/field_changes.h"

enum { VALUE_BYTES = 40, VIEW_BYTES = 400 };	/* struct task has 500 */

/* Append the member of a change as users see it: a text without markup, cut to a few words. */
static void
edit_value_put(struct buf *b, const struct json *change, const char *member)
{
	struct json v = json_member(change, member);
	struct buf text = { 0 }, plain = { 0 };
	size_t n;

	if (json_str(&v, "") != NULL)
		buf_puts(&text, json_str(&v, ""));
	else if (v.set && json_type(&v, "") != JSON_NULL)
		json_dump(&v, &text);
	html_text(&plain, buf_str(&text), text.len);
	n = plain.len;
	if (n > VALUE_BYTES)
		n = utf8_cut(buf_str(&plain), VALUE_BYTES);
	if (n == 0) {
		buf_puts(b, "nothing");
	} else {
		buf_putc(b, '"');
		buf_add(b, buf_str(&plain), n);
		buf_puts(b, n < plain.len ? "..." : "");
		buf_putc(b, '"');
	}
	buf_free(&text);
	buf_free(&plain);
	json_free(&v);
}

/* Append a change if there is room for it.  Return 1, or 0. */
static int
edit_change_put(struct buf *b, const struct json *change)
{
	const char *field = json_str(change, "field");
	struct buf one = { 0 };
	int fits;

	buf_printf(&one, "%s%.*s: ours then ", b->len > 0 ? "; " : "",
	    (int)utf8_cut(field, strnlen(field, VALUE_BYTES)), field);
	edit_value_put(&one, change, json_type(change, "last") != JSON_NONE ? "last" : "before");
	buf_puts(&one, ", in qTest ");
	edit_value_put(&one, change, "before");
	buf_puts(&one, ", ours now ");
	edit_value_put(&one, change, "after");
	if ((fits = b->len + one.len < VIEW_BYTES))
		buf_add(b, buf_str(&one), one.len);
	buf_free(&one);
	return fits;
}

void
edit_view(const struct task *t, const struct json *confirmed, struct buf *out)
{
	struct buf text = { 0 };
	struct json list = { 0 }, one = { 0 };
	int i, edited, left = 0;

	field_changes(t, confirmed, &text);
	(void)json_parse(&list, buf_str(&text), text.len, NULL, NULL);
	for (edited = 1; edited >= 0; edited--)
		for (i = 0; json_each(&list, &i, &one);)
			if ((json_type(&one, "last") != JSON_NONE) == edited)
				left += !edit_change_put(out, &one);
	if (left > 0)
		buf_printf(out, "; and %d more", left);
	json_free(&list);
	buf_free(&text);
}
