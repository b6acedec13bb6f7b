#include <string.h>
#include <strings.h>

#include "base/buf.h"
#include "io/json/json_out.h"

#include "server/answers.h"

/* Print a body unchanged, except that line feeds between its tokens become blanks. */
static void
answers_body_print(struct buf *b, const char *name, int json, const struct buf *body)
{
	size_t from, i;

	if (!json || body->len == 0 || strchr("{[\"", body->s[0]) == NULL) {
		json_out_null(b, name);
		return;
	}
	from = b->len;
	json_out_raw(b, name, body->s, body->len);
	for (i = from; i < b->len; i++)
		if (b->s[i] == '\n' || b->s[i] == '\r')
			b->s[i] = ' ';
}

static const char *
answers_api_name(enum api api)
{
	return api == API_ZEPHYR ? "zephyr" : api == API_QTEST ? "qtest" :
	    api == API_JIRA ? "jira" : NULL;
}

void
answers_write(FILE *f, const struct request *rq, const struct reply *rp)
{
	struct buf b = { 0 };

	if (f == NULL || answers_api_name(rq->api) == NULL)
		return;
	json_out_open(&b, NULL, '{');
	json_out_str(&b, "api", answers_api_name(rq->api));
	json_out_str(&b, "method", rq->method);
	json_out_str(&b, "pattern", rq->pattern);
	json_out_str(&b, "path", rq->path);
	json_out_int(&b, "status", rp->status == 0 ? 200 : rp->status);
	answers_body_print(&b, "request", rq->type != NULL &&
	    strncasecmp(rq->type, "application/json", 16) == 0, &rq->body);
	answers_body_print(&b, "answer", rp->type == NULL, &rp->body);
	json_out_close(&b, '}');
	buf_putc(&b, '\n');
	fwrite(b.s, 1, b.len, f);
	fflush(f);
	buf_free(&b);
}
