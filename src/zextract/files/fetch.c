#include <stdlib.h>

#include "base/mem.h"

#include "files/fetch.h"

struct fetch *
fetch_new(struct attach *t)
{
	struct fetch *f = mem_zalloc(sizeof(*f));

	f->attach = t;
	f->blob.fd = -1;
	return f;
}

struct fetch *
fetch_file_read(struct attach *t, struct db_query *q)
{
	struct fetch *f = fetch_new(t);

	f->stream = (enum stream)stream_find(db_str(q, 0));
	f->owner = mem_dup(db_str(q, 1));
	f->step = db_int(q, 2);
	f->id = db_int(q, 3);
	f->name = mem_dup(db_str(q, 4));
	return f;
}

void
fetch_free(struct fetch *f)
{
	if (f == NULL)
		return;
	blob_drop(&f->blob);
	free(f->owner);
	free(f->name);
	free(f->url);
	free(f->url_hash);
	free(f->host);
	free(f);
}

void
fetch_drop(struct fetch_list *list)
{
	struct fetch *f;

	while ((f = TAILQ_FIRST(list)) != NULL) {
		TAILQ_REMOVE(list, f, link);
		fetch_free(f);
	}
}

void
fetch_cursor_set(struct fetch **after, const struct fetch *last)
{
	struct fetch *f = fetch_new(last->attach);

	f->stream = last->stream;
	f->owner = mem_dup(last->owner);
	f->step = last->step;
	f->id = last->id;
	f->host = mem_dup(last->host);
	f->url_hash = mem_dup(last->url_hash);
	fetch_free(*after);
	*after = f;
}
