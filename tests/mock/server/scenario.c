#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "io/json/json_out.h"

#include "server/rand.h"
#include "server/scenario.h"

struct scenario {
	struct fault	*v;
	int		 n;
	int64_t		 seed;
};

struct action {
	const char	*name;
	enum play	 play;
	int		 words;		/* words that must follow */
};

static const struct action actions[] = {
	{ "status", PLAY_STATUS, 1 }, { "html200", PLAY_HTML200, 0 },
	{ "delay", PLAY_DELAY, 1 }, { "reset-before", PLAY_BEFORE, 0 },
	{ "reset-after", PLAY_AFTER, 0 }, { "late", PLAY_LATE, 1 },
	{ "truncate", PLAY_TRUNCATE, 1 }, { "endless", PLAY_ENDLESS, 0 },
	{ "expire-token", PLAY_EXPIRE, 0 }, { "redirect", PLAY_REDIRECT, 1 },
	{ "shift", PLAY_SHIFT, 1 }, { "lie-total", PLAY_LIE, 1 },
	{ "stale-search", PLAY_STALE, 0 }, { "kill", PLAY_KILL, 1 },
	{ "cut", PLAY_CUT, 1 }, { "deepen", PLAY_DEEPEN, 1 },
	{ "status-after", PLAY_STATUS_AFTER, 1 },
	{ NULL, PLAY_NONE, 0 }
};

enum { WORDS = 32 };

static int
scenario_split(char *line, char **w)
{
	int n = 0;
	char *save, *s;

	for (s = strtok_r(line, " \t\r\n", &save); s != NULL && n < WORDS;
	    s = strtok_r(NULL, " \t\r\n", &save)) {
		if (*s == '#')
			break;
		w[n++] = s;
	}
	return n;
}

static char *
scenario_read_file(const char *file, struct err *e)
{
	struct buf b = { 0 };
	char chunk[4096];
	size_t n;
	FILE *f = fopen(file, "r");

	if (f == NULL) {
		err_sys(e, ZX_NOINPUT, "%s", file);
		return NULL;
	}
	while ((n = fread(chunk, 1, sizeof(chunk), f)) > 0)
		buf_add(&b, chunk, n);
	fclose(f);
	buf_putc(&b, '\0');
	return buf_take(&b, NULL);
}

/* Read the words after "status N": retry-after S, body FILE, html. */
static int
scenario_status_words(struct fault *f, char **w, int n, struct err *e)
{
	int i;

	for (i = 0; i < n; i++) {
		if (strcmp(w[i], "html") == 0)
			f->text = mem_dup("<html><body>down</body></html>\n");
		else if (strcmp(w[i], "retry-after") == 0 && i + 1 < n) {
			if (!request_int(w[++i], &f->retry_after))
				return err_set(e, ZX_CONFIG,
				    "retry-after: no number: %s", w[i]);
		} else if (strcmp(w[i], "body") == 0 && i + 1 < n) {
			f->text = scenario_read_file(w[++i], e);
			if (f->text == NULL)
				return -1;
		} else
			return err_set(e, ZX_CONFIG, "word not known: %s", w[i]);
	}
	return 0;
}

static int
scenario_action_words(struct fault *f, char **w, int n, struct err *e)
{
	const struct action *a;

	for (a = actions; a->name != NULL && strcmp(a->name, w[0]) != 0; a++)
		;
	if (a->name == NULL)
		return err_set(e, ZX_CONFIG, "action not known: %s", w[0]);
	if (n - 1 < a->words)
		return err_set(e, ZX_CONFIG, "%s: a word is missing", w[0]);
	f->play = a->play;
	f->name = a->name;
	if (f->play == PLAY_REDIRECT || f->play == PLAY_SHIFT)
		f->text = mem_dup(w[1]);
	else if (a->words == 1 && !request_int(w[1], &f->n))
		return err_set(e, ZX_CONFIG, "%s: no number: %s", w[0], w[1]);
	if (f->play == PLAY_STATUS || f->play == PLAY_STATUS_AFTER)
		return scenario_status_words(f, w + 2, n - 2, e);
	if (n - 1 > a->words)
		return err_set(e, ZX_CONFIG, "word not known: %s",
		    w[1 + a->words]);
	return 0;
}

static int
scenario_limit_word(struct fault *f, const char *name, const char *val, struct err *e)
{
	int64_t *slot = strcmp(name, "nth") == 0 ? &f->nth :
	    strcmp(name, "times") == 0 ? &f->times :
	    strcmp(name, "every") == 0 ? &f->every :
	    strcmp(name, "p") == 0 ? &f->percent : NULL;

	if (slot == NULL || val == NULL || !request_int(val, slot))
		return err_set(e, ZX_CONFIG, "not understood: %s", name);
	return 0;
}

static int
scenario_parse(struct fault *f, char **w, int n, struct err *e)
{
	int i;

	if (n < 5 || strcmp(w[0], "match") != 0)
		return err_set(e, ZX_CONFIG,
		    "want: match METHOD PATH [limits] do ACTION");
	snprintf(f->method, sizeof(f->method), "%s", w[1]);
	f->path = mem_dup(w[2]);
	f->retry_after = -1;
	for (i = 3; i < n && strcmp(w[i], "do") != 0; i += 2)
		if (scenario_limit_word(f, w[i], i + 1 < n ? w[i + 1] : NULL, e) == -1)
			return -1;
	if (i + 1 >= n)
		return err_set(e, ZX_CONFIG, "no \"do ACTION\"");
	if (f->nth > 0 && f->times == 0 && f->every == 0)
		f->times = 1;
	return scenario_action_words(f, w + i + 1, n - i - 1, e);
}

int
scenario_add(struct scenario *s, const char *line, struct err *e)
{
	char *copy = mem_dup(line), *w[WORDS];
	struct fault f = { .method = "" };
	int n = scenario_split(copy, w), rc = 0;

	if (n > 0)
		rc = scenario_parse(&f, w, n, e);
	if (n > 0 && rc == 0) {
		s->v = mem_grow(s->v, (size_t)s->n + 1, sizeof(*s->v));
		s->v[s->n++] = f;
	} else {
		free(f.path);
		free(f.text);
	}
	free(copy);
	return rc;
}

struct scenario *
scenario_open(const char *file, int64_t seed, struct err *e)
{
	struct scenario *s = mem_zalloc(sizeof(*s));
	char line[2048];
	int no = 0, rc = 0;
	FILE *f;

	s->seed = seed;
	if (file == NULL)
		return s;
	f = fopen(file, "r");
	if (f == NULL) {
		err_sys(e, ZX_NOINPUT, "%s", file);
		scenario_free(s);
		return NULL;
	}
	while (rc == 0 && fgets(line, sizeof(line), f) != NULL) {
		no++;
		rc = scenario_add(s, line, e);
	}
	fclose(f);
	if (rc == 0)
		return s;
	err_at(e, "%s line %d", file, no);
	scenario_free(s);
	return NULL;
}

void
scenario_clear(struct scenario *s)
{
	while (s->n > 0) {
		s->n--;
		free(s->v[s->n].path);
		free(s->v[s->n].text);
	}
}

void
scenario_free(struct scenario *s)
{
	if (s == NULL)
		return;
	scenario_clear(s);
	free(s->v);
	free(s);
}

static int
scenario_due(const struct scenario *s, const struct fault *f, int i)
{
	int64_t since;

	if (f->times > 0 && f->played >= f->times)
		return 0;
	since = f->met - (f->nth > 0 ? f->nth : f->every > 0 ? f->every : 1);
	if (since < 0 || (f->every > 0 && since % f->every != 0))
		return 0;
	if (f->percent == 0)
		return 1;
	return rand_below(rand_at((uint64_t)s->seed, 99, f->met, i), 100) <
	    f->percent;
}

const struct fault *
scenario_match(struct scenario *s, const struct request *rq)
{
	struct fault *f, *found = NULL;
	int i;

	for (i = 0; i < s->n; i++) {
		f = &s->v[i];
		if ((f->method[0] != '*' && strcmp(f->method, rq->method) != 0)
		    || !request_glob(f->path, rq->path))
			continue;
		f->met++;
		if (found == NULL && scenario_due(s, f, i)) {
			f->played++;
			found = f;
		}
	}
	return found;
}

void
scenario_print(const struct scenario *s, struct buf *b)
{
	int i;

	for (i = 0; i < s->n; i++) {
		json_out_open(b, NULL, '{');
		json_out_str(b, "method", s->v[i].method);
		json_out_str(b, "path", s->v[i].path);
		json_out_str(b, "action", s->v[i].name);
		json_out_int(b, "met", s->v[i].met);
		json_out_int(b, "played", s->v[i].played);
		json_out_close(b, '}');
		buf_putc(b, '\n');
	}
}
