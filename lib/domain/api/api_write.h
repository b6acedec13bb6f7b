#pragma once

#include "domain/api/api.h"

/* The method and the body of a write.  Lint allows this header in api.c and the qTest
   dialect only: clients of Zephyr and Jira can send nothing but a GET. */
struct api_write {
	char		 method[8];
	char		*body;		/* NULL: none */
	size_t		 len;		/* of body, or of what source gives */
	char		*type;		/* of the body; NULL: JSON */
	char		*header;	/* one more header, or NULL */
	http_source	*source;	/* gives the body in place of .body, or NULL */
	void		*source_arg;	/* valid until deliver is called */
};

/* As api_send, for a write with a JSON body of len bytes, which is copied; NULL: none. */
void	 api_send_write(struct api *, struct api_request *, const char *path, char *url,
	    const char *method, const char *body, size_t len);
/* As api_send, for a POST of a file: its members, except .method and .body, are copied.  Its
   time limit grows with its length. */
void	 api_send_file(struct api *, struct api_request *, const char *path, char *url,
	    const struct api_write *);
/* For api.c: complete a request to be sent by its method, body and headers. */
void	 api_write_fill(struct api_request *, struct http_req *);
/* For api.c: free a write; NULL does nothing. */
void	 api_write_free(struct api_write *);
