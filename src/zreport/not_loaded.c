#include <inttypes.h>

#include "base/buf.h"
#include "not_loaded.h"

/* The effect of a file has the columns of its row as key. */
#define UPLOADED								\
	" AND NOT EXISTS (SELECT 1 FROM ledger l WHERE l.project = ?1"		\
	" AND l.kind = 'blob' AND l.state = 'done' AND l.stream = a.stream"	\
	" AND l.skey = a.owner_key AND l.ekey = a.stream || '/' || a.owner_key || '/'" \
	" || CASE WHEN a.step_id = 0 THEN '' ELSE CAST(a.step_id AS TEXT) || '/' END" \
	" || CAST(a.id AS TEXT))"

/* That of an image in a text has its place and the beginning of its hash. */
#define PICTURE_UPLOADED							\
	" AND NOT EXISTS (SELECT 1 FROM ledger l WHERE l.project = ?1"		\
	" AND l.kind = 'blob' AND l.state = 'done' AND l.stream = p.stream"	\
	" AND l.skey = p.owner_key AND l.ekey = p.stream || '/' || p.owner_key" \
	" || '/picture-' || substr(u.sha256, 1, 16))"

static void
not_loaded_add(struct buf *b, int64_t n, const char *one, const char *many)
{
	if (n > 0)
		buf_printf(b, "%s%" PRId64 " %s", b->len > 0 ? ", " : "", n,
		    n == 1 ? one : many);
}

/*
 * Files are attachments and images in texts that are not uploaded; a data URI that is no
 * image stays in its text.  Losses are values that were dropped or truncated; values that
 * qTest has in another place or form (REMAPPED, DETACHED, DEFAULTED) are not lost.
 */
int
not_loaded_read(struct db *db, const char *project, struct json *out, struct err *e)
{
	int64_t files = 0, losses = 0, unread = 0, links = 0;
	struct buf words = { 0 };
	struct db_query q;

	db_query(&q, db, "SELECT (SELECT count(*) FROM attachment a WHERE a.project = ?1"
	    UPLOADED ")"
	    " + (SELECT count(*) FROM inline_url u WHERE u.project = ?1"
	    " AND (u.host <> 'data:' OR u.sha256 IS NOT NULL)"
	    " AND EXISTS (SELECT 1 FROM inline_place p WHERE p.project = ?1"
	    " AND p.host = u.host AND p.url_hash = u.url_hash" PICTURE_UPLOADED ")),"
	    " (SELECT count(*) FROM loss WHERE project = ?1"
	    " AND change IN ('DROPPED', 'TRUNCATED')),"
	    " (SELECT count(*) FROM issue WHERE project = ?1 AND side = 'extract'"
	    " AND rule = 'attachments-unasked' AND level = 'warning'),"
	    " (SELECT count(*) FROM ledger WHERE project = ?1 AND kind = 'link'"
	    " AND state IN ('failed', 'skipped'))", "s", project);
	if (db_row(&q)) {
		files = db_int(&q, 0);
		losses = db_int(&q, 1);
		unread = db_int(&q, 2);
		links = db_int(&q, 3);
	}
	if (db_done(&q, e) == -1)
		return -1;
	not_loaded_add(&words, files, "file", "files");
	if (unread > 0)
		buf_printf(&words, "%sfiles that were not read (--attachments)",
		    words.len > 0 ? ", " : "");
	not_loaded_add(&words, links, "link", "links");
	not_loaded_add(&words, losses, "loss", "losses");
	*out = json_object();
	json_set_int(out, "files", files);
	json_set_int(out, "links", links);
	json_set_int(out, "losses", losses);
	json_set_str(out, "words", buf_str(&words));
	json_set(out, "unasked", json_bool_new(unread > 0));
	buf_free(&words);
	return 0;
}
