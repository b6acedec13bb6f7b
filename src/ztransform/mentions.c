#include <stdlib.h>
#include <string.h>

#include "base/mem.h"
#include "domain/html_image.h"
#include "domain/text/body_text.h"
#include "domain/text/mention.h"
#include "mentions.h"

/* The search in the texts of one effect. */
struct mentions {
	const struct map *map;
	const struct json *record;
	const struct target *row;
	const char	*project;
	struct buf	 own;		/* keys that are no mentions */
	struct json	 keys;		/* found, as names of members */
	struct json	 pictures;	/* keys of the effects of images, likewise */
};

/* Append the keys of objects that a text of the row may mention as its own: those in its key
   and lane, and the executions that a run contains. */
static void
mentions_own(const struct mentions *n, struct buf *out)
{
	struct json list = json_member(n->record, "undated"), one = { 0 };
	const char *key = json_str(n->record, "key");
	int i = 0;

	buf_printf(out, "%s %s %s", n->row->ekey, n->row->lane != NULL ? n->row->lane : "",
	    key != NULL ? key : "");
	while (json_each(&list, &i, &one))
		if ((key = json_str(&one, "key")) != NULL)
			buf_printf(out, " %s", key);
	json_free(&list);
}

/* Note the effect of the image with this name, if the record has one. */
static void
mentions_note_picture(struct mentions *n, const char *name)
{
	struct json list = json_member(n->record, "pictures"), one = { 0 }, src, text = { 0 };
	char *key;
	int i = 0, k;

	while (json_each(&list, &i, &one)) {
		src = json_member(&one, "src");
		for (k = 0; json_each(&src, &k, &text);)
			if (strcmp(json_str(&text, ""), name) == 0) {
				key = mem_fmt("%s/%s/%s", stream_name(n->row->stream), n->row->skey,
				    json_str(&one, "id"));
				json_set(&n->pictures, key, json_null());
				free(key);
			}
		json_free(&src);
	}
	json_free(&list);
}

/* Note the images of a text that are attached in qTest. */
static void
mentions_note_images(struct mentions *n, const char *html)
{
	struct html_image image;
	struct buf name = { 0 };

	while (html_image_next(&html, &image)) {
		buf_reset(&name);
		html_image_name(&name, &image);
		mentions_note_picture(n, buf_str(&name));
	}
	buf_free(&name);
}

/* Note the keys that a text mentions, and its images (body_text_change); the text stays. */
static int
mentions_note(void *arg, const char *html, size_t len, struct buf *out)
{
	struct mentions *n = arg;
	struct mention_scan scan = { .html = html, .len = len, .project = n->project };
	struct mention m;

	(void)out;
	while (mention_next(&scan, &m))
		if (!mention_is_own(buf_str(&n->own), m.key, strlen(m.key)))
			json_set(&n->keys, m.key, json_null());
	if (json_type(n->record, "pictures") == JSON_ARR)
		mentions_note_images(n, html);
	return 0;
}

/* True if the map has a rich field with the label of a property. */
static int
mentions_is_rich(void *arg, const struct json *property)
{
	const struct mentions *n = arg;
	const char *label = json_str(property, "$field"), *s;
	struct json one = { 0 };
	int i = 0, rich = 0;

	while (!rich && json_each(&n->map->specs, &i, &one))
		rich = (s = json_str(&one, "label")) != NULL && label != NULL &&
		    strcmp(s, label) == 0 && (s = json_str(&one, "type")) != NULL &&
		    strcmp(s, "rich") == 0;
	json_free(&one);
	return rich;
}

/* Return the names of the members of an object as an array. */
static struct json
mentions_names(const struct json *object)
{
	struct json out = json_array(), one;
	struct json_iter it;
	const char *name;

	json_iter(&it, object);
	while (json_next(&it, object, &name, &one)) {
		json_push(&out, json_string(name));
		json_free(&one);
	}
	return out;
}

/* Return the effect for the keys and images that were found. */
static struct json
mentions_make(const struct mentions *n)
{
	char *owner = mem_fmt("%s/%s", n->row->kind, n->row->ekey);
	struct json out = json_object(), body = json_object();
	struct json needs = json_array(), ref = json_object();

	json_set_str(&ref, "$ref", owner);
	json_push(&needs, json_string(owner));
	json_set(&body, "keys", mentions_names(&n->keys));
	json_set(&body, "owner", ref);
	if (json_len(&n->pictures, "") > 0)
		json_set(&body, "pictures", mentions_names(&n->pictures));
	json_set(&out, "body", body);
	json_set_str(&out, "key", owner);
	json_set_str(&out, "kind", "relink");
	json_set(&out, "lane", json_null());
	json_set(&out, "needs", needs);
	json_set(&out, "parent", json_null());
	free(owner);
	return out;
}

int
mentions_effect(const struct map *map, const char *project, const struct json *record,
    const struct json *effect, const struct target *row, struct json *out)
{
	struct mentions n = { .map = map, .record = record, .row = row, .project = project };
	struct body_texts how = { mentions_note, mentions_is_rich, &n };
	struct json body, none;
	int found = 0;

	if (!map->relink || row->type == KIND_BLOB || project == NULL)
		return 0;
	mentions_own(&n, &n.own);
	if (mention_may_occur(row->body, project, "TRPE", buf_str(&n.own)) ||
	    json_type(record, "pictures") == JSON_ARR) {
		n.keys = json_object();
		n.pictures = json_object();
		body = json_member(effect, "body");
		(void)body_texts(&body, &how, &none);
		json_free(&body);
		found = json_len(&n.keys, "") + json_len(&n.pictures, "") > 0;
		if (found)
			*out = mentions_make(&n);
		json_free(&n.keys);
		json_free(&n.pictures);
	}
	buf_free(&n.own);
	return found;
}
