#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/log.h"
#include "base/mem.h"
#include "domain/api/zephyr.h"
#include "domain/api/zephyr_page.h"

#include "read/unread.h"
#include "reader.h"
#include "request.h"
#include "source.h"

int
unread_open(struct unread *u, struct err *e)
{
	return db_one(u->src->db, &u->known, 0, e, "SELECT count(*)"
	    " FROM issue WHERE project = ?1 AND side = 'extract'"
	    " AND rule LIKE '%-unread%'", "s", u->src->st.project);
}

void
unread_free(struct unread *u)
{
	free(u->key);
	u->key = NULL;
}

int
unread_accepted(const struct unread *u, const char *key)
{
	int i;

	for (i = 0; i < u->accept.n; i++)
		if (strcmp(u->accept.v[i], key) == 0)
			return 1;
	return 0;
}

/* Set a->why to why, with the path if an answer came: a refusal names its path
   itself. */
static void
unread_name(struct request *a, const struct err *why)
{
	if (a->status == 200)
		zephyr_unread(a->path, why->code, why->msg, &a->why);
	else
		a->why = *why;
}

int
unread_put(struct request *a, enum stream stream, const char *key,
    const char *rule, const struct err *why, struct err *e)
{
	const struct unread *u = a->reading->unread;
	int accepted = unread_accepted(u, key);

	if ((why->code != ZX_REMOTE && why->code != ZX_PROTO &&
	    why->code != ZX_AUTH) || u->row >= UNREAD_ROW) {
		*e = *why;
		return -1;
	}
	unread_name(a, why);
	a->unread_reported = !accepted;
	if (finding_issue(&a->src->finding, "extract", stream, key, rule,
	    accepted ? "warning" : "error", a->why.msg, e) == -1)
		return -1;
	return accepted;
}

int
unread_forget(struct request *a, enum stream stream, const char *key,
    const char *rule, struct err *e)
{
	return a->reading->unread->known == 0 ? 0 : finding_forget(&a->src->finding,
	    "extract", stream, key, rule, e);
}

/* Write to out, in a few words for the record, why an object stays unread. */
static void
unread_words(const struct request *a, char out[64])
{
	if (a->status == 200)
		snprintf(out, 64, "Zephyr's answer is not what it should be");
	else if (a->status == 0)
		snprintf(out, 64, "Zephyr's answer never comes whole");
	else
		snprintf(out, 64, "Zephyr answers %d for it", a->status);
}

int
unread_store(struct request *a, enum stream stream, const char *rule,
    int (*store)(struct request *, struct err *),
    int (*none)(struct request *, const char *, struct err *), struct err *e)
{
	struct err why = { 0 };
	char words[64];
	int rc;

	if (store(a, &why) == 0)
		return a->more != NULL ? 0 : unread_forget(a, stream, a->key, rule, e);
	if ((rc = unread_put(a, stream, a->key, rule, &why, e)) != 1)
		return rc;
	unread_words(a, words);
	return none(a, words, e);
}

void
unread_committed(struct request *a, const char *key)
{
	struct unread *u = a->reading->unread;

	if (a->why.code == 0) {
		u->row = 0;
		return;
	}
	if (!a->unread_reported) {
		log_warn(key, "continuing without it (--accept-unread): %s", a->why.msg);
		return;
	}
	log_info(key, "%s", a->why.msg);
	u->row++;
	if (u->n++ > 0)
		return;
	u->why = a->why;
	u->key = mem_dup(key);
}

void
unread_reader_committed(struct request *a)
{
	unread_committed(a, a->key);
	reader_committed(a);
}

int
unread_end(const struct unread *u, int selection_known, struct err *e)
{
	char more[64] = "";

	if (u->n == 0)
		return 0;
	if (u->n > 1)
		snprintf(more, sizeof(more), "; and %d more like this", u->n - 1);
	return err_set(e, u->why.code, "%.440s%s; %s; use --accept-unread %.40s to continue "
	    "without it", u->why.msg, more,
	    selection_known ? "everything else was read" :
	    "the selection of other records depends on it", u->key);
}
