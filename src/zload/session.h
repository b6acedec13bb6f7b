#pragma once

#include "domain/api/qtest.h"
#include "domain/fields.h"
#include "domain/finding.h"
#include "domain/job.h"
#include "domain/ledger/ledger.h"
#include "domain/stream/reject.h"
#include "domain/stream/stream.h"

/* The options of zload that modules obey. */
struct load_options {
	int64_t		 settle_ms, timeout_ms, inline_limit;
	const char	*map, *on_conflict;
	const char	*format;	/* of the output of --plan: text, json */
	int		 from_db, unsealed, overwrite, adopt, restore, apply;
};

/* The connection to one qTest project and to the database that records each write. */
struct session {
	const struct job *job;
	const struct load_options *options;
	struct db	*db;
	struct qtest	*qtest;
	struct fields	*fields;
	const char	*pages;		/* what the addresses of objects begin with (qtest_page) */
	struct ledger	 ledger;	/* project and map are NULL until the input names them */
	struct finding	 finding;
	struct reject	 reject;
	/* --restore-missing: objects that were found to be deleted since the last round; effects
	   were made pending to be read; rounds so far. */
	int		 deleted, unchecked, rounds;
	struct plan_lines *lines;	/* --apply: the effects to be carried out; NULL: all */
	int		 denied;	/* answers with status 403 in a row */
	int		 planning;	/* a plan is made: nothing is written */
	enum qtest_integration integration;	/* once it was asked */
	int		 tables;	/* logs with step results in a table of their note */
	/* The action that an applied plan chose for a conflict of this kind and key, or NULL;
	   NULL without a plan. */
	const char	*(*choice)(const struct session *, const char *kind, const char *ekey);
};
