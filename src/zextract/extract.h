#ifndef ZEXTRACT_EXTRACT_H
#define ZEXTRACT_EXTRACT_H

#include <stdint.h>

#include "base/opt.h"
#include "domain/checkpoint.h"
#include "domain/claim.h"
#include "domain/finding.h"
#include "domain/job.h"
#include "domain/pass.h"
#include "domain/store/store.h"

/*
 * A run of zextract: what all of its modules share.  Each module keeps its own
 * state in a struct of its own, whose members only those see who include its
 * header.
 */

/* How far a run has come; phase.c has the conditions. */
enum phase {
	PHASE_PROJECT,		/* is the project there? */
	PHASE_REFERENCES,	/* lists of names, folders */
	PHASE_LISTS,		/* all lists, and names that no list holds */
	PHASE_SCRIPTS,		/* scripts and step results */
	PHASE_DETAILS,		/* stubs, old versions, lists of files */
	PHASE_FILES,		/* the files */
	PHASE_SCAN,		/* texts are searched for images */
	PHASE_IMAGES,		/* the images */
	PHASE_REPORT,		/* missing files are reported */
	PHASE_WHOLE		/* all is read; the pass is sealed */
};

struct extract {
	struct job	*job;
	struct db	*db;
	struct zephyr	*z;
	struct claim	 claim;
	struct pass	 pass;
	struct store	 st;
	struct checkpoint_of at;	/* of this pass */
	struct finding	 finding;
	enum phase	 phase;
	char		*ref;		/* {"id":..,"key":..} of the project */
	int		 with_versions;
	struct opt_list	 accept_total;
	int64_t		 last_logged_ms;
	struct requests	*requests;
	struct todo	*todo;		/* of each enum reader_id */
	struct list	*lists;		/* of each enum list_id */
	struct names	*names;
	struct selection *selection;
	struct unread	*unread;
	struct emit	*emit;
	struct attach	*attach;
	struct jira	*jira;
};

#endif
