#pragma once

#include "domain/checkpoint.h"
#include "domain/finding.h"
#include "domain/pass.h"
#include "domain/store/store.h"

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

/* The project that is read, the pass that stores it, and how far the run has come. */
struct source {
	struct db	*db;
	struct zephyr	*z;		/* NULL with --fill */
	struct pass	 pass;
	struct store	 st;		/* stores rows in this pass */
	struct checkpoint_of at;	/* cursors of this pass */
	struct checkpoint_of always;	/* what holds for all passes */
	struct finding	 finding;
	enum phase	 phase;
	char		*ref;		/* {"id":..,"key":..} of the project, or NULL */
};
