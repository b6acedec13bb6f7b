#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/file.h"
#include "base/mem.h"
#include "base/quote.h"
#include "io/json/json.h"

#include "files/attach.h"
#include "files/inline_data.h"
#include "files/inline_file.h"
#include "source.h"

struct inline_walk {
	void		(*found)(void *, const char *, const struct html_image *);
	void		*arg;
	struct buf	 path;
};

static void
inline_walk(struct inline_walk *w, const struct json *j)
{
	struct html_image image;
	struct json_iter it;
	struct json v;
	const char *name, *at;
	size_t len = w->path.len;
	int i;

	if (json_type(j, "") == JSON_STR)
		for (at = json_str(j, ""); html_image_next(&at, &image);)
			w->found(w->arg, buf_str(&w->path), &image);
	for (i = 0; json_type(j, "") == JSON_ARR && i < json_len(j, ""); i++) {
		v = json_at(j, i);
		buf_printf(&w->path, "[%d]", i);
		inline_walk(w, &v);
		buf_cut(&w->path, len);
		json_free(&v);
	}
	if (json_type(j, "") != JSON_OBJ)
		return;
	for (json_iter(&it, j); json_next(&it, j, &name, &v); json_free(&v)) {
		buf_printf(&w->path, "%s%s", len > 0 ? "." : "", name);
		inline_walk(w, &v);
		buf_cut(&w->path, len);
	}
}

void
inline_text_walk(const char *text, size_t len, const char *path,
    void (*found)(void *, const char *, const struct html_image *), void *arg)
{
	struct inline_walk w = { .found = found, .arg = arg };
	struct json j;

	if (len == 0 || json_parse(&j, text, len, NULL, NULL) == -1)
		return;
	buf_puts(&w.path, path);
	inline_walk(&w, &j);
	json_free(&j);
	buf_free(&w.path);
}

/* Decode a data URI: append its bytes, and set its type.  Return 0, or -1 if it is no
   image or cannot be decoded. */
static int
inline_data_decode(const char *uri, char type[128], struct buf *out)
{
	const char *head = uri + strlen(INLINE_DATA), *comma = strchr(head, ','), *s;
	size_t n = strcspn(head, ";,");
	struct buf plain = { 0 };
	int rc = 0;

	if (comma == NULL || (n > 0 && strncasecmp(head, "image/", 6) != 0 &&
	    strncasecmp(head, "application/octet-stream", n) != 0))
		return -1;
	snprintf(type, 128, "%.*s", (int)n, n > 0 ? head : "");
	for (s = comma + 1; *s != '\0';)
		s = buf_unpercent(&plain, s);
	if (comma - head >= 7 && strncasecmp(comma - 7, ";base64", 7) == 0)
		rc = buf_unbase64(out, buf_str(&plain), plain.len);
	else
		buf_add(out, buf_str(&plain), plain.len);
	buf_free(&plain);
	return rc == 0 && out->len > 0 ? 0 : -1;
}

struct inline_decoding {
	struct attach	*t;
	struct err	*e;
	int		 rc;
};

static int
inline_data_put_tx(struct db *db, void *arg, struct err *e)
{
	struct fetch *f = arg;
	struct source *src = f->attach->src;

	(void)db;
	if (inline_url_found(src, f->host, f->url_hash, f->url, "", e) == -1)
		return -1;
	return inline_url_received(src, f, e);
}

/* Store the bytes of an image.  0, -1. */
static int
inline_data_pour(struct attach *t, struct fetch *f, const struct buf *bytes, struct err *e)
{
	int rc;

	if (blob_begin(&t->store, &f->blob, e) == -1)
		return -1;
	if (file_write(f->blob.fd, bytes->s, bytes->len) == -1)
		return err_sys(e, ZX_IO, "an image of a text");
	if (blob_measure(&f->blob, e) == -1)
		return -1;
	do
		rc = blob_pour(&t->store, &f->blob, inline_data_put_tx, f, e);
	while (rc == 1);
	return rc;
}

/* Return 1 if a data URI was decoded before, 0, -1. */
static int
inline_data_is_known(struct attach *t, const char *url_hash, struct err *e)
{
	int64_t known;

	return db_one(t->src->db, &known, 0, e, "SELECT 1 FROM inline_url WHERE project = ?1"
	    " AND host = '" INLINE_DATA "' AND url_hash = ?2 AND state <> 'found'", "ss",
	    t->src->st.project, url_hash) == -1 ? -1 : (int)known;
}

/* Decode the image of f, and store its bytes or that it has none.  0, -1. */
static int
inline_data_take(struct attach *t, struct fetch *f, const struct html_image *image,
    struct err *e)
{
	struct buf uri = { 0 }, bytes = { 0 };
	int rc;

	html_image_text(&uri, image);
	f->ok = inline_data_decode(buf_str(&uri), f->type, &bytes) == 0;
	buf_free(&uri);
	rc = f->ok ? inline_data_pour(t, f, &bytes, e) :
	    db_tx(t->src->db, inline_data_put_tx, f, e);
	t->files += f->ok;
	t->images += f->ok;
	t->missing += !f->ok;
	t->bytes += (int64_t)bytes.len;
	buf_free(&bytes);
	return rc;
}

static void
on_data(void *arg, const char *field, const struct html_image *image)
{
	struct inline_decoding *d = arg;
	struct buf name = { 0 };
	char hash[HASH_HEX];
	struct fetch *f;
	int known;

	(void)field;
	if (d->rc == -1 || !html_image_is_data(image))
		return;
	html_image_name(&name, image);
	hash_text(name.s, name.len, hash);
	if ((known = inline_data_is_known(d->t, hash, d->e)) == 0) {
		f = fetch_new(d->t);
		f->host = mem_dup(INLINE_DATA);
		f->url_hash = mem_dup(hash);
		f->url = mem_dup(buf_str(&name));
		d->rc = inline_data_take(d->t, f, image, d->e);
		fetch_free(f);
	} else if (known == -1) {
		d->rc = -1;
	}
	buf_free(&name);
}

int
inline_data_store(struct attach *t, const char *json, size_t len, struct err *e)
{
	struct inline_decoding d = { .t = t, .e = e };

	inline_text_walk(json, len, "", on_data, &d);
	return d.rc;
}
