-- What should stand in qTest: one row for each effect and map, with references in
-- its body.  The rows can be made again from the source.
CREATE TABLE target (
	project		TEXT NOT NULL,
	map		TEXT NOT NULL,		-- hash of the map that made it
	kind		TEXT NOT NULL,
	ekey		TEXT NOT NULL,		-- effect key
	stream		TEXT NOT NULL,
	skey		TEXT NOT NULL,		-- key of its source record
	ord		BIGINT NOT NULL,	-- order inside the stream
	lane		TEXT,			-- effects of a lane run one after another
	needs		TEXT NOT NULL DEFAULT '[]',	-- ["kind/ekey", ...]
	body		TEXT NOT NULL,
	hash		TEXT NOT NULL,		-- of body, parent included
	source_hash	TEXT,
	changes		TEXT,
	grade		TEXT NOT NULL DEFAULT 'exact',	-- exact changed rejected
	reason		TEXT,
	pass		BIGINT,
	PRIMARY KEY (project, map, kind, ekey)
);
CREATE INDEX target_source ON target (project, stream, skey);

-- One row for each effect on one qTest project.  It is durable before a request is
-- sent, so that no run does anything twice.
CREATE TABLE ledger (
	target		TEXT NOT NULL,		-- qTest host/project id
	kind		TEXT NOT NULL,
	ekey		TEXT NOT NULL,
	project		TEXT NOT NULL,
	map		TEXT,			-- whose target row holds the body
	stream		TEXT NOT NULL,
	skey		TEXT NOT NULL,
	phase		BIGINT NOT NULL,	-- the stream's place in load order
	ord		BIGINT NOT NULL,
	lane		TEXT,
	needs		TEXT NOT NULL DEFAULT '[]',
	hash		TEXT,			-- payload that qTest holds
	want		TEXT,			-- payload that it should hold
	id		BIGINT,
	pid		TEXT,
	version_id	BIGINT,
	modified	TEXT,			-- qTest's last_modified_date after our write
	state		TEXT NOT NULL,	-- pending intent done failed skipped gone rolled_back
	verb		TEXT,			-- last write: create update kept
	attempts	BIGINT NOT NULL DEFAULT 0,
	error		TEXT,
	path		TEXT,			-- where it was sent, below the project
	sent		TEXT,			-- last body sent, resolved
	detail		TEXT,			-- step ids of a case
	run		TEXT,
	lease		TEXT,
	created_at	BIGINT NOT NULL,
	intent_at	BIGINT,
	done_at		BIGINT,
	PRIMARY KEY (target, kind, ekey)
);
CREATE INDEX ledger_work ON ledger (target, state, phase, ord);
CREATE INDEX ledger_source ON ledger (project, stream, skey);
CREATE INDEX ledger_id ON ledger (target, kind, id);
