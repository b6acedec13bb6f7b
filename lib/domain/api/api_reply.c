#include <stdio.h>
#include <string.h>

#include "base/secret.h"
#include "base/utf8.h"
#include "domain/api/api.h"
#include "domain/html.h"
#include "io/json/json.h"

enum { BODY_MAX = 2000, DEPTH_MAX = 4 };

/* Append the first text among the members in which the APIs, their logins and gateways
   in front of them explain an error; return 1 if there is one. */
static int
api_reply_text(struct buf *out, const struct json *v, int depth)
{
	static const char *const names[] = { "message", "errorMessages", "error_description",
	    "error", "errors", "detail", "title" };
	struct json sub;
	const char *s = json_str(v, "");
	size_t i;
	int found = 0;

	if (s != NULL) {
		html_text(out, s, strlen(s));
		return *s != '\0';
	}
	if (depth > DEPTH_MAX)
		return 0;
	if (json_type(v, "") == JSON_ARR) {
		sub = json_at(v, 0);
		found = api_reply_text(out, &sub, depth + 1);
		json_free(&sub);
	}
	for (i = 0; json_type(v, "") == JSON_OBJ && i < sizeof(names) / sizeof(*names) && !found;
	    i++) {
		sub = json_member(v, names[i]);
		found = sub.set && api_reply_text(out, &sub, depth + 1);
		json_free(&sub);
	}
	return found;
}

void
api_explain(char out[API_EXPLANATION], const struct buf *body)
{
	struct buf b = { 0 };
	struct json doc = { 0 };
	size_t n;

	if (json_parse_answer(&doc, buf_str(body), body->len, NULL, NULL) == -1 ||
	    !api_reply_text(&b, &doc, 0)) {
		buf_reset(&b);
		html_text(&b, buf_str(body), body->len < BODY_MAX ? body->len : BODY_MAX);
	}
	json_free(&doc);
	buf_puts(&b, "");
	secret_redact(b.s);
	n = strlen(b.s);
	n = utf8_cut(b.s, n < API_EXPLANATION ? n : API_EXPLANATION - 1);
	snprintf(out, API_EXPLANATION, "%.*s", (int)n, b.s);
	buf_free(&b);
}
