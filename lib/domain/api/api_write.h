#pragma once

#include "domain/api/api.h"

/* The method and the body of a write.  Lint allows this header in api.c and the qTest
   dialect only: clients of Zephyr and Jira can send nothing but a GET. */
struct api_write {
	char	 method[8];
	char	*body;		/* NULL: none */
	size_t	 len;
};

/* As api_send, for a write with a JSON body of len bytes, which is copied; NULL: none. */
void	 api_send_write(struct api *, struct api_request *, const char *path, char *url,
	    const char *method, const char *body, size_t len);
