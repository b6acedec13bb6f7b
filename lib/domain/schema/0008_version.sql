-- Old versions of test cases, which are read on demand.

-- owner_hash is of the case's list row when its versions were listed.
CREATE TABLE version_list (
	project		TEXT NOT NULL,
	case_key	TEXT NOT NULL,
	owner_hash	TEXT NOT NULL,
	pass_read	BIGINT NOT NULL,
	PRIMARY KEY (project, case_key)
);

-- The current version of a case is not among them once all are listed.  line is the
-- canonical row, with ids without names; NULL: to be read.
CREATE TABLE test_case_version (
	project		TEXT NOT NULL,
	case_key	TEXT NOT NULL,
	n		BIGINT NOT NULL,
	id		BIGINT,			-- of this version's row
	folder_id	BIGINT,
	priority_id	BIGINT,
	status_id	BIGINT,
	line		TEXT,
	line_hash	TEXT,
	pass_seen	BIGINT NOT NULL,
	PRIMARY KEY (project, case_key, n)
);
CREATE INDEX test_case_version_todo ON test_case_version
    (project, case_key, n) WHERE line IS NULL;
