-- Attachments: the lists that were read, the bytes, images inside texts.  A row of
-- attachment is one file of one owner; sha256 names its bytes.

-- step_id 0 is the owner itself.  owner_hash is of the owner's list row when the list
-- was read; pass_read is NULL for lists of steps that are to be read.
CREATE TABLE attachment_list (
	project		TEXT NOT NULL,
	stream		TEXT NOT NULL,
	owner_key	TEXT NOT NULL,
	step_id		BIGINT NOT NULL DEFAULT 0,
	owner_hash	TEXT,
	depth		BIGINT NOT NULL DEFAULT 0,	-- 1: its steps have rows, too
	files		TEXT,	-- member "attachments" of the record, canonical
	files_hash	TEXT,
	pass_read	BIGINT,
	PRIMARY KEY (project, stream, owner_key, step_id)
);
CREATE INDEX attachment_list_todo ON attachment_list
    (project, stream, owner_key, step_id) WHERE pass_read IS NULL;
CREATE INDEX attachment_todo ON attachment
    (project, stream, owner_key, step_id, id) WHERE state <> 'held';

-- Complete, durable files, each once; place is "db" or "dir:PATH", where
-- PATH/ab/abcd... is the file of that hash.
CREATE TABLE attachment_blob (
	sha256		TEXT PRIMARY KEY,
	size		BIGINT NOT NULL,
	place		TEXT NOT NULL,
	at		BIGINT NOT NULL
);
-- Pieces of 1 MiB, from n = 0.  SQLite accepts any type name, also BYTEA.
CREATE TABLE attachment_chunk (
	sha256		TEXT NOT NULL,
	n		BIGINT NOT NULL,
	bytes		BYTEA NOT NULL,
	PRIMARY KEY (sha256, n)
);

-- The images inside rich texts, each URL once.
CREATE TABLE inline_url (
	project		TEXT NOT NULL,
	host		TEXT NOT NULL,		-- '': the URL has none
	url_hash	TEXT NOT NULL,
	url		TEXT NOT NULL,
	name		TEXT NOT NULL,		-- last part of the URL's path
	type		TEXT,
	size		BIGINT,
	sha256		TEXT,			-- NULL: not stored
	state		TEXT NOT NULL,		-- found held unavailable
	PRIMARY KEY (project, host, url_hash)
);
CREATE TABLE inline_place (
	project		TEXT NOT NULL,
	stream		TEXT NOT NULL,
	owner_key	TEXT NOT NULL,
	n		BIGINT NOT NULL,
	field		TEXT NOT NULL,		-- path in the record
	host		TEXT NOT NULL,
	url_hash	TEXT NOT NULL,
	PRIMARY KEY (project, stream, owner_key, n)
);
