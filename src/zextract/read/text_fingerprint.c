#include <string.h>

#include "read/text_fingerprint.h"

/*
 * Return the length of markup, of a blank or of an invisible character at s, or 0.
 * These differ between a case and its executions, the words do not.
 */
static size_t
text_fingerprint_skip(const char *s, const char *last_gt)
{
	static const char *const nothing[] = { "&nbsp;", "\xc2\xa0",
	    "\xe2\x81\xa0", "\xe2\x80\x8b", "\xef\xbb\xbf" };
	size_t i;

	if (*s == '<' && last_gt != NULL && s < last_gt)
		return (size_t)(strchr(s, '>') - s) + 1;
	if (*s == ' ' || *s == '\t' || *s == '\r' || *s == '\n')
		return 1;
	if (*s != '&' && (unsigned char)*s < 0x80)
		return 0;
	for (i = 0; i < sizeof(nothing) / sizeof(*nothing); i++)
		if (strncmp(s, nothing[i], strlen(nothing[i])) == 0)
			return strlen(nothing[i]);
	return 0;
}

/* FNV-1a, 64 bits. */
static uint64_t
text_fingerprint_add(uint64_t h, const char *s)
{
	const char *gt = s ? strrchr(s, '>') : NULL;
	size_t n;

	while (s != NULL && *s != '\0') {
		if ((n = text_fingerprint_skip(s, gt)) > 0) {
			s += n;
			continue;
		}
		h = (h ^ (unsigned char)*s++) * 1099511628211u;
	}
	return (h ^ 0xff) * 1099511628211u;
}

uint64_t
text_fingerprint(const char *description, const char *expected)
{
	return text_fingerprint_add(
	    text_fingerprint_add(14695981039346656037u, description), expected);
}
