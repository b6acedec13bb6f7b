#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "base/quote.h"
#include "domain/stream/stream.h"

#include "list/list.h"
#include "select/selection_folder.h"
#include "source.h"

/* Reads --folder [TYPE:]A/B and finds the folder, or the nearest one.  In a name
   "\/" is a slash and "\\" a backslash. */

static const struct tree {
	const char	*kind;
	int		 chooses[STREAM_COUNT];		/* of these streams */
} trees[] = {
	{ "TEST_CASE", { [STREAM_FOLDERS] = 1, [STREAM_CASES] = 1,
	    [STREAM_EXECUTIONS] = 1 } },
	{ "TEST_PLAN", { [STREAM_FOLDERS] = 1, [STREAM_PLANS] = 1,
	    [STREAM_CYCLES] = 1, [STREAM_EXECUTIONS] = 1 } },
	{ "TEST_CYCLE", { [STREAM_FOLDERS] = 1, [STREAM_CYCLES] = 1,
	    [STREAM_EXECUTIONS] = 1 } },
};

/* Return the tree that *s begins with and move *s behind its name; else that of
   cases. */
static const struct tree *
selection_folder_tree_read(const char **s)
{
	size_t i, n;

	for (i = 0; i < sizeof(trees) / sizeof(*trees); i++) {
		n = strlen(trees[i].kind);
		if (strncmp(*s, trees[i].kind, n) == 0 && (*s)[n] == ':') {
			*s += n + 1;
			return &trees[i];
		}
	}
	return trees;
}

/* Read a name; -1 for a backslash that escapes nothing. */
static int
selection_folder_name_read(const char **s, struct buf *name)
{
	buf_reset(name);
	for (; **s != '\0' && **s != '/'; (*s)++) {
		if (**s == '\\' && *++*s != '/' && **s != '\\')
			return -1;
		buf_putc(name, **s);
	}
	if (**s == '/')
		(*s)++;
	return 0;
}

/* Return the first n names as ["A","B"]. */
static char *
selection_folder_path_of(const struct selection *c, int n)
{
	struct buf b = { 0 };
	int i;

	buf_putc(&b, '[');
	for (i = 0; i < n; i++) {
		if (i > 0)
			buf_putc(&b, ',');
		buf_quote(&b, c->part[i], strlen(c->part[i]));
	}
	buf_putc(&b, ']');
	return buf_take(&b, NULL);
}

/* Return how the paths below the first n names begin: ["A","B", */
static char *
selection_folder_below_of(const struct selection *c, int n)
{
	char *path = selection_folder_path_of(c, n), *below;

	below = mem_fmt("%.*s%s", (int)strlen(path) - 1, path, n ? "," : "");
	free(path);
	return below;
}

/* Read the names of --folder.  A slash at the beginning or at the end is ignored. */
static int
selection_folder_path_read(struct selection *c, const char *s, struct err *e)
{
	struct buf name = { 0 };
	int rc = 0;

	while (rc == 0 && *s != '\0') {
		if ((rc = selection_folder_name_read(&s, &name)) == -1 || name.len == 0)
			continue;
		c->part = mem_grow(c->part, (size_t)c->parts + 1,
		    sizeof(*c->part));
		c->part[c->parts++] = mem_dup(name.s);
	}
	buf_free(&name);
	if (rc == -1)
		return err_set(e, ZX_USAGE, "--folder %s: a backslash is allowed only before / or "
		    "another backslash", c->folder);
	if (c->parts == 0)
		return err_set(e, ZX_USAGE, "--folder %s: no folder name; use A/B, the names from "
		    "the root", c->folder);
	return 0;
}

int
selection_set_path(struct selection *c, struct err *e)
{
	const char *s = c->folder;
	const struct tree *t = selection_folder_tree_read(&s);
	int i, some = 0;

	c->kind = t->kind;
	if (selection_folder_path_read(c, s, e) == -1)
		return -1;
	for (i = 0; i < STREAM_COUNT; i++)
		some |= c->writes[i] && t->chooses[i];
	if (!some)
		return err_set(e, ZX_USAGE, "--folder %s: a folder of type %s contains nothing of: "
		    "%s", c->folder, c->kind, c->streams);
	c->path = selection_folder_path_of(c, c->parts);
	c->below = selection_folder_below_of(c, c->parts);
	return 0;
}

void
selection_path_free(struct selection *c)
{
	while (c->parts > 0)
		free(c->part[--c->parts]);
	free(c->part);
	free(c->path);
	free(c->below);
	c->part = NULL;
	c->path = c->below = NULL;
}

enum { NAME_MAX_OF = 255 };

/* Return how many letters must be changed, added or removed. */
static int
selection_folder_distance(const char *a, const char *b)
{
	int row[NAME_MAX_OF + 1], i, j, n, m, diagonal, up;

	n = (int)strnlen(a, NAME_MAX_OF);
	m = (int)strnlen(b, NAME_MAX_OF);
	for (j = 0; j <= m; j++)
		row[j] = j;
	for (i = 1; i <= n; i++) {
		diagonal = row[0]++;
		for (j = 1; j <= m; j++) {
			up = row[j];
			diagonal += tolower((unsigned char)a[i - 1]) !=
			    tolower((unsigned char)b[j - 1]);
			if (up + 1 < diagonal)
				diagonal = up + 1;
			if (row[j - 1] + 1 < diagonal)
				diagonal = row[j - 1] + 1;
			row[j] = diagonal;
			diagonal = up;
		}
	}
	return row[m];
}

/* Find the name nearest to part n among the folders below the n parts before it. */
static int
selection_folder_nearest_name(struct selection *c, int n, char **name, struct err *e)
{
	char *below = selection_folder_below_of(c, n);
	struct db_query q;
	int d, best = -1;

	*name = NULL;
	db_query(&q, c->src->db, "SELECT f.name FROM folder f WHERE f.project = ?1"
	    " AND f.pass_seen = ?2 AND f.kind = ?3 AND f.depth = ?4"
	    " AND substr(f.path, 1, length(CAST(?5 AS TEXT))) = ?5"
	    " ORDER BY f.name, f.id", "sisis", c->src->st.project, c->src->st.pass,
	    c->kind, (int64_t)n, below);
	while (db_row(&q)) {
		d = selection_folder_distance(db_str(&q, 0), c->part[n]);
		if (best != -1 && d >= best)
			continue;
		best = d;
		free(*name);
		*name = mem_dup(db_str(&q, 0));
	}
	free(below);
	return db_done(&q, e);
}

static int
selection_folder_exists(struct selection *c, int n, int64_t *is, struct err *e)
{
	char *path = selection_folder_path_of(c, n);
	int rc = db_one(c->src->db, is, 0, e, "SELECT 1 FROM folder"
	    " WHERE project = ?1 AND pass_seen = ?2 AND kind = ?3"
	    " AND path = ?4 LIMIT 1", "siss", c->src->st.project, c->src->st.pass,
	    c->kind, path);

	free(path);
	return rc;
}

/* Append a name in the form of --folder. */
static void
selection_folder_name_put(struct buf *b, const char *name)
{
	if (b->len > 0)
		buf_putc(b, '/');
	for (; *name != '\0'; name++) {
		if (*name == '/' || *name == '\\')
			buf_putc(b, '\\');
		buf_putc(b, *name);
	}
}

static int
selection_folder_unknown(struct selection *c, struct err *e)
{
	struct buf b = { 0 };
	int64_t is = 0;
	int i, n = c->parts;
	char *name = NULL;

	while (!is && --n > 0)
		if (selection_folder_exists(c, n, &is, e) == -1)
			return -1;
	if (selection_folder_nearest_name(c, n, &name, e) == -1)
		return -1;
	for (i = 0; i < n; i++)
		selection_folder_name_put(&b, c->part[i]);
	if (name != NULL)
		selection_folder_name_put(&b, name);
	err_set(e, ZX_CONFIG, "--folder %s: project %s has no such folder of "
	    "type %s; %s%s", c->folder, c->src->st.project, c->kind,
	    name ? "the nearest is " : b.len > 0 ? "no folder is below " :
	    "it has no such folders", buf_str(&b));
	free(name);
	buf_free(&b);
	return -1;
}

int
selection_find_folder(struct selection *c, struct err *e)
{
	int64_t is;

	if (c->folder == NULL || c->found)
		return 0;
	if (selection_folder_exists(c, c->parts, &is, e) == -1)
		return -1;
	c->found = is != 0;
	return is ? 0 : selection_folder_unknown(c, e);
}
