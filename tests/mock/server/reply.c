#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>

#include "base/buf.h"
#include "base/mem.h"
#include "io/json/json_out.h"

#include "server/reply.h"

void
reply_header(struct reply *rp, const char *name, const char *fmt, ...)
{
	struct buf t = { 0 };
	va_list ap;

	if (rp->nheader == REPLY_HEADERS)
		return;
	va_start(ap, fmt);
	buf_vprintf(&t, fmt, ap);
	va_end(ap);
	rp->header[rp->nheader][0] = mem_dup(name);
	rp->header[rp->nheader++][1] = mem_dup(buf_str(&t));
	buf_free(&t);
}

void
reply_free(struct reply *rp)
{
	while (rp->nheader > 0) {
		rp->nheader--;
		free(rp->header[rp->nheader][0]);
		free(rp->header[rp->nheader][1]);
	}
	buf_free(&rp->body);
	content_free(rp->file);
}

/* Set the status of a reply and open its body anew; text receives the message. */
static void
reply_open(struct reply *rp, int status, struct buf *text, const char *fmt, va_list ap)
{
	buf_vprintf(text, fmt, ap);
	rp->status = status;
	buf_reset(&rp->body);
	json_out_open(&rp->body, NULL, '{');
}

static void
reply_close(struct reply *rp, struct buf *text)
{
	json_out_close(&rp->body, '}');
	buf_free(text);
}

void
reply_zephyr(struct reply *rp, int status, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list ap;

	va_start(ap, fmt);
	reply_open(rp, status, &text, fmt, ap);
	va_end(ap);
	json_out_int(&rp->body, "errorCode", status);
	json_out_str(&rp->body, "message", buf_str(&text));
	reply_close(rp, &text);
}

void
reply_qtest(struct reply *rp, int status, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list ap;

	va_start(ap, fmt);
	reply_open(rp, status, &text, fmt, ap);
	va_end(ap);
	json_out_str(&rp->body, "message", buf_str(&text));
	reply_close(rp, &text);
}

void
reply_jira(struct reply *rp, int status, const char *fmt, ...)
{
	struct buf text = { 0 };
	va_list ap;

	va_start(ap, fmt);
	reply_open(rp, status, &text, fmt, ap);
	va_end(ap);
	json_out_open(&rp->body, "errorMessages", '[');
	json_out_str(&rp->body, NULL, buf_str(&text));
	json_out_close(&rp->body, ']');
	json_out_open(&rp->body, "errors", '{');
	json_out_close(&rp->body, '}');
	reply_close(rp, &text);
}

void
reply_html(struct reply *rp, int status, const char *title)
{
	rp->status = status;
	rp->type = "text/html; charset=utf-8";
	buf_reset(&rp->body);
	buf_printf(&rp->body, "<!DOCTYPE html>\n<html><head><title>%s</title>"
	    "</head><body><h1>%s</h1><hr><center>CloudFront</center></body>"
	    "</html>\n", title, title);
}
