#ifndef DOMAIN_API_WRITE_H
#define DOMAIN_API_WRITE_H

#include "domain/api/api.h"

/* What a request changes.  Lint allows this header to api.c and the qTest dialect
   alone: clients of Zephyr and Jira can send nothing but a GET. */
struct api_write {
	char	 method[8];
	char	*body;		/* NULL: none */
	size_t	 len;
};

/* As api_send, with a method and a JSON body, which is copied; NULL: no body. */
void	 api_send_write(struct api *, struct api_request *, const char *path, char *url,
	    const char *method, const char *body, size_t len);

#endif
