#include <string.h>
#include <unistd.h>

#include "domain/stream/plan_in.h"
#include "io/ndjson.h"

int
plan_in_bad(const struct plan_in_line *l, const char *program, struct err *e)
{
	return err_set(e, ZX_DATA, "stdin: line %lld is not a line of a plan of %s",
	    (long long)l->n, program);
}

static int
plan_in_line_read(const char *program, const char *project, const struct plan_in_line *l,
    plan_in_do *each, void *arg, struct err *e)
{
	if (l->verb == NULL && json_type(l->doc, "summary") == JSON_OBJ)
		return 0;
	if (l->verb == NULL || l->kind == NULL || l->key == NULL || l->project == NULL)
		return plan_in_bad(l, program, e);
	if (project != NULL && strcmp(l->project, project) != 0)
		return err_set(e, ZX_DATA, "stdin: line %lld is of project %.60s instead of %s",
		    (long long)l->n, l->project, project);
	return each(arg, l, e);
}

int
plan_in_read(const char *program, const char *project, plan_in_do *each, void *arg,
    struct err *e)
{
	struct ndjson_in in = { .fd = STDIN_FILENO, .name = "stdin" };
	enum ndjson_found found = NDJSON_END;
	struct json doc = { 0 };
	const char *line;
	size_t len;
	int rc = 0;

	while (rc == 0 && (found = ndjson_next(&in, &line, &len, e)) == NDJSON_LINE) {
		if ((rc = json_parse(&doc, line, len, NULL, e)) == -1) {
			err_at(e, "stdin: line %lld", (long long)in.line);
			break;
		}
		rc = plan_in_line_read(program, project, &(struct plan_in_line){ &doc,
		    json_str(&doc, "verb"), json_str(&doc, "kind"), json_str(&doc, "key"),
		    json_str(&doc, "project"), in.line }, each, arg, e);
		json_free(&doc);
	}
	if (rc == 0 && (found == NDJSON_LONG || in.torn))
		rc = err_set(e, ZX_DATA, "stdin: line %lld is cut short or too long",
		    (long long)in.line);
	else if (rc == 0 && found != NDJSON_END)
		rc = -1;
	ndjson_in_free(&in);
	return rc;
}
