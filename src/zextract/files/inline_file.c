#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/log.h"
#include "base/mem.h"
#include "base/quote.h"
#include "domain/api/zephyr.h"

#include "files/attach.h"
#include "files/inline_file.h"
#include "source.h"

/* Return host and port of a URL and their length in *len, or NULL. */
static const char *
inline_file_authority(const char *url, size_t *len)
{
	const char *s;

	if (strncasecmp(url, "http://", 7) != 0 &&
	    strncasecmp(url, "https://", 8) != 0)
		return NULL;
	s = strstr(url, "://") + 3;
	*len = strcspn(s, "/?#");
	return *len > 0 && memchr(s, '@', *len) == NULL &&
	    memchr(s, '\\', *len) == NULL ? s : NULL;
}

static int
inline_file_is_name(const char *host, size_t len)
{
	size_t i;
	int letters = 0, dots = 0;

	if (len == 0 || *host == '[')
		return 0;
	for (i = 0; i < len && host[i] != ':'; i++) {
		letters += isalpha((unsigned char)host[i]) != 0;
		dots += host[i] == '.';
	}
	return letters > 0 && dots > 0;
}

char *
inline_host(const struct source *src, const char *url)
{
	const char *s, *base;
	size_t n, m, i;
	char *host;

	for (i = 0; url[i] != '\0'; i++)
		if ((unsigned char)url[i] < ' ' || url[i] == 0x7f)
			return mem_dup("");
	if ((s = inline_file_authority(url, &n)) == NULL)
		return mem_dup("");
	/* bare addresses and names without a dot are requested on the API's own host alone */
	base = src->z ? inline_file_authority(zephyr_base(src->z), &m) : NULL;
	if (!inline_file_is_name(s, n) && (base == NULL ||
	    strcspn(s, ":/?#") != strcspn(base, ":/") ||
	    strncasecmp(s, base, strcspn(base, ":/")) != 0))
		return mem_dup("");
	host = mem_dupn(url, (size_t)(s - url) + n);
	for (i = 0; host[i] != '\0'; i++)
		host[i] = (char)tolower((unsigned char)host[i]);
	return host;
}

char *
inline_name(const char *url)
{
	struct buf b = { 0 };
	const char *s, *end = url + strcspn(url, "?#");

	for (s = url; s < end;) {
		s = buf_unpercent(&b, s);
		if (b.s[b.len - 1] == '/' || b.s[b.len - 1] == '\\' ||
		    b.s[b.len - 1] == '\0')
			buf_reset(&b);
	}
	return b.len > 0 ? buf_take(&b, NULL) : mem_dup("");
}

/* Return the URL with blanks and bytes outside of ASCII encoded, without its
   fragment. */
static char *
inline_file_clean(const char *url)
{
	struct buf b = { 0 };

	for (; *url != '\0' && *url != '#'; url++) {
		if (*url == ' ' || (unsigned char)*url >= 0x80)
			buf_printf(&b, "%%%02X", (unsigned char)*url);
		else
			buf_putc(&b, *url);
	}
	return buf_take(&b, NULL);
}

static struct fetch *
inline_file_image(struct attach *t, struct db_query *q)
{
	struct fetch *f = fetch_new(t);

	f->host = mem_dup(db_str(q, 0));
	f->url_hash = mem_dup(db_str(q, 1));
	f->url = inline_file_clean(db_str(q, 2));
	f->name = mem_dup(db_str(q, 3));
	f->how = t->host_word == ATTACH_WORKS &&
	    t->host_here ? ZEPHYR_HERE : ZEPHYR_ELSEWHERE;
	return f;
}

/* Begin with the images of another host, of which it is unknown whether it answers. */
static void
inline_file_host_set(struct attach *t, const char *host)
{
	if (t->host != NULL && strcmp(t->host, host) == 0)
		return;
	free(t->host);
	t->host = mem_dup(host);
	t->host_word = ATTACH_UNKNOWN;
	t->host_here = 0;
}

int
inline_todo(struct attach *t, struct err *e)
{
	struct fetch *f = NULL;
	struct db_query q;

	if (t->depth == ATTACH_NONE || !TAILQ_EMPTY(&t->flying) || t->nwork > 0) {
		t->file_whole = t->depth == ATTACH_NONE;
		return 0;
	}
	db_query(&q, t->src->db, "SELECT host, url_hash, url, name FROM inline_url"
	    " WHERE project = ?1 AND state = 'found' AND host NOT IN ('', '" INLINE_DATA "')"
	    " AND (host, url_hash) > (?2, ?3) AND NOT EXISTS (SELECT 1"
	    " FROM checkpoint c WHERE c.stage = 'extract' AND c.project = ?1"
	    " AND c.pass = 0 AND c.scope = 'images:' || host)"
	    " ORDER BY host, url_hash LIMIT 16", "sss", t->src->st.project,
	    t->after ? t->after->host : "", t->after ? t->after->url_hash : "");
	while (db_row(&q)) {
		if (f != NULL && strcmp(t->host, db_str(&q, 0)) != 0)
			break;
		inline_file_host_set(t, db_str(&q, 0));
		f = inline_file_image(t, &q);
		TAILQ_INSERT_TAIL(&t->todo, f, link);
	}
	if (db_done(&q, e) == -1)
		return -1;
	t->file_whole = f == NULL;
	if (f != NULL)
		fetch_cursor_set(&t->after, f);
	return 0;
}

/* Note by the first answer of a host whether it serves images; f->id 1 has
   inline_held store that it refuses. */
void
inline_answer(struct attach *t, struct fetch *f)
{
	struct fetch *rest;

	if (t->host_word != ATTACH_PROBED || strcmp(t->host, f->host) != 0)
		return;
	t->host_here = f->how == ZEPHYR_HERE;
	t->host_word = f->ok ? ATTACH_WORKS : ATTACH_GONE;
	if (f->ok) {
		TAILQ_FOREACH(rest, &t->todo, link)
			rest->how = f->how;
		return;
	}
	f->id = 1;
	fetch_drop(&t->todo);
	fetch_cursor_set(&t->after, f);
	free(t->after->url_hash);
	t->after->url_hash = mem_dup("~");	/* sorts after every hash of this host */
	log_info("images", "cannot download images of texts from %s (%s); save them in a browser "
	    "and use --fill", f->host, f->why);
}

int
inline_url_found(struct source *src, const char *host, const char *url_hash,
    const char *url, const char *name, struct err *e)
{
	return db_exec_async(src->db, e, "INSERT INTO inline_url (project, host,"
	    " url_hash, url, name, state) VALUES (?1, ?2, ?3, ?4, ?5, 'found')"
	    " ON CONFLICT (project, host, url_hash) DO NOTHING", "sssss",
	    src->st.project, host, url_hash, url, name);
}

int
inline_urls_reread(struct store *st, struct err *e)
{
	return db_exec_async(st->db, e, "UPDATE inline_url SET state = 'found'"
	    " WHERE project = ?1 AND state = 'unavailable'", "s", st->project);
}

int
inline_url_received(struct source *src, const struct fetch *f, struct err *e)
{
	return db_exec_async(src->db, e, "UPDATE inline_url SET state = ?4,"
	    " sha256 = ?5, size = nullif(CAST(?6 AS BIGINT), -1), type = ?7"
	    " WHERE project = ?1 AND host = ?2 AND url_hash = ?3", "sssssis",
	    src->st.project, f->host, f->url_hash,
	    f->ok ? "held" : "unavailable", f->ok ? f->blob.sha256 : NULL,
	    f->ok ? f->blob.size : -1, f->ok && *f->type != '\0' ? f->type : NULL);
}

int
inline_held(struct attach *t, struct fetch *f, struct err *e)
{
	struct checkpoint c = { .total = -1, .state = "refused" };
	char *scope;
	int rc;

	if (!f->ok && f->id == 1) {
		scope = mem_fmt("images:%s", f->host);
		rc = checkpoint_put(&t->src->always, scope, &c, e);
		free(scope);
		return rc;
	}
	return inline_url_received(t->src, f, e);
}
