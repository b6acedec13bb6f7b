#pragma once

#include "base/err.h"

/*
 * Fetches images by host: the first answer of a host decides about its others.  The
 * token is sent to the API's own host alone, and only if that host refuses a request
 * without it.
 */
#define INLINE_DATA	"data:"		/* the host of images that are data URIs */

struct attach;
struct fetch;
struct source;
struct store;

/* Fill attach.todo with a page of one host's images.  A host that refused once is not
   requested again. */
int	 inline_todo(struct attach *, struct err *);
/* Decide by the first answer of a host whether its images are requested. */
void	 inline_answer(struct attach *, struct fetch *);
/* Store the result of the request for an image, and whether its host refuses. */
int	 inline_held(struct attach *, struct fetch *, struct err *);
/* Store the address of an image that a text has; one that is known stays as it is. */
int	 inline_url_found(struct source *, const char *host, const char *url_hash,
	    const char *url, const char *name, struct err *);
/* Store the result of the request for an image. */
int	 inline_url_received(struct source *, const struct fetch *, struct err *);
/* Have the images requested again that were unavailable. */
int	 inline_urls_reread(struct store *, struct err *);
/* Return scheme, host and port of a URL, or "" if it is no address to request:
   malformed, or local to this machine or its network. */
char	*inline_host(const struct source *, const char *url);
/* Return the last part of the URL's path, the name that a browser gives the file; it
   has no slash. */
char	*inline_name(const char *url);
