#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/stream/stream.h"

#include "files/inline_file.h"
#include "files/inline_report.h"
#include "source.h"

enum { TELL_PAGE = 256 };

struct telling {
	struct source	*src;
	enum stream	 stream;
	char		*key;		/* of the object under way, or NULL */
	int64_t		 n;		/* its last place that was read */
	struct buf	 what;
};

static int
inline_report_flush(struct telling *t, struct err *e)
{
	int rc = 0;

	if (t->key != NULL)
		rc = finding_issue(&t->src->finding, "extract", t->stream,
		    t->key, "inline-image", "warning", buf_str(&t->what), e);
	free(t->key);
	t->key = NULL;
	buf_reset(&t->what);
	return rc;
}

static int
inline_report_place(struct telling *t, struct db_query *q, struct err *e)
{
	enum stream s = (enum stream)stream_find(db_str(q, 0));
	int data = strcmp(db_str(q, 5), INLINE_DATA) == 0;

	if (t->key == NULL || s != t->stream ||
	    strcmp(t->key, db_str(q, 1)) != 0) {
		if (inline_report_flush(t, e) == -1)
			return -1;
		t->stream = s;
		t->key = mem_dup(db_str(q, 1));
	}
	t->n = db_int(q, 2);
	buf_printf(&t->what, "%s%s: %s", t->what.len ? "; " : "",
	    db_str(q, 3), data ? "a data URI" : db_str(q, 4));
	buf_puts(&t->what, data ? " (is not an image, or cannot be decoded)" :
	    " (cannot be downloaded: save it in a browser and use --fill)");
	return 0;
}

static int
inline_report_page(struct telling *t, struct err *e)
{
	struct db_query q;
	char *key = mem_dup(t->key ? t->key : "");
	int n = 0, rc = 0;

	db_query(&q, t->src->db, "SELECT p.stream, p.owner_key, p.n, p.field,"
	    " u.name, u.host FROM inline_place p JOIN inline_url u"
	    " ON u.project = p.project AND u.host = p.host"
	    " AND u.url_hash = p.url_hash WHERE p.project = ?1 AND u.state <> 'held'"
	    " AND (u.host <> '" INLINE_DATA "' OR u.state <> 'found')"
	    " AND (p.stream, p.owner_key, p.n) > (?2, ?3, ?4)"
	    " ORDER BY p.stream, p.owner_key, p.n LIMIT 256", "sssi",
	    t->src->st.project, t->key ? stream_name(t->stream) : "", key, t->n);
	for (; rc == 0 && db_row(&q); n++)
		rc = inline_report_place(t, &q, e);
	free(key);
	return db_done(&q, rc == -1 ? NULL : e) == -1 || rc == -1 ? -1 : n;
}

static int
inline_report_tell_tx(struct db *db, void *arg, struct err *e)
{
	struct telling t = { .src = arg, .n = -1 };
	int n = TELL_PAGE, rc;

	(void)db;
	if (finding_remove(&t.src->finding, "extract", NULL, NULL, "inline-image", e) == -1)
		return -1;
	while (n == TELL_PAGE)
		n = inline_report_page(&t, e);
	rc = n == -1 ? -1 : inline_report_flush(&t, e);
	free(t.key);
	buf_free(&t.what);
	return rc;
}

int
inline_report(struct source *src, struct err *e)
{
	int64_t any;

	if (db_one(src->db, &any, 0, e, "SELECT 1 FROM inline_url"
	    " WHERE project = ?1 LIMIT 1", "s", src->st.project) == -1)
		return -1;
	return any ? db_tx(src->db, inline_report_tell_tx, src, e) : 0;
}
