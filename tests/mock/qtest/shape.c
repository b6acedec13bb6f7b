#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/time.h"
#include "io/json/json_out.h"

#include "qtest/shape.h"

static const char *const dates[] = { "created_date", "last_modified_date",
	"start_date", "end_date", "exe_start_date", "exe_end_date", "exe_date",
	"created", "updated" };

/* Return the byte after the string that starts at s. */
static const char *
shape_string_end(const char *s)
{
	for (s++; *s != '"' && *s != '\0'; s++)
		if (*s == '\\' && s[1] != '\0')
			s++;
	return *s == '"' ? s + 1 : s;
}

static int
shape_is_date(const char *name, size_t len)
{
	size_t i;

	for (i = 0; i < sizeof(dates) / sizeof(*dates); i++)
		if (strlen(dates[i]) == len && memcmp(dates[i], name, len) == 0)
			return 1;
	return 0;
}

/* Print a time in the zone +hh:mm or -hh:mm; return 0 if the text is not a time. */
static int
shape_date_print(struct buf *out, const char *s, size_t len, const char *zone)
{
	char text[TIME_MAX];
	int hours, minutes;
	int64_t ms, off;

	if (len >= sizeof(text) || sscanf(zone + 1, "%2d:%2d", &hours,
	    &minutes) != 2)
		return 0;
	memcpy(text, s, len);
	text[len] = '\0';
	if (time_parse(text, &ms) == -1)
		return 0;
	off = (hours * 60 + minutes) * (int64_t)60000;
	time_iso_offset(ms + (*zone == '-' ? -off : off), text);
	text[strlen(text) - 6] = '\0';
	buf_printf(out, "\"%s%s\"", text, zone);
	return 1;
}

/*
 * Write the member whose name is from s to colon in the shape that the settings ask
 * for; return the first byte that is not read.
 */
static const char *
shape_member(const struct settings *set, struct buf *out, const char *s,
    const char *colon)
{
	const char *value = colon + 1, *end;
	int null = strncmp(value, "null", 4) == 0;

	if (null && strcmp(set->empty, "absent") == 0) {
		if (value[4] == ',')
			return value + 5;
		if (out->len > 0 && out->s[out->len - 1] == ',')
			out->len--;
		return value + 4;
	}
	buf_add(out, s, (size_t)(value - s));
	if (null && strcmp(set->empty, "text") == 0) {
		buf_puts(out, "\"\"");
		return value + 4;
	}
	if (set->zone == NULL || *value != '"' ||
	    !shape_is_date(s + 1, (size_t)(colon - s) - 2))
		return value;
	end = shape_string_end(value);
	return shape_date_print(out, value + 1, (size_t)(end - value) - 2,
	    set->zone) ? end : value;
}

void
qshape(const struct settings *set, struct buf *body)
{
	const char *s = buf_str(body), *end;
	struct buf out = { 0 };

	while (*s != '\0') {
		end = s + strcspn(s, "\"");
		buf_add(&out, s, (size_t)(end - s));
		s = end;
		if (*s == '\0')
			break;
		end = shape_string_end(s);
		if (*end == ':') {
			s = shape_member(set, &out, s, end);
		} else {
			buf_add(&out, s, (size_t)(end - s));
			s = end;
		}
	}
	buf_free(body);
	*body = out;
}
