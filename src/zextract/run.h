#pragma once

#include "domain/claim.h"
#include "domain/job.h"

#include "emit/emit.h"
#include "files/attach.h"
#include "jira/jira.h"
#include "list/list.h"
#include "list/names.h"
#include "read/unread.h"
#include "reader.h"
#include "request.h"
#include "select/selection.h"
#include "source.h"
#include "todo.h"

/*
 * All state of a run, for main, run, loop and phase alone.  Other modules receive
 * the source, what readers share, or a state of their own.
 */
struct extract {
	struct job	*job;
	struct claim	 claim;
	struct source	 src;
	struct reading	 reading;
	struct requests	 requests;
	struct todo	 todo[READER_COUNT];
	struct lists	 lists;
	struct names	 names;
	struct selection selection;
	struct unread	 unread;
	struct attach	 attach;
	struct jira	 jira;
	struct emit	 emit;
	int64_t		 last_logged_ms;
};

/* Return the state of all modules of a run, before anything is opened. */
struct extract *extract_new(struct job *);
/* Free the state and what the modules made; the database stays open. */
void	 extract_free(struct extract *);
