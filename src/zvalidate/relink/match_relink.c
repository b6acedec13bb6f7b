#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/api/qtest_page.h"
#include "domain/ledger/key_effect.h"
#include "domain/ledger/image_file.h"
#include "domain/ledger/target.h"
#include "domain/text/body_text.h"
#include "relink/match_relink.h"

/* Return the number of a kind, KINDS if it has none. */
static int
match_relink_kind(const char *name, size_t len)
{
	int kind;

	for (kind = 0; kind < KINDS && (strlen(object_kinds[kind]) != len ||
	    strncmp(object_kinds[kind], name, len) != 0);)
		kind++;
	return kind;
}

/* Return what the addresses of objects begin with, without the scheme; the caller frees it. */
static char *
match_relink_pages(const struct compare *c)
{
	const char *slash = strrchr(c->x->target, '/');

	return mem_fmt("%.*s/p%s/portal/project#tab=", (int)(slash - c->x->target), c->x->target,
	    slash);
}

/* Check the link for one key in the text of the object *f.  0, -1. */
static int
match_relink_key(struct compare *c, const struct found *f, const char *text, const char *key,
    struct err *e)
{
	struct key_effect of;
	struct buf page = { 0 };
	const char *name;
	char *base, *what;
	int64_t id = 0;
	int rc = key_effect_find(c->x->db, c->x->project, key, &of, e), kind = KINDS;

	for (name = of.kind; rc == 1 && of.ekey != NULL && name != NULL && id == 0;
	    name = name == of.other ? NULL : of.other) {
		kind = match_relink_kind(name, strlen(name));
		id = stage_id(c->stage, kind, of.ekey);
	}
	if (id != 0 && !(id == f->id && kind == c->o.kind)) {
		base = match_relink_pages(c);
		(void)qtest_page(&page, base, object_kinds[kind], id);
		what = mem_fmt("link to %s", key);
		if (!qtest_page_in(text, buf_str(&page)))
			object_differs(&c->o, what, buf_str(&page), "");
		free(base);
		free(what);
	}
	free(of.ekey);
	buf_free(&page);
	return rc == -1 ? -1 : 0;
}

/* Check if a later pass found no mentions in the texts of the owner.  1, 0, -1. */
static int
match_relink_is_old(const struct compare *c, const struct target *t, struct err *e)
{
	int64_t pass;

	if (db_one(c->x->db, &pass, 0, e, "SELECT pass FROM target WHERE project = ?1"
	    " AND map = ?2 AND kind = ?3 AND ekey = ?4", "ssss", c->x->project, c->x->map,
	    object_kinds[c->o.kind], c->o.ekey) == -1)
		return -1;
	return pass > t->pass;
}

/* Check if zload wrote the texts of an object without links because qTest refused these; ekey
   is of the relink.  1, 0, -1. */
static int
match_relink_is_refused(const struct compare *c, const char *ekey, struct err *e)
{
	int64_t n;

	return db_one(c->x->db, &n, 0, e, "SELECT count(*) FROM ledger WHERE target = ?1"
	    " AND kind = 'relink' AND ekey = ?2 AND project = ?3 AND verb = 'text'", "sss",
	    c->x->target, ekey, c->x->project) == -1 ? -1 : n > 0;
}

int
match_relink(struct compare *c, const struct target *t, const struct json *want, struct err *e)
{
	const char *owner = value_text(want, "body.owner.$ref"), *slash = strchr(owner, '/');
	struct json keys, one = { 0 };
	struct found f;
	struct buf text = { 0 };
	char ids[64];
	int i = 0, rc = 0;

	c->o.kind = slash != NULL ? match_relink_kind(owner, (size_t)(slash - owner)) : KINDS;
	if (c->o.kind == KINDS)
		return 0;
	c->o.ekey = slash + 1;
	if ((rc = match_relink_is_old(c, t, e)) != 0 ||
	    (rc = match_relink_is_refused(c, t->ekey, e)) != 0)
		return rc == -1 ? -1 : 0;
	if (stage_find(c->stage, c->o.kind, slash + 1, &f, ids, sizeof(ids)) > 0) {
		json_dump(&f.doc, &text);
		keys = json_get(want, "body.keys");
		while (rc == 0 && json_each(&keys, &i, &one))
			rc = match_relink_key(c, &f, buf_str(&text), value_text(&one, ""), e);
		json_free(&one);
		json_free(&keys);
		buf_free(&text);
	}
	stage_found_free(&f);
	return rc;
}

/* Change a text (body_text_change). */
static int
match_relink_text(void *arg, const char *html, size_t len, struct buf *out)
{
	return image_file_put(arg, html, len, out);
}

/* True for each property (is_rich): the texts of others have no images. */
static int
match_relink_is_rich(void *arg, const struct json *property)
{
	(void)arg, (void)property;
	return 1;
}

int
match_relink_images(const struct compare *c, const struct target *t, struct json *body,
    struct err *e)
{
	struct ledger lg = { .db = c->x->db, .target = c->x->target, .project = c->x->project };
	struct json address = json_object(), out;
	struct body_texts how = { match_relink_text, match_relink_is_rich, &address };
	char *key = mem_fmt("%s/%s", t->kind, t->ekey), *pages = match_relink_pages(c);
	struct target row;
	int rc = strstr(t->body, "<img") == NULL && strstr(t->body, "<IMG") == NULL ? 1 :
	    match_relink_is_refused(c, key, e);

	if (rc == 0 && (rc = target_get(c->x->db, c->x->project, c->x->map, "relink", key, &row,
	    e)) == 1) {
		rc = image_files_read(&lg, c->x->map, pages, row.body, &address, e);
		if (rc == 0 && body_texts(body, &how, &out)) {
			json_free(body);
			*body = out;
		}
		target_free(&row);
	}
	json_free(&address);
	free(pages);
	free(key);
	return rc == -1 ? -1 : 0;
}
