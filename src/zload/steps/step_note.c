#include <string.h>
#include <strings.h>

#include "domain/html.h"
#include "steps/step_note.h"
#include "steps/step_result.h"
#include "work/task.h"

/* True if a step was not executed and has no actual result. */
static int
step_note_is_blank(const struct step_result *s)
{
	const char *actual = json_str(&s->row, "actual_result");
	const char *label = json_str(&s->row, "status.$status");

	return (actual == NULL || *actual == '\0') && label != NULL &&
	    strcasecmp(label, "Unexecuted") == 0;
}

/* Append a row: the number of the step, its description and expected result, the actual result,
   and the status, which is not HTML.  0, -1. */
static int
step_note_row_add(struct task *t, struct buf *b, const struct step_result *s, struct err *e)
{
	const char *status = json_str(&s->row, "status.$status"), *html[3];
	struct json step;
	int i;

	if (step_of_result(t, s, &step, e) == -1)
		return -1;
	html[0] = json_str(&step, "description");
	html[1] = json_str(&step, "expected");
	html[2] = json_str(&s->row, "actual_result");
	buf_puts(b, "<tr><td>");
	if (s->n > 0)
		buf_int(b, s->n);
	if (s->m > 0)
		buf_printf(b, "%s%lld", s->n > 0 ? "." : "", (long long)s->m);
	for (i = 0; i < 3; i++)
		buf_printf(b, "</td><td>%s", html[i] != NULL ? html[i] : "");
	buf_puts(b, "</td><td>");
	html_escape(b, status != NULL ? status : "");
	buf_puts(b, "</td></tr>");
	json_free(&step);
	return 0;
}

/* Insert a table into the note, before the marker, which must stay the last line. */
static void
step_note_insert(struct json *body, const struct buf *table)
{
	const char *note = json_str(body, "note"), *p, *at = NULL;
	struct buf b = { 0 };

	if (note == NULL)
		note = "";
	for (p = note; (p = strstr(p, "<p>[zephyr ")) != NULL; p++)
		at = p;
	if (at == NULL)
		at = note + strlen(note);
	buf_add(&b, note, (size_t)(at - note));
	buf_puts(&b, buf_str(table));
	buf_puts(&b, at);
	json_set_str(body, "note", buf_str(&b));
	buf_free(&b);
}

int
step_note(struct task *t, struct err *e)
{
	struct step_results *r = t->results;
	struct buf b = { 0 };
	int i, rc = 0;

	r->texts = 0;
	buf_puts(&b, "<h3>Step results that qTest has no step for</h3><table><tbody><tr>"
	    "<th>#</th><th>Description</th><th>Expected</th><th>Actual</th><th>Status</th></tr>");
	for (i = 0; i < r->n && rc == 0; i++) {
		if (r->v[i].is_logged || step_note_is_blank(&r->v[i]))
			continue;
		r->texts++;
		rc = step_note_row_add(t, &b, &r->v[i], e);
	}
	buf_puts(&b, "</tbody></table>");
	if (rc == 0 && r->texts > 0) {
		step_unplaced(r, "they cannot be assigned to steps of the executed version");
		step_note_insert(&t->body, &b);
	}
	buf_free(&b);
	return rc;
}
