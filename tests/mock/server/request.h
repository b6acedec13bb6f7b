#pragma once

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

#include "server/content.h"

enum { REQUEST_SEGS = 16, REQUEST_ARGS = 1400, REQUEST_CAPS = 6 };

enum api { API_ZEPHYR, API_QTEST, API_MOCK, API_NONE, API_JIRA };

struct arg {
	char	*name, *value;
};

/*
 * One request with its body.  It owns all that it points to, so that its handler
 * can run after the connection was closed.
 */
struct request {
	char		 method[8];
	enum api	 api;
	char		*uri;			/* as received, query included */
	char		*path;			/* the same without query */
	char		*query;			/* undecoded; "" when none */
	char		*text;			/* seg and args point into it */
	char		*args_text;
	const char	*seg[REQUEST_SEGS];	/* decoded path */
	int		 nseg;
	struct arg	 arg[REQUEST_ARGS];
	int		 narg;
	const char	*cap[REQUEST_CAPS];	/* segments that {} of the pattern matched */
	const char	*pattern;		/* of the route, or NULL */
	char		*auth, *host, *type, *file_name;
	struct buf	 body;
	struct content	*upload;		/* the body of a file, or NULL */
	int64_t		 n;			/* number in the record */
	int64_t		 effect;		/* id created or changed, or 0 */
	int		 auth_ok;
};

struct request *request_new(const char *method, const char *uri);
/*
 * Create a request, where qTest is below the path context of its host
 * (qtest-api.md 1.1) and only there; NULL puts it at the root.
 */
struct request *request_within(const char *method, const char *uri,
		    const char *context);
void		 request_free(struct request *);
/* Append n bytes to the body; file_limit bounds what is kept of a file. */
void		 request_add(struct request *, const char *, size_t n,
		    uint64_t file_limit);
/* End the body.  Must be called once, after the last request_add. */
void		 request_end(struct request *, uint64_t file_limit);
/* Return whether the body is the bytes of a file (qtest-api.md 2.16). */
int		 request_is_upload(const struct request *);
/* Return the number of bytes of the body. */
uint64_t	 request_len(const struct request *);
/* Return the decoded value of a query argument, or NULL. */
const char	*request_arg(const struct request *, const char *name);
/* Read a query argument as a number: return 1, or 0 if it is absent and *out is
   dflt, or -1 if it is not a number. */
int		 request_num(const struct request *, const char *name,
		    int64_t dflt, int64_t *out);
int		 request_flag(const struct request *, const char *name, int dflt);
/* Return whether the path matches a pattern like "/v2/testcases/{}/links", and
   fill cap. */
int		 request_match(struct request *, const char *pattern);
/* Match a text against a glob of * (also across slashes) and ?. */
int		 request_glob(const char *glob, const char *s);
/* Read a text of digits, with a minus allowed: return 1 and set *out, or 0. */
int		 request_int(const char *, int64_t *out);
