#include <string.h>

#include "io/json/json.h"

#include "read/result_text.h"

void
result_text_replace(struct buf *out, const char *text, size_t len, const char *member,
    int (*value)(void *, const char *, size_t, struct buf *), void *arg)
{
	const char *at = text + 1, *end = text + len, *done = text;
	size_t n = strlen(member);
	struct json_span name, val;

	while (at < end && *at == '{') {
		while (json_walk_text(&at, end, &name, &val)) {
			if (name.len != n + 2 || memcmp(name.s + 1, member, n) != 0)
				continue;
			buf_add(out, done, (size_t)(val.s - done));
			if (!value(arg, val.s, val.len, out))
				buf_add(out, val.s, val.len);
			done = val.s + val.len;
		}
		at += strlen("},");
	}
	buf_add(out, done, (size_t)(end - done));
}
