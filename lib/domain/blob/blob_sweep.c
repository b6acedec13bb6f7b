#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/mem.h"
#include "domain/blob/blob.h"

/*
 * Bytes that nobody's row refers to.  The rows go first, then the files: who dies
 * in between leaves a file that is not known, never a row without its bytes.
 */
enum { PAGE = 64 };

struct sweep {
	const char		*but;		/* this project does not count */
	struct blob_swept	*out;
	char			 sha[PAGE][HASH_HEX];
	char			*dir[PAGE];	/* of the files of a page, or NULL */
	int			 n;
};

#define OWNED	"(SELECT sha256 FROM attachment WHERE sha256 IS NOT NULL"	\
		" AND project <> ?1 UNION SELECT sha256 FROM inline_url"	\
		" WHERE sha256 IS NOT NULL AND project <> ?1)"

static int
blob_sweep_count(struct db *db, struct sweep *w, struct err *e)
{
	struct db_query q;

	db_query(&q, db, "SELECT count(*), coalesce(sum(size), 0) FROM attachment_blob"
	    " WHERE sha256 NOT IN " OWNED, "s", w->but);
	if (db_row(&q)) {
		w->out->files = db_int(&q, 0);
		w->out->bytes = db_int(&q, 1);
	}
	if (db_done(&q, e) == -1)
		return -1;
	return db_one(db, &w->out->torn, 0, e, "SELECT count(DISTINCT sha256)"
	    " FROM attachment_chunk WHERE sha256 NOT IN (SELECT sha256 FROM"
	    " attachment_blob)", "");
}

static void
blob_sweep_forget(struct sweep *w)
{
	while (w->n > 0)
		free(w->dir[--w->n]);
}

static int
blob_sweep_drop(struct db *db, const char *sha256, struct err *e)
{
	if (db_exec_async(db, e, "DELETE FROM attachment_chunk WHERE sha256 = ?1", "s",
	    sha256) == -1)
		return -1;
	return db_exec_async(db, e, "DELETE FROM attachment_blob WHERE sha256 = ?1", "s", sha256);
}

static int
blob_sweep_page_tx(struct db *db, void *arg, struct err *e)
{
	struct sweep *w = arg;
	struct db_query q;
	const char *place;
	int i;

	blob_sweep_forget(w);
	db_query(&q, db, "SELECT sha256, place FROM attachment_blob WHERE sha256"
	    " NOT IN " OWNED " ORDER BY sha256 LIMIT ?2", "si", w->but, (int64_t)PAGE);
	while (w->n < PAGE && db_row(&q)) {
		snprintf(w->sha[w->n], HASH_HEX, "%s", db_str(&q, 0));
		place = db_str(&q, 1);
		w->dir[w->n] = strncmp(place, "dir:", 4) != 0 ? NULL :
		    mem_dup(place + 4);
		w->n++;
	}
	if (db_done(&q, e) == -1)
		return -1;
	for (i = 0; i < w->n; i++)
		if (blob_sweep_drop(db, w->sha[i], e) == -1)
			return -1;
	return 0;
}

static void
sweep_file(const char *dir, const char *sha256)
{
	int fd = blob_subdir(dir, sha256);

	if (fd == -1)
		return;
	unlinkat(fd, sha256, 0);
	close(fd);
}

/* Pieces of a file that was never whole. */
static int
blob_sweep_torn_tx(struct db *db, void *arg, struct err *e)
{
	(void)arg;
	return db_exec(db, e, "DELETE FROM attachment_chunk WHERE sha256 NOT IN"
	    " (SELECT sha256 FROM attachment_blob)", "") == -1 ? -1 : 0;
}

int
blob_sweep(struct db *db, const char *but, int yes, struct blob_swept *out,
    struct err *e)
{
	struct sweep w = { .but = but != NULL ? but : "", .out = out };
	int i, n;

	*out = (struct blob_swept){ 0 };
	if (blob_sweep_count(db, &w, e) == -1)
		return -1;
	if (!yes)
		return 0;
	do {
		if (db_tx(db, blob_sweep_page_tx, &w, e) == -1) {
			blob_sweep_forget(&w);
			return -1;
		}
		n = w.n;
		for (i = 0; i < n; i++)
			if (w.dir[i] != NULL)
				sweep_file(w.dir[i], w.sha[i]);
		blob_sweep_forget(&w);
	} while (n == PAGE);
	return out->torn > 0 ? db_tx(db, blob_sweep_torn_tx, NULL, e) : 0;
}
