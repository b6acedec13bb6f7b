-- One row for each process that shares a job with others.
CREATE TABLE worker (
	lease		TEXT PRIMARY KEY,
	job		TEXT NOT NULL,
	host		TEXT NOT NULL,
	started		BIGINT NOT NULL,
	until		BIGINT NOT NULL
);

-- The parts of a job; a part belongs to the worker with its lease while that has a row.
CREATE TABLE part (
	job		TEXT NOT NULL,
	n		BIGINT NOT NULL,
	lease		TEXT,
	epoch		BIGINT NOT NULL DEFAULT 0,	-- how often it was taken
	PRIMARY KEY (job, n)
);
