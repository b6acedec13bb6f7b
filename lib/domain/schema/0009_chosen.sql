-- What a run that takes a part of a project has chosen, while it runs: keys
-- by stream, ids as texts.  Grades rise: 1 another one refers to it, 2 asked
-- for, 3 a selected one refers to it, 4 selected.
CREATE TABLE chosen (
	project		TEXT NOT NULL,
	stream		TEXT NOT NULL,
	key		TEXT NOT NULL,
	grade		BIGINT NOT NULL,
	PRIMARY KEY (project, stream, key)
) {compact};
