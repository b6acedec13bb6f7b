#pragma once

#include "list/list.h"
#include "request.h"
#include "source.h"

/* For list.c, list_open.c, list_state.c and since.c alone. */

/* Write the name of a list's checkpoint to out, and return out. */
const char *list_scope(const struct list *, char out[64]);
/* Return the state of a list of which nothing is read; marks: keep the keys that
   each sweep sees. */
struct list_state list_fresh(char mode, int marks);
/* Store the state in the checkpoint of the list; in a transaction. */
int	 list_save(struct source *, const struct list *,
	    const struct list_state *, struct err *);
/* Read what an earlier pass found out about a list ("nextgen": whether it has a keyset
   form, "updated": see since.h) as checkpoint_get does; store it for all passes. */
int	 list_fact(struct source *, const struct list *, const char *what,
	    struct checkpoint *, struct err *);
int	 list_fact_put(struct source *, const struct list *, const char *what,
	    const char *state, struct err *);
/* True when s is "NAME=N" with the name of this list; *n is set. */
int	 list_is_accepted(const struct list_kind *, const char *s, int64_t *n);
/* Return the number that --accept-total gives for this list, or -1. */
int64_t	 list_accepted(const struct lists *, const struct list *);
/* End a list with the state word: do not count rows that only earlier sweeps saw,
   and call list_kind.whole. */
int	 list_finish(struct lists *, struct list *, struct list_state *,
	    const char *word, struct err *);
/* Have smaller pages requested after a server error; -1 when they are small already. */
int	 list_shrink(struct request *, struct err *);
/* Set the phase that follows a complete list, if one does. */
void	 list_begin_since(const struct source *, const struct list *,
	    struct list_state *);
