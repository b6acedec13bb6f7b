#include <string.h>

#include "io/json/json.h"

/* Values that json_parse_answer folded: finds them and restores them. */

/* Return the JSON that the folded value v stands for and set *len; NULL if v is any
   other value. */
static const char *
unfold_text(const struct json *v, size_t *len)
{
	static const char mark[] = JSON_FOLDED;
	const char *s = json_strn(v, "", len);

	if (s == NULL || *len < sizeof(mark) - 1 || memcmp(s, mark, sizeof(mark) - 1) != 0)
		return NULL;
	*len -= sizeof(mark) - 1;
	return s + sizeof(mark) - 1;
}

void
json_unfold(struct json *v)
{
	struct json whole;
	size_t len;
	const char *s = unfold_text(v, &len);

	if (s == NULL || json_parse_answer(&whole, s, len, NULL, NULL) == -1)
		return;
	json_free(v);
	*v = whole;
}

/* Append the path of the first folded value in v, names levels of it; 0: none. */
static int
unfold_find(const struct json *v, struct buf *path, int names)
{
	size_t at = path->len, len;
	struct json_iter it;
	struct json sub;
	const char *name;
	int i, found = unfold_text(v, &len) != NULL;

	for (i = 0; !found && json_type(v, "") == JSON_ARR && i < json_len(v, ""); i++) {
		sub = json_at(v, i);
		found = unfold_find(&sub, path, names);
		json_free(&sub);
	}
	if (found || json_type(v, "") != JSON_OBJ)
		return found;
	for (json_iter(&it, v); !found && json_next(&it, v, &name, &sub); json_free(&sub)) {
		if (names > 0)
			buf_printf(path, "%s%.60s", at > 0 ? "." : "", name);
		if (!(found = unfold_find(&sub, path, names - 1)))
			buf_cut(path, at);
	}
	if (found)
		json_iter_free(&it);
	return found;
}

int
json_folded_at(const struct json *v, struct buf *path)
{
	return v->folded > 0 && unfold_find(v, path, 2);
}
