-- The selection of a run that processes a part of a project, while it runs: keys by
-- stream (ids as texts).  grade: 1 another record refers to it, 2 requested, 3 a
-- selected record refers to it, 4 selected.
CREATE TABLE chosen (
	project		TEXT NOT NULL,
	stream		TEXT NOT NULL,
	key		TEXT NOT NULL,
	grade		BIGINT NOT NULL,
	PRIMARY KEY (project, stream, key)
) {compact};
