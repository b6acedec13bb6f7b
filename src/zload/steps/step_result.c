#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "domain/ledger/target.h"
#include "session.h"
#include "steps/step_result.h"
#include "work/task.h"

void
step_results_free(struct step_results *r)
{
	if (r == NULL)
		return;
	while (r->n > 0)
		json_free(&r->v[--r->n].row);
	free(r->v);
	free(r->place);
	free(r);
}

void
step_unplaced(struct step_results *r, const char *fmt, ...)
{
	va_list ap;

	if (r->why[0] != '\0')
		return;
	va_start(ap, fmt);
	vsnprintf(r->why, sizeof(r->why), fmt, ap);
	va_end(ap);
}

int
step_of_result(struct task *t, const struct step_result *s, struct json *step, struct err *e)
{
	struct json doc = { 0 }, list;
	struct target row;
	int rc;

	memset(step, 0, sizeof(*step));
	if (s->of == NULL || s->no < 1)
		return 0;
	rc = target_get(t->session->db, t->session->ledger.project, t->e.map, "case", s->of,
	    &row, e);
	if (rc != 1)
		return rc;
	if ((rc = json_parse(&doc, row.body, strlen(row.body), NULL, e)) == 0) {
		list = json_get(&doc, "body.test_steps");
		if (s->no <= json_len(&list, ""))
			*step = json_at(&list, (int)s->no - 1);
		json_free(&list);
	}
	json_free(&doc);
	target_free(&row);
	return rc;
}
