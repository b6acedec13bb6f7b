#include <string.h>

#include "domain/store/store_case.h"
#include "domain/stream/stream.h"
#include "io/json/json.h"
#include "io/json/json_out.h"

#include "list/odd.h"
#include "list/row.h"
#include "read/script_text.h"
#include "read/step_pages.h"
#include "request.h"
#include "source.h"

int
script_clear(struct request *a, struct err *e)
{
	if ((a->was_stored || a->start > 0 || a->tried_other_route || a->tries > 0) &&
	    store_steps_clear(&a->src->st, a->key, e) == -1)
		return -1;
	return a->start > 0 || a->tried_other_route ?
	    step_pages_forget(&a->src->at, SCRIPT_STEPS, a->key, e) : 0;
}

int
script_none(struct request *a, const char *why, struct err *e)
{
	struct buf b = { 0 };
	int rc;

	if (script_clear(a, e) == -1)
		return -1;
	json_out_open(&b, NULL, '{');
	json_out_str(&b, "type", "none");
	if (why != NULL)
		json_out_str(&b, "unread", why);
	json_out_close(&b, '}');
	rc = store_script(&a->src->st, a->key, "none", b.s, b.len, 0, e);
	buf_free(&b);
	return rc;
}

/* Store an answer without a text: its JSON text becomes the script. */
static int
text_odd(struct request *a, const struct json *j, struct err *e)
{
	struct odd odd = { 0 };
	struct json text = json_member(j, "text");
	struct buf b = { 0 }, s = { 0 };
	int rc = 0, nothing = odd_is_empty(j);

	if (json_type(&text, "") == JSON_NONE || json_type(&text, "") ==
	    JSON_NULL)
		odd_say(&odd, "Zephyr's answer for the script has no text");
	else
		odd_add(&odd, &text, "a text", "text");
	rc = odd_report(&odd, &a->src->finding, STREAM_CASES, a->key, "script-shape", e);
	if (rc == 0 && nothing)
		rc = script_none(a, "Zephyr's answer has no text", e);
	else if (rc == 0 && (rc = script_clear(a, e)) == 0) {
		row_bare(j, &b);
		json_out_open(&s, NULL, '{');
		json_out_strn(&s, "text", buf_str(&b), b.len);
		json_out_str(&s, "type", "plain");
		json_out_close(&s, '}');
		rc = store_script(&a->src->st, a->key, "plain", s.s, s.len, 0,
		    e);
	}
	buf_free(&b);
	buf_free(&s);
	json_free(&text);
	return rc;
}

int
script_text(struct request *a, const struct json *j, struct err *e)
{
	const char *type = json_str(j, "type"), *text = json_str(j, "text");
	struct odd odd = { 0 };
	struct json s;
	struct buf b = { 0 };
	int rc;

	if (text == NULL)
		return text_odd(a, j, e);
	odd_folded(&odd, j);
	if (odd_report(&odd, &a->src->finding, STREAM_CASES, a->key, "script-shape",
	    e) == -1)
		return -1;
	if (*text == '\0')
		return script_none(a, NULL, e);
	if (script_clear(a, e) == -1)
		return -1;
	s = json_copy(j);
	type = type != NULL && strcmp(type, "bdd") == 0 ? "bdd" : "plain";
	json_set_str(&s, "type", type);
	row_bare(&s, &b);
	rc = store_script(&a->src->st, a->key, type, b.s, b.len, 0, e);
	buf_free(&b);
	json_free(&s);
	return rc;
}
