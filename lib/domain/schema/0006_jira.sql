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
