#include <inttypes.h>
#include <string.h>

#include "base/buf.h"
#include "report.h"

/*
 * What stands in Zephyr and nowhere in qTest: files, pictures of texts, and
 * values that were dropped or cut off.  Values that qTest holds in another
 * place or form (REMAPPED, DETACHED, DEFAULTED) did not stay behind.
 */
int
left_read(struct db *db, const char *project, struct left *l, struct err *e)
{
	int64_t unasked;

	if (db_one(db, &l->files, 0, e, "SELECT (SELECT count(*) FROM attachment a"
	    " WHERE a.project = ?1) + (SELECT count(*) FROM inline_url u"
	    " WHERE u.project = ?1 AND EXISTS (SELECT 1 FROM inline_place p"
	    " WHERE p.project = ?1 AND p.host = u.host AND p.url_hash = u.url_hash))", "s",
	    project) == -1 || db_one(db, &l->losses, 0, e, "SELECT count(*) FROM loss"
	    " WHERE project = ?1 AND change IN ('DROPPED', 'TRUNCATED')", "s",
	    project) == -1 || db_one(db, &unasked, 0, e, "SELECT count(*) FROM issue"
	    " WHERE project = ?1 AND side = 'extract' AND rule = 'attachments-unasked'"
	    " AND level = 'warning'", "s", project) == -1)
		return -1;
	l->unasked = unasked > 0;
	return 0;
}

static void
not_loaded_words_add(struct buf *b, int64_t n, const char *one, const char *many)
{
	if (n > 0)
		buf_printf(b, "%s%" PRId64 " %s", b->len > 0 ? ", " : "", n,
		    n == 1 ? one : many);
}

char *
left_words(const struct left *l)
{
	struct buf b = { 0 };

	not_loaded_words_add(&b, l->files, "file", "files");
	if (l->unasked)
		buf_printf(&b, "%sfiles that were not read (--attachments)", b.len > 0 ? ", " : "");
	not_loaded_words_add(&b, l->losses, "loss", "losses");
	return buf_take(&b, NULL);
}
