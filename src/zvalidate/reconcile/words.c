#include <string.h>

#include "domain/html.h"
#include "reconcile/value.h"
#include "reconcile/words.h"

void
words_fold(struct buf *out, const char *plain)
{
	struct buf esc = { 0 };

	html_escape(&esc, plain);
	html_text(out, buf_str(&esc), esc.len);
	buf_free(&esc);
}

/* Remove the names of parameters: qTest may show their numbers instead. */
static void
words_remove_parameters(struct buf *text)
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

/* Return 1 if part, read as HTML or as plain text, occurs in text, or as plain text in
   HTML that text has escaped.  Empty what text holds. */
static int
words_occur(struct buf *text, const char *part, int parameters)
{
	struct buf asked = { 0 }, twice = { 0 };
	int yes;

	html_text(&asked, part, strlen(part));
	if (!parameters) {
		words_remove_parameters(text);
		words_remove_parameters(&asked);
	}
	yes = strstr(buf_str(text), buf_str(&asked)) != NULL;
	if (!yes) {
		html_text(&twice, buf_str(text), text->len);
		buf_reset(&asked);
		words_fold(&asked, part);
		if (!parameters)
			words_remove_parameters(&asked);
		yes = strstr(buf_str(text), buf_str(&asked)) != NULL ||
		    strstr(buf_str(&twice), buf_str(&asked)) != NULL;
	}
	buf_free(text);
	buf_free(&asked);
	buf_free(&twice);
	return yes;
}

int
words_in(const char *html, const char *part)
{
	struct buf text = { 0 };

	html_text(&text, html, strlen(html));
	return words_occur(&text, part, 1);
}

int
words_in_text(const char *text, const char *part)
{
	struct buf copy = { 0 };

	buf_puts(&copy, text);
	return words_occur(&copy, part, 1);
}

int
words_step_in(const char *html, const char *part)
{
	struct buf text = { 0 };

	html_text(&text, value_or_empty(html), strlen(value_or_empty(html)));
	return words_occur(&text, value_or_empty(part), 0);
}

int
words_equal(const char *a, const char *b)
{
	a = value_or_empty(a);
	b = value_or_empty(b);
	return words_in(a, b) && words_in(b, a);
}
