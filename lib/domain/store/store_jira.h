#pragma once

#include "domain/store/store.h"

/* The names of Jira's ids (table jira_name), in the caller's transaction. */

/* Store key and name of an id of a kind; either may be NULL. */
int	 store_jira_named(struct store *, const char *kind, const char *id, const char *key,
	    const char *name, struct err *);
/* Store that Jira does not know an id; a name that is stored stays. */
int	 store_jira_unknown(struct store *, const char *kind, const char *id, struct err *);
/* Store that Jira does not know the ids of a kind that are still wanted. */
int	 store_jira_unknown_all(struct store *, const char *kind, struct err *);
/* Have the ids requested again that Jira did not know in earlier passes. */
int	 store_jira_again(struct store *, struct err *);
/* Have the names of all ids that rows contain requested again. */
int	 store_jira_reread(struct store *, struct err *);
