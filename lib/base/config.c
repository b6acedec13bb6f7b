#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/exposure.h"
#include "base/mem.h"

enum {
	KEY_LEN = 63,		/* longer keys are compared with no other */
	KEY_SLIPS = 5		/* most differences for "do you mean" */
};

static struct {
	char	**key, **value;
	size_t	  n;
	char	 *path;
	int	  exposed;	/* other users can read it */
} pairs;

static void
config_put(char *key, char *value)
{
	pairs.key = mem_grow(pairs.key, pairs.n + 1, sizeof(char *));
	pairs.value = mem_grow(pairs.value, pairs.n + 1, sizeof(char *));
	pairs.key[pairs.n] = key;
	pairs.value[pairs.n++] = value;
}

const char *
config_get(const char *key)
{
	size_t i;

	for (i = pairs.n; i-- > 0; )		/* the last one wins */
		if (strcmp(pairs.key[i], key) == 0)
			return pairs.value[i];
	return NULL;
}

/* Return the place behind the blanks at s. */
static const char *
config_blanks(const char *s)
{
	while (*s == ' ' || *s == '\t')
		s++;
	return s;
}

/* Append a quoted piece, s behind its opening quote, and return the place behind the
   closing one; NULL if there is none. */
static const char *
config_quoted(struct buf *to, const char *s, char quote)
{
	for (; *s != quote; s++) {
		if (*s == '\0')
			return NULL;
		if (quote == '"' && *s == '\\' && s[1] != '\0' &&
		    strchr("\"\\$`", s[1]) != NULL)
			s++;
		buf_putc(to, *s);
	}
	return s + 1;
}

/* Append the value at s: quoted and bare pieces up to the end or " #".  Returns -1 if a
   quote is not closed. */
static int
config_value(struct buf *to, const char *s)
{
	size_t solid = 0;	/* length without bare blanks at the end */

	for (s = config_blanks(s); *s != '\0'; ) {
		if (*s == '\'' || *s == '"') {
			if ((s = config_quoted(to, s + 1, *s)) == NULL)
				return -1;
			solid = to->len;
			continue;
		}
		if (*s == '#' && (s[-1] == ' ' || s[-1] == '\t'))
			break;
		if (*s == '\\' && s[1] != '\0')
			s++;
		buf_putc(to, *s);
		if (*s != ' ' && *s != '\t')
			solid = to->len;
		s++;
	}
	buf_cut(to, solid);
	return 0;
}

/* Return the number of letters to insert, remove or replace to make b of a. */
static int
config_distance(const char *a, const char *b)
{
	int row[KEY_LEN + 1], left, up, i, j, n = (int)strlen(b);

	for (j = 0; j <= n; j++)
		row[j] = j;
	for (i = 0; a[i] != '\0'; i++) {
		up = row[0];
		row[0] = i + 1;
		for (j = 1; j <= n; j++) {
			left = up + (a[i] != b[j - 1]);
			up = row[j];
			if (row[j] + 1 < left)
				left = row[j] + 1;
			if (row[j - 1] + 1 < left)
				left = row[j - 1] + 1;
			row[j] = left;
		}
	}
	return row[n];
}

/* Return 0 if key is in known or known is NULL; else -1, and e suggests a similar key. */
static int
config_key(const char *key, const char *const *known, struct err *e)
{
	const char *best = NULL;
	int i, n, least = KEY_SLIPS + 1;

	for (i = 0; known != NULL && known[i] != NULL; i++) {
		if (strcmp(known[i], key) == 0)
			return 0;
		if (strlen(key) > KEY_LEN || strlen(known[i]) > KEY_LEN)
			continue;
		if ((n = config_distance(key, known[i])) < least) {
			least = n;
			best = known[i];
		}
	}
	if (known == NULL)
		return 0;
	return err_set(e, ZX_CONFIG, "unknown setting %.80s%s%s%s; `ztoq config` lists all "
	    "settings", key, best != NULL ? " (do you mean " :
	    "", best != NULL ? best : "", best != NULL ? "?)" : "");
}

/* Store what the line s sets.  Returns -1 unless it is blank, a comment or KEY=value
   with an allowed key. */
static int
config_line(const char *s, const char *const *known, struct err *e)
{
	struct buf value = { 0 };
	const char *end;
	char *key;

	s = config_blanks(s);
	if (*s == '\0' || *s == '#')
		return 0;
	if (strncmp(s, "export", 6) == 0 && (s[6] == ' ' || s[6] == '\t'))
		s = config_blanks(s + 6);
	for (end = s; isalnum((unsigned char)*end) || *end == '_'; end++)
		continue;
	if (end == s || *config_blanks(end) != '=' ||
	    config_value(&value, config_blanks(end) + 1) == -1) {
		buf_free(&value);
		return err_set(e, ZX_CONFIG, "expected KEY=value with all quotes closed");
	}
	key = mem_dupn(s, (size_t)(end - s));
	if (config_key(key, known, e) == -1) {
		free(key);
		buf_free(&value);
		return -1;
	}
	config_put(key, buf_take(&value, NULL));
	return 0;
}

const char *
config_path(void)
{
	return pairs.path;
}

const char *
config_exposed(void)
{
	return pairs.exposed ? pairs.path : NULL;
}

int
config_load(const char *path, const char *const *known, struct err *e)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;
	int n = 0, rc = 0;

	if (f == NULL)
		return err_sys(e, ZX_NOINPUT, "settings file %s (--config or ZTOQ_CONFIG)", path);
	free(pairs.path);
	pairs.path = mem_dup(path);
	pairs.exposed = exposure_of_file(fileno(f));
	while (rc == 0 && (len = getline(&line, &cap, f)) != -1) {
		n++;
		while (len > 0 && (line[len - 1] == '\n' ||
		    line[len - 1] == '\r'))
			line[--len] = '\0';
		if (config_line(line, known, e) == -1)
			rc = err_at(e, "%s: line %d", path, n);
	}
	if (rc == 0 && ferror(f))
		rc = err_sys(e, ZX_NOINPUT, "%s", path);
	free(line);
	fclose(f);
	return rc;
}
