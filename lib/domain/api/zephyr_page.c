#include <stdio.h>
#include <string.h>

#include "base/log.h"

#include "domain/api/api.h"
#include "domain/api/zephyr_page.h"
#include "domain/html.h"

static const struct {
	const char	*of, *part, *what;
} things[] = {
	{ "/testcases/", "/teststeps", "the steps of case" },
	{ "/testcases/", "/testscript", "the script of case" },
	{ "/testcases/", "/attachments", "the attachments of case" },
	{ "/testcases/", "/versions", "the versions of case" },
	{ "/testexecutions/", "/teststeps", "the step results of execution" },
	{ "/testexecutions/", "/attachments", "the attachments of execution" },
	{ "/testplans/", "/attachments", "the attachments of plan" },
	{ "/testcycles/", "/attachments", "the attachments of cycle" },
};

/* Write to out the kind and the key of the object that path leads to, or the path. */
static void
zephyr_page_type_name(char *out, size_t size, const char *path)
{
	const char *key, *part;
	size_t i, n;

	for (i = 0; i < sizeof(things) / sizeof(*things); i++) {
		n = strlen(things[i].of);
		if (strncmp(path, things[i].of, n) != 0)
			continue;
		key = path + n;
		part = key + strcspn(key, "/?");
		n = strlen(things[i].part);
		if (strncmp(part, things[i].part, n) != 0 ||
		    (part[n] != '\0' && part[n] != '?'))
			continue;
		snprintf(out, size, "%s %.*s", things[i].what,
		    (int)(part - key), key);
		return;
	}
	snprintf(out, size, "%.*s", (int)strcspn(path, "?"), path);
}

int
zephyr_unread(const char *path, int code, const char *why, struct err *e)
{
	char what[200];

	zephyr_page_type_name(what, sizeof(what), path);
	return err_set(e, code, "cannot read %s: %.250s; everything read so far is stored: run the "
	    "same command again to continue; if that fails again, check the object in Zephyr",
	    what, why);
}

int
zephyr_refused(const char *path, int status, const struct buf *body,
    struct err *e)
{
	char why[API_EXPLANATION], said[512];

	api_explain(why, body);
	switch (status) {
	case 0:
		return zephyr_unread(path, ZX_REMOTE, why, e);
	case 401:
		return err_set(e, ZX_AUTH, "Zephyr rejected the token (401 at %s: %s); create a "
		    "new one in Jira (profile menu, Zephyr API keys) and set ZEPHYR_API_TOKEN",
		    path, why);
	case 403:
		return err_set(e, ZX_AUTH, "Zephyr denied access (403 at %s: %s); the owner of the "
		    "token needs the Browse Projects permission, and ZEPHYR_BASE_URL the address "
		    "of the right region", path, why);
	default:
		snprintf(said, sizeof(said), "Zephyr answered %d at %.*s: %s",
		    status, (int)strcspn(path, "?"), path, why);
		return zephyr_unread(path, status >= 500 ? ZX_REMOTE :
		    ZX_PROTO, said, e);
	}
}

static int
zephyr_page_answer_log(const char *who, const char *path, const struct err *why,
    struct err *e)
{
	return err_set(e, ZX_PROTO, "%s sent invalid JSON at %s: %.300s", who,
	    path, why->msg);
}

static void
zephyr_page_repairs_log(const char *path, int repaired)
{
	if (repaired > 0)
		log_info(path, "repaired %d value%s (invalid UTF-8, NUL bytes, numbers too large "
		    "to keep exactly)", PLURAL(repaired));
}

/* Parse an answer; items (or NULL) is set to the items of "values", which stay text. */
static int
zephyr_page_answer_parse(struct json *out, struct json_items *items, const char *who,
    const char *path, const struct buf *body, int *repaired, struct err *e)
{
	struct err why = { 0 };
	int rc;

	*out = (struct json){ 0 };
	if (html_is_page(buf_str(body), body->len))
		return err_set(e, ZX_PROTO, "%s sent a web page instead of JSON at %s; check the "
		    "address of the API", who, path);
	if (items == NULL)
		rc = json_parse_answer(out, buf_str(body), body->len, repaired, &why);
	else
		rc = json_parse_split(out, items, buf_str(body), body->len,
		    "values", repaired, &why);
	return rc == 0 ? 0 : zephyr_page_answer_log(who, path, &why, e);
}

static int
zephyr_page_is_type(struct json *j, enum json_type type, const char *who,
    const char *path, struct err *e)
{
	if (json_type(j, "") == type)
		return 0;
	json_free(j);
	return err_set(e, ZX_PROTO, "%s did not send a JSON %s at %s", who,
	    type == JSON_ARR ? "list" : "object", path);
}

int
answer_json(struct json *out, const char *who, const char *path,
    const struct buf *body, enum json_type type, struct err *e)
{
	int repaired = 0;

	if (zephyr_page_answer_parse(out, NULL, who, path, body, &repaired, e) == -1 ||
	    zephyr_page_is_type(out, type, who, path, e) == -1)
		return -1;
	zephyr_page_repairs_log(path, repaired);
	return 0;
}

int
zephyr_object(struct json *out, const char *path, const struct buf *body,
    struct err *e)
{
	return answer_json(out, "Zephyr", path, body, JSON_OBJ, e);
}

/* The members that control paging, and their types. */
static const struct {
	const char	*name, *wanted;
	enum json_type	 type;
} steers[] = {
	{ "values", "a list", JSON_ARR }, { "startAt", "a number", JSON_NUM },
	{ "maxResults", "a number", JSON_NUM },
	{ "total", "a number", JSON_NUM }, { "isLast", "a boolean", JSON_BOOL },
	{ "nextStartAtId", "a number", JSON_NUM },
};

static int
page_steers(const struct zephyr_page *p, const char *path, struct err *e)
{
	enum json_type type;
	size_t i;

	for (i = 0; i < sizeof(steers) / sizeof(*steers); i++) {
		type = json_type(&p->doc, steers[i].name);
		if (type != JSON_NONE && type != JSON_NULL &&
		    type != steers[i].type)
			return err_set(e, ZX_PROTO, "Zephyr sent a page whose "
			    "\"%s\" is not %s, at %s", steers[i].name,
			    steers[i].wanted, path);
	}
	return 0;
}

int
zephyr_page_odd(const struct zephyr_page *p, const char *path, struct err *e)
{
	if (p->n > 0 || p->last != 0 || p->total >= 0)
		return 0;
	return err_set(e, ZX_PROTO, "Zephyr sent a page without rows that is "
	    "not the last one (\"isLast\" is false), at %s", path);
}

int
zephyr_page_is_last(const struct zephyr_page *p, int64_t n, int64_t size)
{
	if (p->last != -1)
		return p->last || p->n == 0;
	return p->total >= 0 ? n >= p->total || p->n == 0 : p->n < size;
}

static int
page_read(struct zephyr_page *p, const char *path, struct err *e)
{
	if (page_steers(p, path, e) == -1) {
		zephyr_page_free(p);
		return -1;
	}
	p->rows = json_member(&p->doc, "values");
	p->start = json_int(&p->doc, "startAt", -1);
	p->size = json_int(&p->doc, "maxResults", -1);
	p->total = json_int(&p->doc, "total", -1);
	p->last = json_bool(&p->doc, "isLast", -1);
	p->next = json_int(&p->doc, "nextStartAtId", 0);
	if (json_type(&p->rows, "") == JSON_ARR) {
		p->n = p->items.is_split ? (int)p->items.n :
		    json_len(&p->rows, "");
		return 0;
	}
	/* "values" may be absent if the page has other members of a list; an offset
	   list always has startAt and maxResults */
	if (p->total >= 0 || p->last == 1 || (p->start >= 0 && p->size > 0) ||
	    json_type(&p->doc, "nextStartAtId") != JSON_NONE) {
		json_free(&p->rows);
		p->rows = json_array();
		return 0;
	}
	zephyr_page_free(p);
	return err_set(e, ZX_PROTO, "Zephyr sent a page without \"values\" at %s", path);
}

int
zephyr_page(struct zephyr_page *p, const char *path, const struct buf *body,
    struct err *e)
{
	*p = (struct zephyr_page){ 0 };
	if (zephyr_object(&p->doc, path, body, e) == -1)
		return -1;
	return page_read(p, path, e);
}

int
zephyr_page_long(struct zephyr_page *p, const char *path,
    const struct buf *body, struct err *e)
{
	*p = (struct zephyr_page){ .body = body };
	if (zephyr_page_answer_parse(&p->doc, &p->items, "Zephyr", path, body, &p->repaired,
	    e) == -1 || zephyr_page_is_type(&p->doc, JSON_OBJ, "Zephyr", path, e) == -1) {
		zephyr_page_free(p);
		return -1;
	}
	return page_read(p, path, e);
}

/* Parse row i.  If that fails, parse the whole page, so that the message has the position
   of the fault. */
static int
zephyr_page_row_parse(struct zephyr_page *p, const char *path, int i, struct json *row,
    struct err *e)
{
	const struct json_span *s = &p->items.v[i];
	struct err why = { 0 };
	struct json whole;
	int repaired = 0;

	if (json_parse_item(row, s, &repaired, &why) == 0) {
		p->repaired += repaired;
		return 0;
	}
	json_parse_answer(&whole, p->body->s, p->body->len, NULL, &why);
	json_free(&whole);
	return zephyr_page_answer_log("Zephyr", path, &why, e);
}

int
zephyr_row(struct zephyr_page *p, const char *path, int i, struct json *row,
    struct err *e)
{
	if (!p->items.is_split) {
		*row = json_at(&p->rows, i);
		row->folded = p->doc.folded;
	} else if (zephyr_page_row_parse(p, path, i, row, e) == -1) {
		return -1;
	}
	if (i == p->n - 1)
		zephyr_page_repairs_log(path, p->repaired);
	if (json_type(row, "") == JSON_OBJ)
		return 0;
	json_free(row);
	return err_set(e, ZX_PROTO, "Zephyr sent a row that is not an object at %s", path);
}

void
zephyr_page_free(struct zephyr_page *p)
{
	json_free(&p->rows);
	json_free(&p->doc);
	json_items_free(&p->items);
	*p = (struct zephyr_page){ 0 };
}
