#include <string.h>

#include "domain/api/qtest_page.h"
#include "domain/html_image.h"
#include "domain/ledger/image_file.h"
#include "domain/ledger/target.h"

/* Find the address of a file that is in qTest.  An enum image_found, -1. */
static int
image_file_address(struct ledger *l, const char *pages, const char *key, struct buf *out,
    struct err *e)
{
	struct effect f;
	int rc = ledger_find(l, "blob", key, &f, e), found = IMAGE_NONE;

	if (rc == 1 && (f.state == STATE_PENDING || f.state == STATE_INTENT))
		found = IMAGE_LATER;
	else if (rc == 1 && f.state == STATE_DONE && f.id == 0 && f.verb == VERB_CREATE)
		found = IMAGE_UNNAMED;
	else if (rc == 1 && f.state == STATE_DONE && f.id != 0 && f.path != NULL &&
	    qtest_page_file(out, pages, f.path, f.id))
		found = IMAGE_KNOWN;
	effect_free(&f);
	return rc == -1 ? -1 : found;
}

int
image_file_find(struct ledger *l, const char *map, const char *pages, const char *key,
    struct image_file *out, struct err *e)
{
	struct json doc = { 0 };
	struct target row;
	int rc;

	memset(out, 0, sizeof(*out));
	rc = target_get(l->db, l->project, map, "blob", key, &row, e);
	if (rc != 1)
		return rc == -1 ? -1 : IMAGE_NONE;
	rc = json_parse(&doc, row.body, strlen(row.body), NULL, e);
	if (rc == 0) {
		out->src = json_get(&doc, "body.src");
		rc = image_file_address(l, pages, key, &out->address, e);
	}
	json_free(&doc);
	target_free(&row);
	return rc;
}

void
image_file_free(struct image_file *f)
{
	buf_free(&f->address);
	json_free(&f->src);
}

int
image_files_read(struct ledger *l, const char *map, const char *pages, const char *row,
    struct json *out, struct err *e)
{
	struct json doc = { 0 }, keys, one = { 0 }, src = { 0 };
	struct image_file file;
	int i = 0, k, rc = json_parse(&doc, row, strlen(row), NULL, e);

	keys = json_get(&doc, "body.pictures");
	while (rc != -1 && json_each(&keys, &i, &one)) {
		rc = image_file_find(l, map, pages, json_str(&one, ""), &file, e);
		for (k = 0; json_each(&file.src, &k, &src);)
			json_set(out, json_str(&src, ""), rc == IMAGE_KNOWN ?
			    json_string(buf_str(&file.address)) : json_null());
		image_file_free(&file);
	}
	json_free(&one);
	json_free(&keys);
	json_free(&doc);
	return rc == -1 ? -1 : 0;
}

int
image_file_put(const struct json *address, const char *html, size_t len, struct buf *out)
{
	const char *at = html, *from = html;
	struct html_image image;
	struct buf name = { 0 };
	struct json to;

	while (html_image_next(&at, &image)) {
		buf_reset(&name);
		html_image_name(&name, &image);
		to = json_member(address, buf_str(&name));
		if (json_str(&to, "") != NULL) {
			buf_add(out, from, (size_t)(image.src - from));
			buf_puts(out, json_str(&to, ""));
			from = image.src + image.len;
		}
		json_free(&to);
	}
	if (from > html)
		buf_add(out, from, (size_t)(html + len - from));
	buf_free(&name);
	return from > html;
}
