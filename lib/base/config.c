#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/buf.h"
#include "base/config.h"
#include "base/mem.h"

static struct {
	char	**key, **value;
	size_t	  n;
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

static const char *
config_blanks(const char *s)
{
	while (*s == ' ' || *s == '\t')
		s++;
	return s;
}

/* A quoted piece, s behind its opening quote; NULL when it never closes. */
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

/* The value: quoted and bare pieces up to the end or " #". */
static int
config_value(struct buf *to, const char *s)
{
	size_t solid = 0;	/* blanks behind this are the line's own */

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

/* One line; -1 when it is neither blank, a comment nor KEY=value. */
static int
config_line(const char *s)
{
	struct buf value = { 0 };
	const char *key, *end;

	s = config_blanks(s);
	if (*s == '\0' || *s == '#')
		return 0;
	if (strncmp(s, "export", 6) == 0 && (s[6] == ' ' || s[6] == '\t'))
		s = config_blanks(s + 6);
	key = s;
	while (isalnum((unsigned char)*s) || *s == '_')
		s++;
	end = s;
	if (end == key || *config_blanks(s) != '=' ||
	    config_value(&value, config_blanks(s) + 1) == -1) {
		buf_free(&value);
		return -1;
	}
	config_put(mem_dupn(key, (size_t)(end - key)), buf_take(&value, NULL));
	return 0;
}

int
config_load(const char *path, struct err *e)
{
	FILE *f = fopen(path, "r");
	char *line = NULL;
	size_t cap = 0;
	ssize_t len;
	int n = 0, rc = 0;

	if (f == NULL)
		return err_sys(e, ZX_NOINPUT, "%s", path);
	while (rc == 0 && (len = getline(&line, &cap, f)) != -1) {
		n++;
		while (len > 0 && (line[len - 1] == '\n' ||
		    line[len - 1] == '\r'))
			line[--len] = '\0';
		if (config_line(line) == -1)	/* it may hold a secret */
			rc = err_set(e, ZX_CONFIG, "%s: line %d is no "
			    "KEY=value (or a quote is open)", path, n);
	}
	if (rc == 0 && ferror(f))
		rc = err_sys(e, ZX_NOINPUT, "%s", path);
	free(line);
	fclose(f);
	return rc;
}
