#ifndef ZEXTRACT_EXTRACT_H
#define ZEXTRACT_EXTRACT_H

#include <stdint.h>

#include "domain/checkpoint.h"
#include "domain/claim.h"
#include "domain/finding.h"
#include "domain/job.h"
#include "domain/pass.h"
#include "domain/store/store.h"
#include "domain/stream/stream.h"

#include "files/attach.h"
#include "select/selection.h"
#include "emit/emit.h"
#include "jira/jira.h"
#include "list/list.h"
#include "list/names.h"
#include "read/unread.h"
#include "domain/api/zephyr.h"
#include "phase.h"
#include "reader.h"
#include "request.h"

struct extract {
	struct job	*job;
	struct db	*db;
	struct zephyr	*z;
	struct claim	 claim;
	struct pass	 pass;
	struct store	 st;
	struct checkpoint_of at;	/* of this pass */
	struct finding	 finding;
	struct names	 names;
	struct selection	 selection;
	struct list	 lists[LIST_COUNT];
	struct opt_list	 accept, accept_unread;
	struct unread	 unread;
	char		*ref;		/* {"id":..,"key":..} of the project */
	enum phase	 phase;
	struct todo	 todo[READER_COUNT];
	int		 with_versions;
	struct requests	 requests;
	int		 project_asked;
	struct emit	 emit;
	struct attach	*attach;
	struct jira	*jira;
	int64_t		 last_logged_ms;
};

/* loop.c */
int	 extract_run(struct extract *, struct err *);
/* Read all lists and the names of ids that they lack, and write nothing. */
int	 extract_lists(struct extract *, struct err *);
/* project.c: the one question that everything else waits for */
int	 project_open(struct extract *, struct err *);	/* is it known? */
extern const struct reader project_reader;
/* 0 when the answer body to path says that Zephyr is enabled; ZX_CONFIG. */
int	 project_is_enabled(const char *path, const char *key, struct buf *body,
	    struct err *);

/* call_depth.c: callees before callers; in the caller's transaction */
int	 call_depth_assign(struct store *, struct err *);

/* gone_report.c: what is no more; in the transaction that seals */
int	 report_gone(struct extract *, struct err *);

/* plan_totals.c: --check: one request for the project, one for Jira when it is set */
int	 plan_check(struct extract *, struct err *);
/* What --plan was asked about, beside the streams. */
struct plan_ask {
	const char	*depth;		/* --attachments */
	int		 versions, deep;
};

/* plan_totals.c: print what a first pass would ask, on stdout */
int	 plan_print(struct extract *, const struct plan_ask *, struct err *);
/*
 * plan_next.c: copy what the shared database knows of a project into a private
 * one in which the lists of the next pass can be read.
 */
int	 plan_next_copy(struct db *from, struct db *to, const char *project,
	    struct err *);
/* Once the pass is open there: keep which rows were known, and which are to be
   read whatever the lists say. */
int	 plan_next_mark(struct db *, struct err *);
/* Print what the lists found new, changed or gone, on stdout. */
int	 plan_next_print(struct extract *, const struct plan_ask *,
	    struct err *);

/* executions.c: give executions whose case is known by its id alone its key; in
   the transaction in which all lists are whole. */
int	 executions_join(struct extract *, struct err *);
/* folders.c: report folders of plans that hold no plan, at any depth; in the
   transaction that seals the pass. */
int	 folders_report_empty(struct extract *, struct err *);

#endif
