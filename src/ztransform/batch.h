#pragma once

#include "domain/stream/filter.h"
#include "domain/finding.h"
#include "domain/ledger/target.h"

/* What the map made of one source record; the batch frees it. */
struct item {
	enum stream	 stream;
	char		*key, *text, *changes, *extracted, *source_hash;
	size_t		 len;		/* of text, the target record */
	struct json	 list;		/* changes, parsed */
	struct target	*effect;
	int		 effects;
	char		*rule, *reason;	/* why it is set aside: it has no text then */
	char		*corrected;	/* the record, to be stored as an override */
};

/* The items that are committed and written together. */
struct batch {
	const char	*map;		/* its hash */
	struct finding	 finding;
	struct item	*item;
	int		 n, room;
};

/* Add an item, all zero; it is valid until the next one is added. */
struct item *batch_add(struct batch *);
/* Remove all items. */
void	 batch_reset(struct batch *);
void	 batch_free(struct batch *);
/* Store overrides, rejects, losses and effects in one transaction.  The caller has set map
   and opened finding. */
int	 batch_commit(struct batch *, struct err *);
/* After batch_commit: write the target records in order. */
void	 batch_write(struct batch *, struct stream_out *);
