#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "domain/stream/stream.h"
#include "io/hash.h"
#include "io/json/json_out.h"

#include "emit/emit.h"
#include "emit/emit_picture.h"
#include "source.h"

static const char unknown[] = "application/octet-stream";

/* Types of images, the usual ending of a type first. */
static const struct {
	const char	*type, *end;
} types[] = {
	{ "image/png", "png" }, { "image/jpeg", "jpg" }, { "image/gif", "gif" },
	{ "image/svg+xml", "svg" }, { "image/webp", "webp" }, { "image/bmp", "bmp" },
	{ "image/tiff", "tif" }, { "image/x-icon", "ico" }, { "image/avif", "avif" },
	{ "image/jpeg", "jpeg" }, { "image/jpg", "jpg" }, { "image/tiff", "tiff" },
	{ "image/vnd.microsoft.icon", "ico" },
};

/* Set *end to the ending of a file of this type, or to that of the name of the image.
   Return the type, which the name tells if it is unknown. */
static const char *
emit_picture_type(const char *type, const char *name, const char **end)
{
	const char *dot = strrchr(name, '.');
	int known = type != NULL && strncasecmp(type, "image/", 6) == 0;
	size_t i;

	for (i = 0; i < sizeof(types) / sizeof(types[0]); i++)
		if (known ? strcasecmp(types[i].type, type) == 0 :
		    dot != NULL && strcasecmp(types[i].end, dot + 1) == 0) {
			*end = types[i].end;
			return types[i].type;
		}
	*end = "img";
	return known ? type : unknown;
}

/* Begin the entry of an image up to its list src, and copy its type, which follows that. */
static void
emit_picture_open(struct buf *b, struct db_query *q, char type[128])
{
	const char *sha256 = db_str(q, 0), *end;

	snprintf(type, 128, "%s", emit_picture_type(db_str(q, 2), db_str(q, 3), &end));
	json_out_open(b, NULL, '{');
	json_out_fmt(b, "id", "picture-%.16s", sha256);
	json_out_fmt(b, "name", "picture-%.8s.%s", sha256, end);
	json_out_str(b, "sha256", sha256);
	json_out_int(b, "size", db_int(q, 1));
	json_out_open(b, "src", '[');
}

static void
emit_picture_close(struct buf *b, const char *type)
{
	json_out_close(b, ']');
	json_out_str(b, "type", type);
	json_out_close(b, '}');
}

int
emit_pictures(struct emit *m, const char *key, struct err *e)
{
	char sha256[HASH_HEX] = "", type[128] = "";
	struct buf list = { 0 };
	struct db_query q;

	db_query(&q, m->src->db, "SELECT u.sha256, u.size, u.type, u.name, u.url"
	    " FROM inline_place p JOIN inline_url u ON u.project = p.project"
	    " AND u.host = p.host AND u.url_hash = p.url_hash WHERE p.project = ?1"
	    " AND p.stream = ?2 AND p.owner_key = ?3 AND u.sha256 IS NOT NULL GROUP BY"
	    " u.sha256, u.size, u.type, u.name, u.url, u.host, u.url_hash"
	    " ORDER BY u.sha256, u.host, u.url_hash", "sss", m->src->st.project,
	    stream_name((enum stream)m->stream), key);
	while (db_row(&q)) {
		if (strcmp(db_str(&q, 0), sha256) != 0) {
			if (list.len > 0)
				emit_picture_close(&list, type);
			else
				json_out_open(&list, NULL, '[');
			snprintf(sha256, sizeof(sha256), "%s", db_str(&q, 0));
			emit_picture_open(&list, &q, type);
		}
		json_out_str(&list, NULL, db_str(&q, 4));
	}
	if (list.len > 0) {
		emit_picture_close(&list, type);
		json_out_close(&list, ']');
		record_put(&m->record, "pictures", list.s, list.len);
	}
	buf_free(&list);
	return db_done(&q, e);
}
