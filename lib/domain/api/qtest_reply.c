#include <stdio.h>
#include <string.h>

#include "base/buf.h"
#include "base/log.h"
#include "domain/api/qtest_impl.h"

/* Append the text in {"message"}, {"error_description"}, {"error": ...} or
   {"errors": [...]}, which qTest, its login and gateways in front use; return 1 if
   there is one. */
static int
qtest_reply_why_json(struct buf *out, const struct json *v, int depth)
{
	static const char *const names[] = { "message", "error_description", "error",
	    "errors", "detail", "title" };
	struct json sub;
	const char *s;
	size_t i;
	int found = 0;

	if ((s = json_str(v, "")) != NULL) {
		qtest_text(out, s, strlen(s));
		return *s != '\0';
	}
	if (depth > 4)
		return 0;
	if (json_type(v, "") == JSON_ARR && json_len(v, "") > 0) {
		sub = json_at(v, 0);
		found = qtest_reply_why_json(out, &sub, depth + 1);
		json_free(&sub);
		return found;
	}
	if (json_type(v, "") != JSON_OBJ)
		return 0;
	for (i = 0; i < sizeof(names) / sizeof(names[0]) && !found; i++) {
		sub = json_member(v, names[i]);
		if (sub.set)
			found = qtest_reply_why_json(out, &sub, depth + 1);
		json_free(&sub);
	}
	return found;
}

static const char *
qtest_reply_why_status(int status)
{
	switch (status) {
	case 400: return "the request is invalid";
	case 401: return "the sign-in is missing or has expired";
	case 403: return "the user lacks a right";
	case 404: return "the object or project does not exist";
	case 413: return "too large";
	case 429: return "too many requests";
	}
	return status >= 500 ? "the server failed" : "no explanation";
}

void
qtest_why(char *out, size_t n, int status, const char *type, const struct buf *body)
{
	struct buf b = { 0 };
	struct json doc = { 0 };

	if (json_parse_answer(&doc, buf_str(body), body->len, NULL, NULL) == -1 ||
	    !qtest_reply_why_json(&b, &doc, 0)) {
		buf_reset(&b);
		qtest_text(&b, buf_str(body), body->len < 2000 ? body->len : 2000);
	}
	if (b.len == 0)
		buf_puts(&b, qtest_reply_why_status(status));
	if (b.len > 200)
		buf_cut(&b, 200);
	snprintf(out, n, "qTest %d%s%s: %s", status, strstr(type, "html") ? " " : "",
	    strstr(type, "html") ? "(a web page)" : "", buf_str(&b));
	log_redact(out);
	json_free(&doc);
	buf_free(&b);
}
