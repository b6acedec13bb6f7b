#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "base/file.h"
#include "base/mem.h"
#include "io/hash.h"
#include "io/jqbound.h"
#include "map.h"

struct map_file {
	const char	*name;
	struct buf	 text;
	int		 replaced;	/* by a file of the user */
};

static struct map_file *
map_file_find(struct map *m, const char *name)
{
	int i;

	for (i = 0; i < m->n; i++)
		if (strcmp(m->files[i].name, name) == 0)
			return &m->files[i];
	return NULL;
}

static void
map_files_embedded(struct map *m)
{
	const struct asset *a;

	for (a = asset_map; a->name != NULL; a++) {
		m->files = mem_grow(m->files, (size_t)m->n + 1, sizeof(*m->files));
		m->files[m->n] = (struct map_file){ .name = a->name };
		buf_add(&m->files[m->n++].text, a->text, a->len);
	}
}

static int
map_file_replace(struct map_file *f, const char *path, struct err *e)
{
	int rc;

	f->replaced = 1;
	buf_reset(&f->text);
	rc = file_read(path, &f->text, e);
	if (rc == 0)
		rc = err_sys(e, ZX_NOINPUT, "%s", path);
	return rc == -1 ? -1 : 0;
}

/* Replace files by those of dir; ZX_CONFIG for a file that replaces none. */
static int
map_files_replace(struct map *m, const char *dir, struct err *e)
{
	struct dirent *d;
	struct map_file *f;
	char *path;
	DIR *dp;
	int rc = 0;

	if ((dp = opendir(dir)) == NULL)
		return err_sys(e, ZX_NOINPUT, "map %s", dir);
	while (rc == 0 && (d = readdir(dp)) != NULL) {
		if (d->d_name[0] == '.')
			continue;
		if ((f = map_file_find(m, d->d_name)) == NULL) {
			rc = err_set(e, ZX_CONFIG, "map %s: %s is not the name of a map file "
			    "(map.json, STREAM.jq, html.jq, text.jq, effect.jq, prepare.jq)",
			    dir, d->d_name);
			break;
		}
		path = mem_fmt("%s/%s", dir, d->d_name);
		rc = map_file_replace(f, path, e);
		free(path);
	}
	closedir(dp);
	return rc;
}

static void
map_files_hash(struct map *m)
{
	struct hash *h = hash_open();
	int i;

	for (i = 0; i < m->n; i++) {
		hash_add(h, m->files[i].name, strlen(m->files[i].name) + 1);
		hash_add(h, buf_str(&m->files[i].text), m->files[i].text.len + 1);
	}
	hash_close(h, m->hash);
}

/* Run the program prepare.jq on map.json; sets *out to the result. */
static int
map_prepare_run(const struct map_file *jq, const struct map_file *js, struct json *out,
    struct err *e)
{
	struct json none = json_object(), in = { 0 };
	struct jqprog *p = NULL;
	int rc = -1;

	if (json_parse(&in, buf_str(&js->text), js->text.len, NULL, e) == -1) {
		e->code = ZX_CONFIG;
		err_at(e, "map.json");
	} else if (jqprog_open(&p, "prepare.jq", buf_str(&jq->text), &none, e) == 0) {
		jqbound_where("map.json", "-");
		jqprog_feed(p, &in);
		if ((rc = jqprog_next(p, out, e)) != JQ_RESULT) {
			rc = rc == JQ_END ?
			    err_set(e, ZX_CONFIG, "prepare.jq has no result") : -1;
			e->code = ZX_CONFIG;
		}
	}
	jqprog_close(p);
	json_free(&none);
	json_free(&in);
	return rc == JQ_RESULT ? 0 : -1;
}

/* Set *out to the result of prepare.jq for map.json, which the build has stored for the
   embedded files. */
static int
map_prepare(struct map *m, struct json *out, struct err *e)
{
	struct map_file *js = map_file_find(m, "map.json"),
			*jq = map_file_find(m, "prepare.jq");
	const struct asset *a = asset_prepared;

	if (js == NULL || jq == NULL)
		die(ZX_BUG, "map.json or prepare.jq is missing in this program");
	if (js->replaced || jq->replaced || a->len == 0)
		return map_prepare_run(jq, js, out, e);
	return json_parse(out, a->text, a->len, NULL, e);
}

/* Return a member of prepared as text, NULL if there is none. */
static char *
map_member_text(const struct json *prepared, const char *name)
{
	struct json part = json_member(prepared, name);
	struct buf b = { 0 };

	if (!part.set)		/* an older prepare.jq has no statuses */
		return NULL;
	json_dump(&part, &b);
	json_free(&part);
	return buf_take(&b, NULL);
}

int
map_open(struct map *m, const char *path, struct err *e)
{
	struct json prepared = { 0 }, map;
	struct stat st;
	int rc = 0;

	memset(m, 0, sizeof(*m));
	map_files_embedded(m);
	if (path != NULL) {
		if (stat(path, &st) == -1)
			return err_sys(e, ZX_NOINPUT, "map %s", path);
		rc = S_ISDIR(st.st_mode) ? map_files_replace(m, path, e) :
		    map_file_replace(map_file_find(m, "map.json"), path, e);
	}
	if (rc == -1)
		return -1;
	map_files_hash(m);
	if (map_prepare(m, &prepared, e) == -1)
		return -1;
	map = json_member(&prepared, "map");
	m->args = json_object();
	json_set(&m->args, "map", map.set ? map : json_object());
	m->fields = map_member_text(&prepared, "fields");
	m->specs = json_member(&prepared, "fields");
	m->relink = json_bool(&m->args, "map.relink", 1);
	m->statuses = map_member_text(&prepared, "statuses");
	json_free(&prepared);
	return 0;
}

void
map_close(struct map *m)
{
	int i;

	jqset_close(m->prog);
	for (i = 0; i < m->n; i++)
		buf_free(&m->files[i].text);
	free(m->files);
	free(m->fields);
	free(m->statuses);
	json_free(&m->args);
	json_free(&m->specs);
	memset(m, 0, sizeof(*m));
}

int
map_compile(struct map *m, struct err *e)
{
	static const char *const names[] = { "html.jq", "text.jq", "effect.jq" };
	struct jqset_part part[STREAM_COUNT] = { 0 };
	struct buf shared = { 0 };
	struct map_file *f;
	size_t i;
	int s, rc;

	for (i = 0; i < sizeof(names) / sizeof(names[0]); i++)
		if ((f = map_file_find(m, names[i])) != NULL)
			buf_add(&shared, buf_str(&f->text), f->text.len);
	for (s = 0; s < STREAM_COUNT; s++) {
		snprintf(part[s].name, sizeof(part[s].name), "%s.jq",
		    stream_name((enum stream)s));
		if ((f = map_file_find(m, part[s].name)) == NULL)
			die(ZX_BUG, "%s is missing in this program", part[s].name);
		buf_add(&part[s].text, buf_str(&f->text), f->text.len);
	}
	rc = jqset_open(&m->prog, buf_str(&shared), part, STREAM_COUNT, &m->args, e);
	buf_free(&shared);
	jqset_parts_free(part, STREAM_COUNT);
	return rc;
}

/* Check that a program gave one result, and unpack it if it is a reject. */
static int
map_result(struct map *m, enum stream s, const char *key, enum map_result *result,
    struct json *out, struct err *e)
{
	struct json more = { 0 }, r;

	if (jqset_next(m->prog, &more, NULL) == JQ_RESULT) {
		json_free(&more);
		return err_set(e, ZX_CONFIG, "%s.jq: more than one result for %s",
		    stream_name(s), key);
	}
	if (json_type(out, "reject") == JSON_OBJ) {
		r = json_member(out, "reject");
		json_free(out);
		*out = r;
		*result = MAP_REJECT;
		return 0;
	}
	if (json_type(out, "effects") != JSON_ARR || json_str(out, "key") == NULL)
		return err_set(e, ZX_CONFIG, "%s.jq: the result for %s has no key or effects",
		    stream_name(s), key);
	*result = MAP_EFFECTS;
	return 0;
}

int
map_record(struct map *m, enum stream s, const char *key,
    const struct json *rec, enum map_result *result, struct json *out,
    struct err *e)
{
	struct err why = { 0 };
	int rc;

	memset(out, 0, sizeof(*out));
	if (m->prog == NULL && map_compile(m, e) == -1)
		return -1;
	jqbound_where(stream_name(s), key);
	jqset_feed(m->prog, (int)s, rec);
	rc = jqset_next(m->prog, out, &why);
	if (rc == 0)
		return err_set(e, ZX_CONFIG, "%s.jq: no result for %s", stream_name(s), key);
	if (rc == -1) {
		*out = json_object();
		json_set_str(out, "rule", "map");
		json_set_str(out, "reason", why.msg);
		*result = MAP_REJECT;
		return 0;
	}
	return map_result(m, s, key, result, out, e);
}
