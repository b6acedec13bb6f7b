#ifndef ZEXTRACT_LIST_STATE_H
#define ZEXTRACT_LIST_STATE_H

#include "extract.h"
#include "list/list.h"
#include "request.h"

/* Between the files of the list engine only. */
const char *list_scope(const struct list *, char out[64]);
/* At the beginning; marks: keep what each sweep sees. */
struct list_state list_fresh(char mode, int marks);
int	 list_save(struct extract *, const struct list *,
	    const struct list_state *, struct err *);
/* That a server has no keyset form of a list is remembered for good. */
int	 list_absent(struct extract *, const struct list *, struct err *);
/* The number that --accept-total gives for this list, -1: none. */
int64_t	 list_accepted(const struct extract *, const struct list *);
/* A server error that came twice: smaller pages, -1 when they are small. */
int	 list_shrink(struct request *, struct err *);
/* Whole: what only earlier sweeps saw does not count; the last words. */
int	 list_finish(struct extract *, struct list *, struct list_state *,
	    const char *word, struct err *);

#endif
