#include <fcntl.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/log.h"
#include "base/mem.h"

#include "files/attach.h"
#include "files/attach_list.h"
#include "files/import_images.h"
#include "files/inline_file.h"
#include "files/inline_report.h"
#include "source.h"

/*
 * Imports with --fill DIR what Zephyr does not serve and a person saved from a browser.
 * A file belongs to the image whose URL ends with its name, or to the attachment of that
 * name.
 */
struct filling {
	struct attach	*t;
	const char	*dir;
	struct fetch	*f;		/* the image or attachment under way */
	int64_t		 filled, files, left;
};

/* Return the part of a name behind "[embedded-]{hash or uuid}-{epoch ms}-"
   (zephyr-api.md 4.3), or NULL. */
static const char *
import_images_short_name(const char *name)
{
	const char *s = name, *end;
	size_t n;

	for (; (s = strchr(s, '-')) != NULL; s++) {
		n = strspn(s + 1, "0123456789");
		end = s + 1 + n;
		if (n == 13 && *end == '-' && end[1] != '\0')
			return end + 1;
	}
	return NULL;
}

/* Return the last part of a name that may have directories. */
static const char *
import_images_base(const char *name)
{
	const char *s, *base = name;

	for (s = name; *s != '\0'; s++)
		if (*s == '/' || *s == '\\')
			base = s + 1;
	return base;
}

/* Open a regular file of the directory itself; -1 if there is none of that name. */
static int
import_images_try(const char *dir, const char *name)
{
	struct stat st;
	char *path;
	int fd;

	if (name == NULL || *name == '\0' || *name == '.' ||
	    strchr(name, '/') != NULL)
		return -1;
	path = mem_fmt("%s/%s", dir, name);
	fd = open(path, O_RDONLY | O_CLOEXEC | O_NOFOLLOW | O_NONBLOCK);
	free(path);
	if (fd != -1 && (fstat(fd, &st) == -1 || !S_ISREG(st.st_mode))) {
		close(fd);
		fd = -1;
	}
	return fd;
}

static int
import_images_copy(int from, int to, struct err *e)
{
	char *buf = mem_zalloc(BLOB_CHUNK), *p;
	ssize_t n, w = 0;

	while ((n = read(from, buf, BLOB_CHUNK)) > 0)
		for (p = buf; n > 0; n -= w, p += w)
			if ((w = write(to, p, (size_t)n)) == -1)
				goto out;
out:
	free(buf);
	return n == 0 ? 0 : err_sys(e, ZX_IO, "a file to fill in");
}

static int
import_images_held(struct db *db, void *arg, struct err *e)
{
	struct fetch *f = arg;
	struct attach *t = f->attach;

	(void)db;
	f->ok = 1;
	if (f->url_hash != NULL)
		return inline_url_received(t->src, f, e);
	snprintf(f->type, sizeof(f->type), "application/octet-stream");
	return attach_list_received(t->src, f, e) == -1 ? -1 :
	    attach_seal(t, f->stream, f->owner, NULL, e);
}

static int
fill_file_import(struct filling *l, int fd, struct err *e)
{
	struct attach *t = l->t;
	struct blob *b = &l->f->blob;
	int rc;

	if (blob_begin(&t->store, b, e) == -1)
		return -1;
	if (import_images_copy(fd, b->fd, e) == -1 || blob_measure(b, e) == -1)
		return -1;
	do
		rc = blob_pour(&t->store, b, import_images_held, l->f, e);
	while (rc == 1);
	if (rc == 0 && l->f->url_hash != NULL)
		l->filled++;
	else if (rc == 0)
		l->files++;
	return rc;
}

/* Return 1 if the short name belongs to one image alone, 0, or -1. */
static int
import_images_is_only(struct filling *l, const char *name, struct err *e)
{
	struct db_query q;
	const char *s;
	int n = 0;

	if (name == NULL)
		return 0;
	db_query(&q, l->t->src->db, "SELECT name FROM inline_url WHERE project = ?1",
	    "s", l->t->src->st.project);
	while (db_row(&q)) {
		s = import_images_short_name(db_str(&q, 0));
		n += s != NULL && strcmp(s, name) == 0;
	}
	return db_done(&q, e) == -1 ? -1 : n == 1;
}

static int
import_images_one(struct filling *l, struct err *e)
{
	const char *brief = import_images_short_name(l->f->name);
	int fd = import_images_try(l->dir, l->f->name), rc = 0;

	if (fd == -1 && (rc = import_images_is_only(l, brief, e)) == 1)
		fd = import_images_try(l->dir, brief);
	if (rc == -1)
		return -1;
	if (fd == -1) {
		log_info("fill", "still missing: %s", l->f->name);
		l->left++;
		return 0;
	}
	rc = fill_file_import(l, fd, e);
	close(fd);
	return rc;
}

/* Return 1 if no other missing attachment has the name, 0, or -1. */
static int
import_images_is_only_file(struct filling *l, const char *name, struct err *e)
{
	struct db_query q;
	int n = 0;

	db_query(&q, l->t->src->db, "SELECT name FROM attachment WHERE project = ?1"
	    " AND state = 'unavailable'", "s", l->t->src->st.project);
	while (db_row(&q))
		n += strcmp(import_images_base(db_str(&q, 0)), name) == 0;
	return db_done(&q, e) == -1 ? -1 : n == 1;
}

/* Import the attachment l->f: the file "ID-NAME", or NAME if no other one is missing. */
static int
import_images_file(struct filling *l, struct err *e)
{
	const char *name = import_images_base(l->f->name);
	char *full = mem_fmt("%" PRId64 "-%s", l->f->id, name);
	int fd = import_images_try(l->dir, full), rc = 0;

	if (fd == -1 && (rc = import_images_is_only_file(l, name, e)) == 1)
		fd = import_images_try(l->dir, name);
	if (fd != -1) {
		rc = fill_file_import(l, fd, e);
		close(fd);
	} else if (rc != -1) {
		log_info("fill", "still missing: %s: %s", l->f->owner, full);
		l->left++;
		rc = 0;
	}
	free(full);
	return rc;
}

/* Replace l->f by the missing attachment after it, or by the first one if l->f is NULL.  Return
   1, 0 when no attachment is left, -1. */
static int
import_images_next_file(struct filling *l, struct err *e)
{
	struct fetch *f = NULL, *last = l->f;
	struct db_query q;

	db_query(&q, l->t->src->db, "SELECT stream, owner_key, step_id, id, name"
	    " FROM attachment WHERE project = ?1 AND state = 'unavailable'"
	    " AND (stream, owner_key, step_id, id) > (?2, ?3, ?4, ?5)"
	    " ORDER BY stream, owner_key, step_id, id LIMIT 1", "sssii",
	    l->t->src->st.project, last ? stream_name(last->stream) : "",
	    last ? last->owner : "", last ? last->step : 0, last ? last->id : 0);
	if (db_row(&q))
		f = fetch_file_read(l->t, &q);
	l->f = f;
	fetch_free(last);
	return db_done(&q, e) == -1 ? -1 : f != NULL;
}

/* Replace l->f (NULL: none yet) by the next image that is not stored.  Return 1, 0 if
   there is none, or -1. */
static int
import_images_next(struct filling *l, struct err *e)
{
	struct fetch *f = NULL, *last = l->f;
	struct db_query q;

	db_query(&q, l->t->src->db, "SELECT host, url_hash, name FROM inline_url"
	    " WHERE project = ?1 AND state <> 'held'"
	    " AND host <> '" INLINE_DATA "' AND (host, url_hash) > (?2, ?3)"
	    " ORDER BY host, url_hash LIMIT 1", "sss", l->t->src->st.project,
	    last != NULL ? last->host : "", last != NULL ? last->url_hash : "");
	if (db_row(&q)) {
		f = fetch_new(l->t);
		f->host = mem_dup(db_str(&q, 0));
		f->url_hash = mem_dup(db_str(&q, 1));
		f->name = mem_dup(db_str(&q, 2));
	}
	l->f = f;
	fetch_free(last);
	return db_done(&q, e) == -1 ? -1 : f != NULL;
}

int
fill_run(struct attach *t, const char *dir, const char *store,
    struct err *e)
{
	struct filling l = { .t = t, .dir = dir };
	int rc;

	if (access(dir, R_OK | X_OK) == -1)
		return err_sys(e, ZX_NOINPUT, "%s", dir);
	rc = blob_store_open(&t->store, t->src->db, store, e);
	while (rc == 0 && (rc = import_images_next(&l, e)) == 1)
		rc = import_images_one(&l, e);
	while (rc == 0 && (rc = import_images_next_file(&l, e)) == 1)
		rc = import_images_file(&l, e);
	fetch_free(l.f);
	if (rc == -1 || inline_report(t->src, e) == -1)
		return -1;
	log_info("fill", "%" PRId64 " image%s and %" PRId64 " attachment%s filled in, %" PRId64
	    " still missing; load them with the next run", PLURAL(l.filled), PLURAL(l.files),
	    l.left);
	return 0;
}
