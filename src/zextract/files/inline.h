#pragma once

#include "base/err.h"

struct attach;
struct fetch;
struct source;
struct store;

/* Where the texts of a page of owners have images. */
enum { PLACE_OWNERS = 32 };

struct place {
	int	 owner;		/* index of its key */
	char	*field, *url;
};

struct places {
	struct attach	*t;
	char		*key[PLACE_OWNERS];
	int		 owners, owner;
	struct place	*v;
	size_t		 n;
};

/* inline_file.c */
/* Store the address of an image that a text has; one that is known stays as it is. */
int	 inline_url_found(struct source *, const char *host, const char *url_hash,
	    const char *url, const char *name, struct err *);
/* Store what came of the request for an image. */
int	 inline_url_received(struct source *, const struct fetch *, struct err *);
/* Have the images requested again that were unavailable. */
int	 inline_urls_reread(struct store *, struct err *);
/* Return scheme, host and port of a URL, or "" if it is no address to request:
   malformed, or local to this machine or its network. */
char	*inline_host(const struct source *, const char *url);
/* Return the last part of the URL's path, the name that a browser gives the file; it
   has no slash. */
char	*inline_name(const char *url);
