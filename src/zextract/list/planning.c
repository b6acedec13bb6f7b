#include <string.h>

#include "domain/stream/stream.h"
#include "io/json/json.h"

#include "extract.h"
#include "list/names.h"
#include "list/planning.h"
#include "list/row.h"

static void
planning_head(struct extract *x, const struct json *raw, struct row *r)
{
	struct buf b = { 0 };

	row_put(r, "project", x->ref, strlen(x->ref));
	row_name(x->names, NAME_STATUS, raw, "status", "status", &r->odd, &b);
	row_put(r, "status", b.s, b.len);
	buf_free(&b);
	row_seal(r);
}

int
planning_row(struct extract *x, const struct json *raw, enum stream stream,
    const char *const *links,
    int (*store)(struct store *, const struct store_row *, struct err *),
    struct buf *key, struct err *e)
{
	static const char *const texts[] = { "name", "objective",
	    "description", "plannedStartDate", "plannedEndDate", NULL };
	struct store_row s = { 0 };
	struct row r;
	int news;

	if (row_need(raw, stream_name(stream), "key", JSON_STR, e) == -1 ||
	    row_need(raw, stream_name(stream), "id", JSON_NUM, e) == -1)
		return -1;
	buf_puts(key, json_str(raw, "key"));
	row_open(&r, raw, links);
	if (stream == STREAM_PLANS)
		row_labels(&r);
	row_texts(&r, texts);
	row_away(&r, "folder");
	row_dump(&r, "");
	planning_head(x, raw, &r);
	s.key = json_str(raw, "key");
	s.name = json_str(&r.j, "name") ? json_str(&r.j, "name") : "";
	s.id = json_int(raw, "id", 0);
	s.folder_id = row_ref(raw, "folder");
	s.head = r.text.s;
	s.len = r.text.len;
	memcpy(s.head_hash, r.head_hash, sizeof(s.head_hash));
	news = store(&x->st, &s, e);
	if (news != -1 && store_children(&x->st, stream, s.key, &r.j,
	    r.text.s, r.text.len, (enum store_news)news, e) == -1)
		news = -1;
	if (news != -1 && row_report(x, &r, stream, s.key, e) == -1)
		news = -1;
	row_free(&r);
	return news == -1 ? -1 : 0;
}
