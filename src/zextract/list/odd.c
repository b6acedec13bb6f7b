#include <stdarg.h>
#include <stdio.h>

#include "io/json/json.h"

#include "domain/finding.h"
#include "list/odd.h"

enum { ODD_TEXT = 600, ODD_SHOWN = 80 };

int
odd_is_empty(const struct json *v)
{
	size_t len;

	switch (json_type(v, "")) {
	case JSON_NONE:
	case JSON_NULL:
		return 1;
	case JSON_STR:
		return json_strn(v, "", &len) == NULL || len == 0;
	case JSON_ARR:
	case JSON_OBJ:
		return json_len(v, "") == 0;
	default:
		return 0;
	}
}

void
odd_say(struct odd *o, const char *fmt, ...)
{
	char line[256];
	va_list ap;

	o->n++;
	if (o->what.len > ODD_TEXT)
		return;
	va_start(ap, fmt);
	vsnprintf(line, sizeof(line), fmt, ap);
	va_end(ap);
	if (o->what.len > 0)
		buf_puts(&o->what, "; ");
	buf_puts(&o->what, line);
}

static const char *
odd_name(const struct json *v)
{
	static const char *const names[] = { [JSON_NONE] = "missing",
	    [JSON_NULL] = "null", [JSON_BOOL] = "a boolean",
	    [JSON_NUM] = "a number", [JSON_STR] = "a text",
	    [JSON_ARR] = "a list", [JSON_OBJ] = "an object" };

	return names[json_type(v, "")];
}

void
odd_add(struct odd *o, const struct json *val, const char *wanted, const char *fmt, ...)
{
	struct buf b = { 0 };
	char member[80];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(member, sizeof(member), fmt, ap);
	va_end(ap);
	json_dump(val, &b);
	odd_say(o, "%.60s is %s, but Zephyr's API description has %s: %.*s%s",
	    member, odd_name(val), wanted, ODD_SHOWN, buf_str(&b),
	    b.len > ODD_SHOWN ? "..." : "");
	buf_free(&b);
}

void
odd_folded(struct odd *o, const struct json *answer)
{
	struct buf path = { 0 };

	if (json_folded_at(answer, &path))
		odd_say(o, "%.130s is nested too deep; its inner part is kept as JSON text",
		    buf_str(&path));
	buf_free(&path);
}

int
odd_report(struct odd *o, struct finding *f, enum stream stream,
    const char *key, const char *rule, struct err *e)
{
	int rc = o->n == 0 ? finding_forget(f, "extract", stream,
	    key, rule, e) : finding_issue(f, "extract", stream, key,
	    rule, "warning", buf_str(&o->what), e);

	odd_free(o);
	return rc;
}

void
odd_free(struct odd *o)
{
	buf_free(&o->what);
	*o = (struct odd){ 0 };
}
