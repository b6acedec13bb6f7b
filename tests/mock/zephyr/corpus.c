#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/mem.h"
#include "io/json/json.h"

#include "zephyr/zephyr.h"

/*
 * A directory of API rows: project.json, folders, statuses, priorities,
 * environments as .ndjson, testcases and teststeps as .ndjson.gz.
 */
struct case_pos {
	int64_t			 id, num;
	char			*row;
	struct corpus_step	*step;
	char			**step_row;
	int64_t			 nstep;
};

struct corpus {
	struct case_pos	*v;
	int64_t		 n;
	int64_t		*by_num;	/* number in the key -> position + 1 */
	int64_t		 max_num;
	char		*key;
};

/* Copy a row to out and replace the host in every self by base. */
static void
corpus_rebase(struct buf *out, const char *s, size_t len, const char *base)
{
	static const char theirs[] = "https://api.zephyrscale.smartbear.com/v2";
	const char *at, *end = s + len;

	buf_reset(out);
	while ((at = strstr(s, theirs)) != NULL && at < end) {
		buf_add(out, s, (size_t)(at - s));
		buf_puts(out, base);
		s = at + sizeof(theirs) - 1;
	}
	buf_add(out, s, (size_t)(end - s));
}

static FILE *
corpus_open_gz(const char *file, pid_t *pid)
{
	int p[2];

	if (pipe(p) == -1)
		return NULL;
	*pid = fork();
	if (*pid == 0) {
		dup2(p[1], 1);
		close(p[0]);
		close(p[1]);
		execlp("gzip", "gzip", "-dc", "--", file, (char *)NULL);
		_exit(127);
	}
	close(p[1]);
	return fdopen(p[0], "r");
}

static int
corpus_each_line(const char *dir, const char *name, struct zephyr *z,
    struct corpus *c, int (*act)(struct zephyr *, struct corpus *, char *,
    size_t, struct err *), struct err *e)
{
	char *path = mem_fmt("%s/%s", dir, name), *line = NULL;
	size_t cap = 0;
	ssize_t len;
	pid_t pid = -1;
	int rc = 0, status = 0;
	struct buf b = { 0 };
	FILE *f;

	f = strstr(name, ".gz") != NULL ? corpus_open_gz(path, &pid) :
	    fopen(path, "r");
	if (f == NULL)
		rc = err_sys(e, ZX_NOINPUT, "%s", path);
	while (rc == 0 && (len = getline(&line, &cap, f)) > 0) {
		if (line[len - 1] == '\n')
			line[--len] = '\0';
		corpus_rebase(&b, line, (size_t)len, z->base);
		rc = act(z, c, b.s, b.len, e);
	}
	if (f != NULL)
		fclose(f);
	if (pid > 0 && waitpid(pid, &status, 0) == pid && status != 0 &&
	    rc == 0)
		rc = err_set(e, ZX_NOINPUT, "gzip cannot read %s", path);
	buf_free(&b);
	free(line);
	free(path);
	return rc;
}

static int64_t
corpus_number(const char *key)
{
	const char *t = key == NULL ? NULL : strstr(key, "-T");

	return t == NULL ? 0 : strtoll(t + 2, NULL, 10);
}

static int
on_case(struct zephyr *z, struct corpus *c, char *s, size_t len,
    struct err *e)
{
	struct json j = { .set = 0 };
	struct case_pos *k;

	(void)z;
	if (json_parse(&j, s, len, NULL, e) == -1)
		return -1;
	if (c->n % 1024 == 0)
		c->v = mem_grow(c->v, (size_t)c->n + 1024, sizeof(*c->v));
	k = &c->v[c->n++];
	memset(k, 0, sizeof(*k));
	k->id = json_int(&j, "id", 0);
	k->num = corpus_number(json_str(&j, "key"));
	k->row = mem_dup(s);
	if (k->num > c->max_num)
		c->max_num = k->num;
	json_free(&j);
	return 0;
}

static void
corpus_read_step(const struct json *row, struct corpus_step *s)
{
	s->id = json_int(row, "id", 0);
	s->call = mem_dup(json_str(row, "testCase.testCaseKey"));
	s->desc = mem_dup(json_str(row, "inline.description"));
	s->data = mem_dup(json_str(row, "inline.testData"));
	s->expect = mem_dup(json_str(row, "inline.expectedResult"));
}

static int
on_steps(struct zephyr *z, struct corpus *c, char *s, size_t len,
    struct err *e)
{
	struct json j = { .set = 0 }, row;
	struct buf b = { 0 };
	struct case_pos *k;
	int64_t pos, i;

	(void)z;
	if (json_parse(&j, s, len, NULL, e) == -1)
		return -1;
	pos = corpus_pos(c, corpus_number(json_str(&j, "key")));
	if (pos >= 0) {
		k = &c->v[pos];
		k->nstep = json_len(&j, "values");
		k->step = mem_zalloc((size_t)k->nstep * sizeof(*k->step));
		k->step_row = mem_zalloc((size_t)k->nstep * sizeof(char *));
		row = json_get(&j, "values");
		for (i = 0; i < k->nstep; i++) {
			struct json v = json_at(&row, (int)i);

			corpus_read_step(&v, &k->step[i]);
			buf_reset(&b);
			json_dump(&v, &b);
			k->step_row[i] = mem_dup(buf_str(&b));
			json_free(&v);
		}
		json_free(&row);
	}
	buf_free(&b);
	json_free(&j);
	return 0;
}

static int
on_folder(struct zephyr *z, struct corpus *c, char *s, size_t len,
    struct err *e)
{
	struct json j = { .set = 0 };
	struct zfolder *f;
	const char *type;
	int i;

	(void)c;
	if (json_parse(&j, s, len, NULL, e) == -1)
		return -1;
	z->folder = mem_grow(z->folder, (size_t)z->nfolder + 1,
	    sizeof(*z->folder));
	f = &z->folder[z->nfolder++];
	memset(f, 0, sizeof(*f));
	f->id = json_int(&j, "id", 0);
	f->parent = json_int(&j, "parentId", 0);
	f->index = (int)json_int(&j, "index", 0);
	f->name = mem_dup(json_str(&j, "name"));
	type = json_str(&j, "folderType");
	for (i = 0; i < 3; i++)
		if (type != NULL && strcmp(type, zfolder_types[i]) == 0)
			f->type = i;
	json_free(&j);
	return 0;
}

static int
corpus_look(struct zephyr *z, enum zlook_type type, char *s, size_t len,
    struct err *e)
{
	struct json j = { .set = 0 };
	struct buf b = { 0 };

	if (json_parse(&j, s, len, NULL, e) == -1)
		return -1;
	json_del(&j, "statusType");
	json_dump(&j, &b);
	zlook_add(z, type, json_int(&j, "id", 0), json_str(&j, "name"),
	    buf_str(&b));
	buf_free(&b);
	json_free(&j);
	return 0;
}

static int
on_status(struct zephyr *z, struct corpus *c, char *s, size_t len,
    struct err *e)
{
	(void)c;
	return corpus_look(z, ZL_CASE, s, len, e);
}

static int
on_priority(struct zephyr *z, struct corpus *c, char *s, size_t len,
    struct err *e)
{
	(void)c;
	return corpus_look(z, ZL_PRIORITY, s, len, e);
}

static int
on_environment(struct zephyr *z, struct corpus *c, char *s, size_t len,
    struct err *e)
{
	(void)c;
	return corpus_look(z, ZL_ENV, s, len, e);
}

static void
corpus_index_numbers(struct corpus *c)
{
	int64_t i;

	c->by_num = mem_zalloc((size_t)(c->max_num + 1) * sizeof(*c->by_num));
	for (i = 0; i < c->n; i++)
		c->by_num[c->v[i].num] = i + 1;
}

/* Take the key of the project from the rows, in place of --project-key. */
static void
corpus_read_key(struct zephyr *z, struct corpus *c)
{
	const char *at = c->n == 0 ? NULL : strstr(c->v[0].row, "\"key\":\"");
	size_t len;

	if (at == NULL)
		return;
	at += strlen("\"key\":\"");
	len = strcspn(at, "-\"");
	c->key = mem_dupn(at, len);
	z->key = c->key;
}

struct corpus *
corpus_open(const char *dir, struct zephyr *z, struct err *e)
{
	struct corpus *c = mem_zalloc(sizeof(*c));

	if (corpus_each_line(dir, "testcases.ndjson.gz", z, c, on_case, e) == -1)
		goto fail;
	corpus_index_numbers(c);
	corpus_read_key(z, c);
	if (corpus_each_line(dir, "teststeps.ndjson.gz", z, c, on_steps, e) == -1 ||
	    corpus_each_line(dir, "folders.ndjson", z, c, on_folder, e) == -1 ||
	    corpus_each_line(dir, "statuses.ndjson", z, c, on_status, e) == -1 ||
	    corpus_each_line(dir, "priorities.ndjson", z, c, on_priority, e) == -1 ||
	    corpus_each_line(dir, "environments.ndjson", z, c, on_environment, e)
	    == -1)
		goto fail;
	return c;
fail:
	corpus_free(c);
	return NULL;
}

static void
corpus_free_case(struct case_pos *k)
{
	int64_t i;

	for (i = 0; i < k->nstep; i++) {
		free(k->step[i].call);
		free(k->step[i].params);
		free(k->step[i].desc);
		free(k->step[i].data);
		free(k->step[i].expect);
		free(k->step_row[i]);
	}
	free(k->step);
	free(k->step_row);
	free(k->row);
}

void
corpus_free(struct corpus *c)
{
	int64_t i;

	if (c == NULL)
		return;
	for (i = 0; i < c->n; i++)
		corpus_free_case(&c->v[i]);
	free(c->v);
	free(c->by_num);
	free(c->key);
	free(c);
}

int64_t
corpus_cases(const struct corpus *c)
{
	return c->n;
}

int64_t
corpus_id(const struct corpus *c, int64_t pos)
{
	return c->v[pos].id;
}

int64_t
corpus_num(const struct corpus *c, int64_t pos)
{
	return c->v[pos].num;
}

int64_t
corpus_pos(const struct corpus *c, int64_t num)
{
	return num < 0 || num > c->max_num ? -1 : c->by_num[num] - 1;
}

const char *
corpus_row(const struct corpus *c, int64_t pos)
{
	return c->v[pos].row;
}

const struct corpus_step *
corpus_steps(const struct corpus *c, int64_t pos, int64_t *n)
{
	*n = c->v[pos].nstep;
	return c->v[pos].step;
}

const char *
corpus_step_row(const struct corpus *c, int64_t pos, int64_t j)
{
	return c->v[pos].step_row[j];
}
