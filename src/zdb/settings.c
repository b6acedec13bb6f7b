#include <string.h>

#include "domain/setting.h"
#include "settings.h"

/* Return 1 when a setting with this name is a secret: it ends in TOKEN or PASSWORD. */
static int
settings_is_secret(const char *name)
{
	size_t len = strlen(name);

	return (len >= 5 && strcmp(name + len - 5, "TOKEN") == 0) ||
	    (len >= 8 && strcmp(name + len - 8, "PASSWORD") == 0);
}

/* Return the end of the password that begins at s in a URL, s when none does:
   behind "//user:" up to the last "@", or behind "password=" up to a "&". */
static const char *
settings_password_end(const char *url, const char *s)
{
	static const char query[] = "password=";
	const char *host = strstr(url, "://"), *at = strrchr(url, '@'), *colon;
	size_t n = sizeof(query) - 1;

	if ((size_t)(s - url) >= n && memcmp(s - n, query, n) == 0)
		return s + strcspn(s, "&");
	colon = host == NULL ? NULL : strchr(host + 3, ':');
	return colon != NULL && at > colon && s == colon + 1 ? at : s;
}

/* Append value as one field of a line, without passwords and control bytes. */
static void
settings_value_put(struct buf *out, const char *value)
{
	const char *s, *end;

	for (s = value; *s != '\0'; ) {
		if ((end = settings_password_end(value, s)) > s) {
			buf_puts(out, "[secret]");
			s = end;
			continue;
		}
		buf_putc(out, (unsigned char)*s < ' ' || *s == 127 ? '?' : *s);
		s++;
	}
}

void
settings_put(const struct opt_set *set, struct buf *out)
{
	const char *source, *value;
	int i;

	for (i = 0; setting_names[i] != NULL; i++) {
		source = opt_source(set, setting_names[i], &value);
		if (source == NULL)
			continue;
		buf_printf(out, "%s\t%s\t", setting_names[i], source);
		settings_value_put(out, settings_is_secret(setting_names[i]) ? "set" :
		    value != NULL ? value : "set");
		buf_putc(out, '\n');
	}
}
