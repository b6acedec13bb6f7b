#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/html_image.h"
#include "domain/ledger/image_file.h"
#include "domain/text/body_text.h"
#include "domain/text/mention.h"
#include "session.h"
#include "relink/relink_links.h"
#include "relink/relink_text.h"
#include "work/task.h"

/* --adopt: the links in the texts of an object that is found in qTest. */

/* Note the addresses of the links to pages of qTest in a text (body_text_change); the text
   stays.  The key is the text of the link, or its title if it had another address. */
static int
relink_adopt_collect(void *arg, const char *html, size_t len, struct buf *out)
{
	static const char quotes[] = "\"'";
	struct relink_links *l = arg;
	const char *pages = l->task->session->pages, *p = html, *end;
	struct mention_scan scan;
	struct mention m;
	struct buf text = { 0 };
	char *to;

	(void)len, (void)out;
	for (; (p = strstr(p, pages)) != NULL; p = end) {
		end = p + strcspn(p, quotes);
		to = mem_dupn(p, (size_t)(end - p));
		buf_reset(&text);
		if (strncmp(end + (*end != '\0'), " title=", 7) == 0 && end[8] == end[0])
			buf_add(&text, end + 9, strcspn(end + 9, quotes));
		else if (strcspn(end, ">") < strcspn(end, "<"))
			buf_add(&text, strchr(end, '>') + 1, strcspn(strchr(end, '>') + 1, "<"));
		scan = (struct mention_scan){ .html = buf_str(&text), .len = text.len,
		    .project = l->task->session->ledger.project };
		if (mention_next(&scan, &m))
			json_set_str(&l->address, m.key, to);
		free(to);
	}
	buf_free(&text);
	return 0;
}

/* The images of texts, in order: of an object in qTest the addresses of those that are files
   there, of a body the names of those that are to be. */
struct relink_images {
	struct task	*task;
	struct json	 list;
	const struct json *names;	/* NULL: of an object in qTest */
};

/* Note the images of a text (body_text_change); the text stays. */
static int
relink_adopt_note_images(void *arg, const char *html, size_t len, struct buf *out)
{
	struct relink_images *a = arg;
	struct buf b = { 0 }, file = { 0 };
	const char *pages = a->task->session->pages;
	struct html_image image;
	struct json member;

	(void)len, (void)out;
	buf_printf(&file, "%.*s/attachment/", (int)(strstr(pages, "/project#") - pages), pages);
	while (html_image_next(&html, &image)) {
		buf_reset(&b);
		html_image_name(&b, &image);
		memset(&member, 0, sizeof(member));
		if (a->names != NULL)
			member = json_member(a->names, buf_str(&b));
		if (a->names != NULL ? member.set :
		    strncmp(buf_str(&b), buf_str(&file), file.len) == 0)
			json_push(&a->list, json_string(buf_str(&b)));
		json_free(&member);
	}
	buf_free(&b);
	buf_free(&file);
	return 0;
}

/* True for each property (is_rich): the texts of others have no images. */
static int
relink_adopt_any_property(void *arg, const struct json *property)
{
	(void)arg, (void)property;
	return 1;
}

/* Return the images of the texts of a value, as relink_adopt_note_images() lists them. */
static struct json
relink_adopt_list_images(struct task *t, const struct json *v, const struct json *names)
{
	struct relink_images a = { .task = t, .list = json_array(), .names = names };
	struct body_texts how = { relink_adopt_note_images, relink_adopt_any_property, &a };
	struct json none;

	(void)body_texts(v, &how, &none);
	return a.list;
}

/* Add the addresses that the images of the object found have: as many as the body has images
   that are to be files.  0, -1. */
static int
relink_adopt_adopt_images(struct relink_links *l, const struct json *found, struct err *e)
{
	struct json names = json_object(), have, want, a = { 0 }, b = { 0 };
	struct target row;
	int i = 0, k = 0, rc = relink_links_row(l->task, &row, e);

	if (rc == 1) {
		rc = image_files_read(&l->task->session->ledger, l->task->e.map,
		    l->task->session->pages, row.body, &names, e);
		target_free(&row);
	}
	have = relink_adopt_list_images(l->task, found, NULL);
	want = relink_adopt_list_images(l->task, &l->task->body, &names);
	while (json_len(&have, "") == json_len(&want, "") && json_each(&want, &i, &a) &&
	    json_each(&have, &k, &b))
		json_set_str(&l->address, json_str(&a, ""), json_str(&b, ""));
	json_free(&a);
	json_free(&b);
	json_free(&have);
	json_free(&want);
	json_free(&names);
	return rc == -1 ? -1 : 0;
}

int
relink_adopt(struct task *t, const struct json *found)
{
	struct relink_links l = { .task = t };
	struct body_texts how = { relink_adopt_collect, relink_links_is_rich, &l };
	struct json none;
	struct err e;
	int changed;

	if (!relink_links_may_occur(t) && !relink_links_has_images(t))
		return 0;
	l.address = json_object();
	(void)body_texts(found, &how, &none);
	if (relink_links_has_images(t))
		(void)relink_adopt_adopt_images(&l, found, &e);
	changed = json_len(&l.address, "") > 0 && relink_links_put(&l);
	json_free(&l.address);
	return changed;
}
