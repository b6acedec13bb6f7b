#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/quote.h"
#include "domain/stream/stream.h"
#include "io/json/json.h"

#include "list/list_kinds.h"
#include "list/odd.h"
#include "list/row.h"
#include "source.h"

/* Return the id of the parent, or 0 for a root.  Any value that is no id makes a
   root, and is noted. */
static int64_t
folder_parent(struct row *r)
{
	int64_t id = row_ref(&r->j, "parentId");
	struct json v = json_member(&r->j, "parentId");
	enum json_type type = json_type(&v, "");

	if (id == 0 && type != JSON_NULL && type != JSON_NONE) {
		odd_add(&r->odd, &v, "the id of a folder, or null (the folder is placed at the "
		    "root)", "parentId");
		json_set(&r->j, "parentId", json_null());
	} else if (id != 0 && type != JSON_NUM) {
		json_set_int(&r->j, "parentId", id);
	}
	json_free(&v);
	return id;
}

static int
folder_row(struct lists *ls, const struct list_kind *k, const struct json *raw,
    struct buf *key, struct err *e)
{
	static const char *const texts[] = { "name", NULL };
	struct store_folder f = { 0 };
	struct row r;
	struct store_row s;
	int rc;

	if (row_need(raw, k->name, "id", JSON_NUM, e) == -1)
		return -1;
	f.id = json_int(raw, "id", 0);
	f.idx = json_int(raw, "index", 0);
	f.kind = json_str(raw, "folderType") ? json_str(raw, "folderType") :
	    "TEST_CASE";
	buf_int(key, f.id);
	row_open(&r, raw, NULL);
	f.parent_id = folder_parent(&r);
	row_texts(&r, texts);
	row_dump(&r, "");
	row_put(&r, "project", ls->src->ref);
	row_seal(&r, raw, &s);
	f.name = s.name;
	f.head = s.head;
	f.len = s.len;
	memcpy(f.head_hash, s.head_hash, sizeof(f.head_hash));
	rc = row_store_rest(&r, ls->src, STREAM_FOLDERS, buf_str(key),
	    store_folder(&ls->src->st, &f, e), e);
	row_free(&r);
	return rc;
}

/*
 * The tree is built once the list is complete.  Its ids are in no order (zephyr-api.md
 * 3.3), so it is built level by level, a page at a time.  Siblings are ordered by
 * index, then id.
 */
struct place {
	int64_t	 id, parent, idx;
	char	 kind[16];
	char	*path;		/* JSON array of names, its own last */
};

enum { PLACE_PAGE = 256 };

static char *
folders_path_add(const char *path, const char *name)
{
	struct buf b = { 0 };
	size_t n = path ? strlen(path) : 0;

	if (n > 2) {
		buf_add(&b, path, n - 1);
		buf_putc(&b, ',');
	} else {
		buf_putc(&b, '[');
	}
	buf_quote(&b, name, strlen(name));
	buf_putc(&b, ']');
	return buf_take(&b, NULL);
}

static int
folders_fetch(struct db_query *q, struct place *p, struct err *e)
{
	int n = 0;

	while (n < PLACE_PAGE && db_row(q)) {
		p[n].id = db_int(q, 0);
		p[n].parent = db_int(q, 1);
		p[n].idx = db_int(q, 2);
		p[n].path = folders_path_add(db_str(q, 4), db_str(q, 3));
		snprintf(p[n].kind, sizeof(p[n].kind), "%s", db_str(q, 5));
		n++;
	}
	if (db_done(q, e) == 0)
		return n;
	while (n > 0)
		free(p[--n].path);
	return -1;
}

/* Read a page of folders without a place whose parent is at depth - 1; at depth 0 of
   those without a parent. */
static int
folders_page(struct store *st, int64_t depth, const struct place *after,
    struct place *p, struct err *e)
{
	struct db_query q;

	if (depth == 0)
		db_query(&q, st->db, "SELECT f.id, 0, f.idx, f.name, NULL,"
		    " f.kind"
		    " FROM folder f WHERE f.project = ?1 AND f.pass_seen = ?2"
		    " AND f.depth IS NULL AND (f.parent_id IS NULL OR NOT"
		    " EXISTS (SELECT 1 FROM folder p WHERE p.project = ?1"
		    " AND p.id = f.parent_id AND p.pass_seen = ?2"
		    " AND p.kind = f.kind))"
		    " AND (f.kind, f.idx, f.id) > (?3, ?4, ?5)"
		    " ORDER BY f.kind, f.idx, f.id LIMIT 256", "sisii",
		    st->project, st->pass, after->kind, after->idx, after->id);
	else
		db_query(&q, st->db, "SELECT f.id, f.parent_id, f.idx, f.name,"
		    " p.path, f.kind FROM folder p JOIN folder f"
		    " ON f.project = p.project AND f.parent_id = p.id"
		    " WHERE p.project = ?1 AND p.pass_seen = ?2"
		    " AND p.depth = ?3 - 1 AND f.pass_seen = ?2"
		    " AND f.kind = p.kind"
		    " AND f.depth IS NULL"
		    " AND (f.parent_id, f.idx, f.id) > (?4, ?5, ?6)"
		    " ORDER BY f.parent_id, f.idx, f.id LIMIT 256", "siiiii",
		    st->project, st->pass, depth, after->parent, after->idx,
		    after->id);
	return folders_fetch(&q, p, e);
}

/* Place the folders of one depth.  Return how many, or -1. */
static int64_t
folders_level(struct store *st, int64_t depth, struct err *e)
{
	struct place p[PLACE_PAGE], last = { .id = -1, .parent = -1,
	    .idx = INT64_MIN };
	int64_t placed = 0, position = 0;
	int i, n, rc = 0;

	while (rc == 0 && (n = folders_page(st, depth, &last, p, e)) != 0) {
		if (n == -1)
			return -1;
		for (i = 0; i < n; i++) {
			position = p[i].parent == last.parent &&
			    strcmp(p[i].kind, last.kind) == 0 ?
			    position + 1 : 0;
			if (rc == 0)
				rc = store_folder_place(st, p[i].id, depth, position,
				    p[i].path, e);
			free(p[i].path);
			last = p[i];
			placed++;
		}
	}
	return rc == -1 ? -1 : placed;
}

/* Make a root of one folder of a cycle of parents.  Return 1, 0 if there is no
   cycle, or -1. */
static int
folders_unloop(struct store *st, struct err *e)
{
	struct db_query q;
	struct place p = { 0 };
	int rc = 0;

	db_query(&q, st->db, "SELECT id, name FROM folder WHERE project = ?1"
	    " AND pass_seen = ?2 AND depth IS NULL ORDER BY id LIMIT 1", "si",
	    st->project, st->pass);
	if (db_row(&q)) {
		p.id = db_int(&q, 0);
		p.path = folders_path_add(NULL, db_str(&q, 1));
	}
	if (db_done(&q, e) == -1)
		rc = -1;
	if (rc == 0 && p.path != NULL)
		rc = store_folder_place(st, p.id, 0, 0, p.path, e) == -1 ? -1 : 1;
	free(p.path);
	return rc;
}

static int
folders_place(struct store *st, struct err *e)
{
	int64_t depth, n;
	int rc;

	if (store_folders_unplace(st, e) == -1)
		return -1;
	do {
		for (depth = 0; (n = folders_level(st, depth, e)) > 0 || depth == 0;
		    depth++)
			if (n == -1)
				break;
		if (n == -1)
			return -1;
	} while ((rc = folders_unloop(st, e)) == 1);
	return rc;
}

const struct list_kind folders_list = {
	.name = "folders", .path = "/folders", .query = "",
	.stream = STREAM_FOLDERS, .row = folder_row, .whole = folders_place,
	.table = "folder", .key = "CAST(id AS TEXT)", .seen = "pass_seen", .which = ""
};
