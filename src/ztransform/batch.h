#ifndef ZTRANSFORM_BATCH_H
#define ZTRANSFORM_BATCH_H

#include "domain/stream/filter.h"
#include "domain/finding.h"
#include "domain/ledger/target.h"

/* What one source record became, until its batch is committed and written. */
struct item {
	enum stream	 stream;
	char		*key, *text, *changes, *extracted, *source_hash;
	size_t		 len;
	struct json	 list;		/* changes, parsed */
	struct target	 effect[TARGET_EFFECTS];
	int		 effects;
	char		*rule, *reason;	/* set aside: nothing else is set */
	char		*mended;	/* to be kept as an override */
};

struct batch {
	struct item	 item[FILTER_BATCH];
	int		 n;
	const char	*map;		/* hash */
};

struct item *batch_add(struct batch *);		/* zeroed */
void	 batch_reset(struct batch *);
/* Everything of the batch in one transaction. */
int	 batch_commit(struct batch *, struct finding *, struct err *);
/* Then its lines, in order. */
void	 batch_write(struct batch *, struct stream_out *);

#endif
