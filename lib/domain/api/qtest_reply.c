#include <stdio.h>
#include <string.h>

#include "domain/api/qtest_impl.h"

static const char *
qtest_reply_status(int status)
{
	switch (status) {
	case 400: return "the request is invalid";
	case 401: return "the sign-in is missing or has expired";
	case 403: return "the user lacks a right";
	case 404: return "the object or project does not exist";
	case 413: return "too large";
	case 429: return "too many requests";
	}
	return status >= 500 ? "the server failed" : "no explanation";
}

void
qtest_why(char *out, size_t n, int status, const char *type, const struct buf *body)
{
	char why[API_EXPLANATION];

	api_explain(why, body);
	snprintf(out, n, "qTest %d%s: %s", status, strstr(type, "html") ? " (a web page)" : "",
	    *why != '\0' ? why : qtest_reply_status(status));
}
