-- Two Zephyr projects may be loaded into one qTest project, and both have effects with
-- keys such as @root: the project is part of the key.
DROP VIEW lineage;
DROP VIEW progress;
CREATE TABLE ledger_next (
	target		TEXT NOT NULL,		-- qTest host/project id
	kind		TEXT NOT NULL,
	ekey		TEXT NOT NULL,
	project		TEXT NOT NULL,		-- key of the Zephyr project
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
	stood		TEXT,			-- body in qTest while an update is unconfirmed
	PRIMARY KEY (target, kind, ekey, project)
);
INSERT INTO ledger_next SELECT target, kind, ekey, project, map, stream, skey, phase, ord, lane,
    needs, hash, want, id, pid, version_id, modified, state, verb, attempts, error, path, sent,
    detail, run, lease, created_at, intent_at, done_at, stood FROM ledger;
DROP TABLE ledger;
ALTER TABLE ledger_next RENAME TO ledger;
CREATE INDEX ledger_work ON ledger (target, state, phase, ord);
CREATE INDEX ledger_source ON ledger (project, stream, skey);
CREATE INDEX ledger_id ON ledger (target, id);
CREATE VIEW lineage AS
SELECT l.project, l.stream, l.skey AS source_key, l.target, l.kind, l.ekey,
    l.id AS target_id, l.pid AS target_pid, l.state, l.done_at
FROM ledger l;
CREATE VIEW progress AS
SELECT target, project, stream, kind, state, count(*) AS n
FROM ledger
GROUP BY target, project, stream, kind, state;
