-- The names in Jira of ids that rows of Zephyr contain.
CREATE TABLE jira_name (
	project		TEXT NOT NULL,
	kind		TEXT NOT NULL,		-- component version user issue
	id		TEXT NOT NULL,
	key		TEXT,			-- of an issue
	name		TEXT,			-- summary, name, display name
	state		TEXT NOT NULL,		-- wanted named unknown
	stream		TEXT,			-- the first record that contains it;
	owner_key	TEXT,			-- NULL: Jira sent it unasked
	pass		BIGINT NOT NULL DEFAULT 0,	-- that asked last; 0: none
	PRIMARY KEY (project, kind, id)
);
CREATE INDEX jira_name_todo ON jira_name (project, kind, id)
    WHERE state = 'wanted';

-- Ids are collected when a row is stored: the next pass stores all rows again.  (Details
-- that are read for a row have hashes of their own.)
UPDATE test_case SET head_hash = '';
UPDATE test_plan SET head_hash = '';
UPDATE test_cycle SET head_hash = '';
UPDATE test_execution SET head_hash = '';
