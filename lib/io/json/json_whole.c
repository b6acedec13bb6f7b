#include <string.h>

#include "io/json/json.h"

static size_t
json_whole_blank_skip(const char *s, size_t i, size_t len)
{
	while (i < len && strchr(" \t\r\n", s[i]) != NULL && s[i] != '\0')
		i++;
	return i;
}

/* The place after the string that begins at i; len when it does not end. */
static size_t
json_whole_text_skip(const char *s, size_t i, size_t len)
{
	for (i++; i < len && s[i] != '"'; i++)
		i += s[i] == '\\';
	return i < len ? i + 1 : len;
}

int
json_whole(const char *s, size_t len)
{
	size_t depth = 0, i = json_whole_blank_skip(s, 0, len);

	if (i == len || (s[i] != '{' && s[i] != '['))
		return 0;
	while (i < len) {
		if (s[i] == '"') {
			i = json_whole_text_skip(s, i, len);
			continue;
		}
		depth += s[i] == '{' || s[i] == '[';
		if ((s[i] == '}' || s[i] == ']') && --depth == 0)
			return json_whole_blank_skip(s, i + 1, len) == len;
		i++;
	}
	return 0;
}
