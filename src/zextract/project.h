#ifndef ZEXTRACT_PROJECT_H
#define ZEXTRACT_PROJECT_H

#include "extract.h"
#include "reader.h"

/* Reads the project, which all other readers wait for. */
extern const struct reader project_reader;

/* Take the project from the database when this pass has read it; ZX_CONFIG when
   it is another source's. */
int	 project_open(struct extract *, struct err *);
/* 0 when the answer body to path says that Zephyr is enabled; ZX_CONFIG. */
int	 project_is_enabled(const char *path, const char *key, struct buf *body,
	    struct err *);

#endif
