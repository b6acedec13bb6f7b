#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/blob/blob_file.h"

/* All that is written to the tables of blobs and their chunks. */

/* The arguments and results of a transaction that stores a slice; it may run twice. */
struct pour {
	struct blob_store *s;
	struct blob	*b;
	int		 known;		/* the store had these bytes before */
	int64_t		 at;		/* bytes stored after this slice */
	int		(*done)(struct db *, void *, struct err *);
	void		*arg;
};

static int
blob_is_known(struct pour *p, struct err *e)
{
	struct db_query q;

	p->known = 0;
	db_query(&q, p->s->db, "SELECT place FROM attachment_blob"
	    " WHERE sha256 = ?1 AND size = ?2", "si", p->b->sha256, p->b->size);
	if (db_row(&q))
		p->known = blob_is_stored(db_str(&q, 0), p->b->sha256, p->b->size);
	return db_done(&q, e);
}

static int
blob_row(struct pour *p, struct err *e)
{
	char *where = p->s->dir == NULL ? mem_dup("db") : mem_fmt("dir:%s", p->s->dir);
	int rc = db_exec_async(p->s->db, e, "INSERT INTO attachment_blob (sha256, size,"
	    " place, at) VALUES (?1, ?2, ?3, {now})"
	    " ON CONFLICT (sha256) DO UPDATE SET place = excluded.place,"
	    " size = excluded.size, at = excluded.at", "sis", p->b->sha256,
	    p->b->size, where);
	free(where);
	return rc;
}

static int
blob_chunks(struct pour *p, struct err *e)
{
	char *buf = mem_zalloc(BLOB_CHUNK);
	int64_t left;
	size_t n;
	int i, rc = 0;

	p->at = p->b->at;
	for (i = 0; rc == 0 && i < BLOB_SLICE && p->at < p->b->size; i++) {
		left = p->b->size - p->at;
		n = left < BLOB_CHUNK ? (size_t)left : BLOB_CHUNK;
		if ((rc = blob_read(p->b->fd, buf, n, p->at, e)) == 0 &&
		    db_exec(p->s->db, e, "INSERT INTO attachment_chunk"
		    " (sha256, n, bytes) VALUES (?1, ?2, ?3)"
		    " ON CONFLICT (sha256, n) DO NOTHING", "sib",
		    p->b->sha256, p->at / BLOB_CHUNK, buf, n) == -1)
			rc = -1;
		p->at += (int64_t)n;
	}
	free(buf);
	return rc;
}

static int
blob_pour_tx(struct db *db, void *arg, struct err *e)
{
	struct pour *p = arg;

	if (p->b->at == 0 && blob_is_known(p, e) == -1)
		return -1;
	if (p->known)
		return p->done(db, p->arg, e);
	p->at = p->b->size;
	if (p->s->dir == NULL && blob_chunks(p, e) == -1)
		return -1;
	if (p->at < p->b->size)
		return 0;
	return blob_row(p, e) == -1 ? -1 : p->done(db, p->arg, e);
}

int
blob_pour(struct blob_store *s, struct blob *b,
    int (*done)(struct db *, void *, struct err *), void *arg, struct err *e)
{
	struct pour p = { .s = s, .b = b, .done = done, .arg = arg };

	if (s->dir != NULL && b->path != NULL &&
	    (blob_is_known(&p, e) == -1 || (!p.known && blob_finish(s, b, e) == -1)))
		return -1;
	if (db_tx(s->db, blob_pour_tx, &p, e) == -1)
		return -1;
	b->at = p.at;
	return !p.known && b->at < b->size;
}

/*
 * Bytes to which no row refers.  The rows are removed before the files, so that a
 * process that dies in between leaves a file without a row, never a row without bytes.
 */
enum { PAGE = 64 };

struct sweep {
	const char		*but;		/* its rows do not count */
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
				blob_remove(w.dir[i], w.sha[i]);
		blob_sweep_forget(&w);
	} while (n == PAGE);
	return out->torn > 0 && db_exec(db, e, "DELETE FROM attachment_chunk"
	    " WHERE sha256 NOT IN (SELECT sha256 FROM attachment_blob)", "") == -1 ? -1 : 0;
}
