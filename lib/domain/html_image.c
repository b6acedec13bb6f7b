#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "domain/html_image.h"
#include "io/hash.h"

/* Return the end of a tag from s inside of it: its ">" or the NUL of the text. */
static const char *
html_image_tag_end(const char *s)
{
	char quote = 0;

	for (; *s != '\0' && (quote || *s != '>'); s++) {
		if (quote && *s == quote)
			quote = 0;
		else if (!quote && (*s == '"' || *s == '\'') && s[-1] == '=')
			quote = *s;
	}
	return s;
}

/* Find the value of src in the attributes from s to end.  Return 1 and *image, or 0. */
static int
html_image_src(const char *s, const char *end, struct html_image *image)
{
	char quote = 0;

	for (; s < end; s++)
		if (isspace((unsigned char)s[-1]) && strncasecmp(s, "src", 3) == 0 &&
		    s[3 + strspn(s + 3, " \t\r\n")] == '=')
			break;
	if (s >= end)
		return 0;
	s = strchr(s, '=') + 1;
	s += strspn(s, " \t\r\n");
	if (*s == '"' || *s == '\'')
		quote = *s++;
	image->src = s;
	while (s < end && *s != quote && (quote || !isspace((unsigned char)*s)))
		s++;
	image->len = (size_t)(s - image->src);
	return s > image->src;
}

int
html_image_next(const char **at, struct html_image *image)
{
	const char *s = *at, *end;

	for (; (s = strchr(s, '<')) != NULL; s++) {
		if (strncasecmp(s, "<img", 4) != 0 ||
		    !(isspace((unsigned char)s[4]) || s[4] == '/'))
			continue;
		end = html_image_tag_end(s + 4);
		if (!html_image_src(s + 5, end, image))
			continue;
		*at = end;
		return 1;
	}
	return 0;
}

int
html_image_is_data(const struct html_image *image)
{
	return image->len >= 5 && strncasecmp(image->src, "data:", 5) == 0;
}

void
html_image_text(struct buf *out, const struct html_image *image)
{
	const char *s = image->src, *end = s + image->len, *amp;

	for (; (amp = memchr(s, '&', (size_t)(end - s))) != NULL; s = amp) {
		buf_add(out, s, (size_t)(amp - s) + 1);
		amp += end - amp >= 5 && strncasecmp(amp, "&amp;", 5) == 0 ? 5 : 1;
	}
	buf_add(out, s, (size_t)(end - s));
}

void
html_image_name(struct buf *out, const struct html_image *image)
{
	char hash[HASH_HEX];
	struct buf text = { 0 };

	html_image_text(&text, image);
	hash_text(text.s, text.len, hash);
	if (html_image_is_data(image))
		buf_printf(out, "data:sha256:%s", hash);
	else
		buf_add(out, text.s, text.len);
	buf_free(&text);
}
