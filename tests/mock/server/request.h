#ifndef MOCK_SERVER_REQUEST_H
#define MOCK_SERVER_REQUEST_H

#include <stddef.h>
#include <stdint.h>

#include "base/buf.h"

enum { REQUEST_SEGS = 16, REQUEST_ARGS = 128, REQUEST_CAPS = 6 };

enum api { API_ZEPHYR, API_QTEST, API_MOCK, API_NONE, API_JIRA };

struct arg {
	char	*name, *value;
};

/*
 * One request, complete with its body.  It owns all that it points to, so
 * that it can be acted upon after its connection died.
 */
struct request {
	char		 method[8];
	enum api	 api;
	char		*uri;			/* as it came, query included */
	char		*path;			/* the same without query */
	char		*query;			/* undecoded; "" when none */
	char		*text;			/* what seg and args point to */
	char		*args_text;
	const char	*seg[REQUEST_SEGS];	/* decoded path */
	int		 nseg;
	struct arg	 arg[REQUEST_ARGS];
	int		 narg;
	const char	*cap[REQUEST_CAPS];	/* what {} in the pattern met */
	const char	*pattern;		/* of the route, or NULL */
	char		*auth, *host, *type, *file_name;
	struct buf	 body;
	int64_t		 n;			/* number in the record */
	int64_t		 effect;		/* id made or changed, or 0 */
	int		 auth_ok;
};

struct request *request_new(const char *method, const char *uri);
/*
 * qTest may stand below a path of its host (qtest-api.md 1.1): then nothing of
 * it is elsewhere, and nothing else is there.  NULL: no such path.
 */
struct request *request_within(const char *method, const char *uri,
		    const char *context);
void		 request_free(struct request *);
/* The decoded value of a query argument, or NULL. */
const char	*request_arg(const struct request *, const char *name);
/*
 * A number: 1 found, 0 absent (dflt taken), -1 no number.
 */
int		 request_num(const struct request *, const char *name,
		    int64_t dflt, int64_t *out);
int		 request_flag(const struct request *, const char *name, int dflt);
/* "/v2/testcases/{}/links": does the path fit?  Fills cap. */
int		 request_match(struct request *, const char *pattern);
/* Glob with * (also across slashes) and ?, on the undecoded path. */
int		 request_glob(const char *glob, const char *s);
/* All digits (a minus allowed): 1 and the number. */
int		 request_int(const char *, int64_t *out);

#endif
