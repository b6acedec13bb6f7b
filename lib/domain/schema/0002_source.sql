-- The canonical source: one row for each object, with its canonical text, hashes and
-- the pass that saw it last.  There are no foreign keys, since an execution of a
-- deleted case is valid and reported.
CREATE TABLE project (
	key		TEXT PRIMARY KEY,
	id		BIGINT NOT NULL,
	jira_id		BIGINT,
	source		TEXT NOT NULL,		-- base URL
	line		TEXT NOT NULL
);

-- Reference lists: priority, status, environment.
CREATE TABLE lookup (
	project		TEXT NOT NULL,
	kind		TEXT NOT NULL,
	id		BIGINT NOT NULL,
	scope		TEXT NOT NULL DEFAULT '',	-- TEST_CASE ... for a status
	name		TEXT NOT NULL,
	position	BIGINT NOT NULL DEFAULT 0,
	is_default	BIGINT NOT NULL DEFAULT 0,
	archived	BIGINT NOT NULL DEFAULT 0,
	line		TEXT NOT NULL,
	pass		BIGINT NOT NULL,
	PRIMARY KEY (project, kind, id)
);

CREATE TABLE folder (
	project		TEXT NOT NULL,
	id		BIGINT NOT NULL,
	kind		TEXT NOT NULL,		-- TEST_CASE TEST_PLAN TEST_CYCLE
	parent_id	BIGINT,
	idx		BIGINT NOT NULL DEFAULT 0,	-- the order of siblings in Zephyr
	name		TEXT NOT NULL,
	depth		BIGINT,			-- 0 at the root; NULL: not set yet
	position	BIGINT NOT NULL DEFAULT 0,	-- among its siblings
	orphan		BIGINT NOT NULL DEFAULT 0,	-- 1: its parent does not exist
	path		TEXT,			-- JSON array of names, itself included
	head		TEXT NOT NULL,
	head_hash	TEXT NOT NULL,
	pass_seen	BIGINT NOT NULL,
	pass_changed	BIGINT NOT NULL,
	PRIMARY KEY (project, id)
);
CREATE INDEX folder_parent ON folder (project, parent_id);
CREATE INDEX folder_order ON folder
    (project, depth, kind, coalesce(parent_id, 0), position, id);

-- head is the canonical row with names and without script; row_hash is of the row
-- alone, so that a status with a new name does not have the script read again.
CREATE TABLE test_case (
	project		TEXT NOT NULL,
	key		TEXT NOT NULL,
	num		BIGINT NOT NULL,	-- the number in the key
	id		BIGINT,
	folder_id	BIGINT,
	name		TEXT NOT NULL,
	state		TEXT NOT NULL,		-- listed stub gone
	level		BIGINT NOT NULL DEFAULT 0,	-- called cases have a lower one
	head		TEXT NOT NULL,
	head_hash	TEXT NOT NULL,
	row_hash	TEXT NOT NULL DEFAULT '',
	route		TEXT NOT NULL DEFAULT '',	-- teststeps testscript; '': unknown
	script_kind	TEXT,			-- steps plain bdd none; NULL: not read
	script		TEXT,			-- canonical; the first pages while unread
	script_hash	TEXT,
	script_pass	BIGINT,			-- pass that read it; NULL: to be read
	calls		BIGINT NOT NULL DEFAULT 0,	-- steps that call another case
	pass_seen	BIGINT NOT NULL,
	pass_changed	BIGINT NOT NULL,
	PRIMARY KEY (project, key)
);
CREATE INDEX test_case_order ON test_case (project, level, num, key);
CREATE INDEX test_case_todo ON test_case (project, num, key)
    WHERE script_pass IS NULL;

CREATE TABLE test_step (
	project		TEXT NOT NULL,
	case_key	TEXT NOT NULL,
	n		BIGINT NOT NULL,	-- from 1
	id		BIGINT,
	called_key	TEXT,			-- the case that the step calls
	cut		BIGINT NOT NULL DEFAULT 0,	-- 1: this call would close a cycle
	description	TEXT,
	test_data	TEXT,
	expected	TEXT,
	PRIMARY KEY (project, case_key, n)
) {compact};
CREATE INDEX test_step_called ON test_step (project, called_key)
    WHERE called_key IS NOT NULL;

CREATE TABLE test_plan (
	project		TEXT NOT NULL,
	key		TEXT NOT NULL,
	num		BIGINT NOT NULL,
	id		BIGINT NOT NULL,
	folder_id	BIGINT,
	name		TEXT NOT NULL,
	head		TEXT NOT NULL,
	head_hash	TEXT NOT NULL,
	pass_seen	BIGINT NOT NULL,
	pass_changed	BIGINT NOT NULL,
	PRIMARY KEY (project, key)
);
CREATE INDEX test_plan_order ON test_plan (project, num, key);
CREATE INDEX test_plan_id ON test_plan (project, id);

CREATE TABLE test_cycle (
	project		TEXT NOT NULL,
	key		TEXT NOT NULL,
	num		BIGINT NOT NULL,
	id		BIGINT NOT NULL,
	folder_id	BIGINT,
	name		TEXT NOT NULL,
	head		TEXT NOT NULL,
	head_hash	TEXT NOT NULL,
	pass_seen	BIGINT NOT NULL,
	pass_changed	BIGINT NOT NULL,
	PRIMARY KEY (project, key)
);
CREATE INDEX test_cycle_order ON test_cycle (project, num, key);
CREATE INDEX test_cycle_id ON test_cycle (project, id);

-- The columns by which records are ordered are never NULL: '' and 0 mean none.
CREATE TABLE test_execution (
	project		TEXT NOT NULL,
	id		BIGINT NOT NULL,
	key		TEXT,
	case_key	TEXT NOT NULL DEFAULT '',
	case_num	BIGINT NOT NULL DEFAULT 0,
	case_version	BIGINT,
	case_id		BIGINT,			-- of the version's row
	cycle_id	BIGINT NOT NULL DEFAULT 0,	-- 0: ad-hoc
	environment_id	BIGINT NOT NULL DEFAULT 0,
	status_id	BIGINT,
	end_ms		BIGINT NOT NULL DEFAULT 0,	-- 0: never ended
	head		TEXT NOT NULL,
	head_hash	TEXT NOT NULL,
	row_hash	TEXT NOT NULL DEFAULT '',
	script		TEXT,			-- step results, canonical array
	marks		TEXT,			-- one line for each result: where, place, text
	script_hash	TEXT,
	script_pass	BIGINT,
	pass_seen	BIGINT NOT NULL,
	pass_changed	BIGINT NOT NULL,
	PRIMARY KEY (project, id)
);
CREATE INDEX test_execution_order ON test_execution
    (project, case_num, case_key, cycle_id, environment_id, end_ms, id);
CREATE INDEX test_execution_todo ON test_execution (project, id)
    WHERE script_pass IS NULL;

-- The keys that each reading saw of a list that is read more than once.
CREATE TABLE sweep (
	project		TEXT NOT NULL,
	scope		TEXT NOT NULL,
	n		BIGINT NOT NULL,
	key		TEXT NOT NULL,
	PRIMARY KEY (project, scope, n, key)
) {compact};

-- Values as JSON texts.
CREATE TABLE custom_field (
	project		TEXT NOT NULL,
	stream		TEXT NOT NULL,
	key		TEXT NOT NULL,
	name		TEXT NOT NULL,
	value		TEXT NOT NULL,
	PRIMARY KEY (project, stream, key, name)
) {compact};

CREATE TABLE link (
	project		TEXT NOT NULL,
	stream		TEXT NOT NULL,
	key		TEXT NOT NULL,
	n		BIGINT NOT NULL,
	kind		TEXT NOT NULL,		-- issue web plan cycle
	type		TEXT,			-- COVERAGE BLOCKS RELATED
	other_id	BIGINT,
	url		TEXT,
	description	TEXT,
	PRIMARY KEY (project, stream, key, n)
) {compact};
CREATE INDEX link_other ON link (project, kind, other_id);

CREATE TABLE attachment (
	project		TEXT NOT NULL,
	stream		TEXT NOT NULL,
	owner_key	TEXT NOT NULL,
	step_id		BIGINT NOT NULL DEFAULT 0,
	id		BIGINT NOT NULL,
	name		TEXT NOT NULL,
	type		TEXT,
	size		BIGINT,
	sha256		TEXT,			-- NULL: not stored
	state		TEXT NOT NULL,		-- listed held unavailable
	pass_seen	BIGINT NOT NULL,
	PRIMARY KEY (project, stream, owner_key, step_id, id)
);
