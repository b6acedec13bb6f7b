-- What Jira calls the ids that Zephyr's rows hold.
CREATE TABLE jira_name (
	project		TEXT NOT NULL,
	kind		TEXT NOT NULL,		-- component version user issue
	id		TEXT NOT NULL,
	key		TEXT,			-- of an issue
	name		TEXT,			-- summary, name, display name
	state		TEXT NOT NULL,		-- wanted named unknown
	stream		TEXT,			-- the first record that names it;
	owner_key	TEXT,			-- NULL: Jira told it unasked
	pass		BIGINT NOT NULL DEFAULT 0,	-- asked last; 0: never
	PRIMARY KEY (project, kind, id)
);
CREATE INDEX jira_name_todo ON jira_name (project, kind, id)
    WHERE state = 'wanted';

-- Ids are noticed when a row is stored: rows stored before are, once more, by
-- the next pass.  (What is read beside a list row goes by other hashes.)
UPDATE test_case SET head_hash = '';
UPDATE test_plan SET head_hash = '';
UPDATE test_cycle SET head_hash = '';
UPDATE test_execution SET head_hash = '';
