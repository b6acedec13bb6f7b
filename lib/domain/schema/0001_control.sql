-- Runs, passes, checkpoints, claims, budgets and findings.  Times are ms since 1970
-- by the database's clock.
CREATE TABLE run (
	id		TEXT NOT NULL,		-- shared by the stages of one pipe
	job		TEXT NOT NULL,		-- random, of one process
	tool		TEXT NOT NULL,
	version		TEXT NOT NULL,
	project		TEXT,
	target		TEXT,			-- qTest host/project, for zload
	host		TEXT,
	started_at	BIGINT NOT NULL,
	ended_at	BIGINT,			-- NULL: it runs, or it died
	status		BIGINT,			-- exit status
	error		TEXT,
	PRIMARY KEY (id, job)
);
CREATE INDEX run_started ON run (started_at);

-- Complete readings of a project.  The next run continues one that is not sealed.
CREATE TABLE pass (
	project		TEXT NOT NULL,
	n		BIGINT NOT NULL,
	opened_at	BIGINT NOT NULL,
	sealed_at	BIGINT,
	state		TEXT NOT NULL,		-- open sealed unproven
	since		TEXT,			-- source time at its beginning, ISO
	PRIMARY KEY (project, n)
);

-- How far a stage is in a scope ("list:test_cases", "scripts", "emit").
CREATE TABLE checkpoint (
	stage		TEXT NOT NULL,
	project		TEXT NOT NULL,
	pass		BIGINT NOT NULL,
	scope		TEXT NOT NULL,
	cursor		TEXT,
	seen		BIGINT NOT NULL DEFAULT 0,	-- rows so far
	total		BIGINT,			-- rows that the server announced
	state		TEXT NOT NULL,		-- open done
	at		BIGINT NOT NULL,
	PRIMARY KEY (stage, project, pass, scope)
);

-- The right of one process to work on something, until its lease ends.
CREATE TABLE claim (
	kind		TEXT NOT NULL,
	key		TEXT NOT NULL,
	lease		TEXT NOT NULL,
	host		TEXT,
	until		BIGINT NOT NULL,
	PRIMARY KEY (kind, key)
);

-- The rate (GCRA), one row for each API, shared by all processes.
CREATE TABLE budget (
	api		TEXT PRIMARY KEY,	-- host
	next_at		BIGINT NOT NULL DEFAULT 0,	-- theoretical arrival
	gate_until	BIGINT NOT NULL DEFAULT 0,
	gate_why	TEXT,
	left_minute	BIGINT,
	left_month	BIGINT,
	requests	BIGINT NOT NULL DEFAULT 0
);

CREATE TABLE event (
	at		BIGINT NOT NULL,
	run		TEXT,
	tool		TEXT,
	level		TEXT NOT NULL,
	what		TEXT NOT NULL,
	detail		TEXT
);
CREATE INDEX event_at ON event (at);

-- Findings of rules and stages about objects.
CREATE TABLE issue (
	project		TEXT NOT NULL,
	side		TEXT NOT NULL,		-- extract source target load reconcile
	stream		TEXT NOT NULL,
	key		TEXT NOT NULL,
	rule		TEXT NOT NULL,
	level		TEXT NOT NULL,		-- error warning info
	what		TEXT NOT NULL,
	run		TEXT,
	at		BIGINT NOT NULL,
	PRIMARY KEY (project, side, stream, key, rule)
);

-- Changes and losses: values that differ in the target or are not carried over.
CREATE TABLE loss (
	project		TEXT NOT NULL,
	stream		TEXT NOT NULL,
	key		TEXT NOT NULL,
	field		TEXT NOT NULL,
	change		TEXT NOT NULL,	-- TRUNCATED DEFAULTED REMAPPED DETACHED DROPPED
	reason		TEXT NOT NULL,
	at		BIGINT NOT NULL,
	PRIMARY KEY (project, stream, key, field, change)
);

-- Records that were set aside; accepted ones stay in the table.
CREATE TABLE reject (
	project		TEXT NOT NULL,
	stream		TEXT NOT NULL,
	key		TEXT NOT NULL,
	stage		TEXT NOT NULL,
	rule		TEXT NOT NULL,
	reason		TEXT NOT NULL,
	source_hash	TEXT,
	accepted	TEXT,
	owner		TEXT,
	run		TEXT,
	at		BIGINT NOT NULL,
	PRIMARY KEY (project, stream, key, stage, rule)
);

-- Corrected forms of records, valid while the hash of the source is the same.
CREATE TABLE override (
	project		TEXT NOT NULL,
	stream		TEXT NOT NULL,
	key		TEXT NOT NULL,
	source_hash	TEXT NOT NULL,
	record		TEXT NOT NULL,
	at		BIGINT NOT NULL,
	PRIMARY KEY (project, stream, key, source_hash)
);
