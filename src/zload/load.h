#ifndef ZLOAD_LOAD_H
#define ZLOAD_LOAD_H

#include <stdint.h>

#include "base/set.h"
#include "domain/claim.h"
#include "domain/fields.h"
#include "domain/finding.h"
#include "domain/job.h"
#include "domain/ledger/ledger.h"
#include "domain/api/qtest.h"
#include "domain/stream/stream.h"
#include "domain/ledger/target.h"
#include "io/json/json.h"

/*
 * The state of the loader.  One thread, one loop (run.c): effects come in (ingest.c),
 * stand in a window of the ledger in order of work (queue.c), get their
 * symbols resolved (resolve.c), are intended and then sent (commit.c), and end
 * (result.c).  What ended in doubt is read back (doubt.c).
 */
struct doubt;
struct root;
struct steps;
struct ingest;
struct plan;
struct queue;
struct id_cache;
struct step_cases;

/* Which effects may start. */
enum load_phase {
	PHASE_START,		/* none before preflight() */
	PHASE_FIELDS,		/* those that create fields; input waits meanwhile */
	PHASE_ALL
};

struct load {
	struct job	 job;
	struct qtest_conf conf;
	struct db	*db;
	struct qtest	*qtest;
	struct fields	*fields;
	struct ledger	 ledger;
	struct finding	 finding;
	struct reject	 reject;
	struct queue	*queue;
	struct id_cache	*id_cache;
	struct doubt	*doubts;
	struct root	*roots;		/* others' objects at the root */
	struct steps	*steps;
	struct step_cases *step_cases;
	struct ingest	*in;
	/* options */
	int64_t		 settle_ms, timeout_ms;
	const char	*map_option, *on_conflict;
	int		 from_db, unsealed, overwrite, adopt;
	/* how it stands */
	int64_t		 pass;		/* that comes by pipe, 0: none is told */
	int64_t		 whole[STREAM_COUNT];	/* target_whole */
	struct json	 specs;		/* z.fields of META */
	struct json	 statuses;	/* z.statuses of META */
	char		 map[65], *project;
	int		 input_open;
	int		 stream_read[STREAM_COUNT];	/* no more records of it come */
	enum load_phase	 phase;
	int		 stopping;
	int		 limited;	/* --limit was reached */
	int64_t		 stop_by_ms, last_logged_ms;	/* monotonic */
	struct claim	 claim;		/* one loader a target */
	int64_t		 account_ms, accounted;	/* qtest_account: when, up to */
	struct plan	*planned;	/* --plan */
	int		 denied;	/* 403s in a row */
	int64_t		 texts;		/* logs with step results as text */
	int64_t		 bad;		/* lines and records set aside */
	enum stream_status sealed;
	struct err	 seal;		/* what END said; code 0: nothing */
};

#endif
