-- Scripts have a table of their own: rows of cases stay short, so that storing a script
-- does not rewrite other rows, and looking for a key does not read texts.

-- whole 0: the first pages of the script.
CREATE TABLE test_script (
	project		TEXT NOT NULL,
	case_key	TEXT NOT NULL,
	kind		TEXT NOT NULL,		-- steps plain bdd none
	script		TEXT NOT NULL,		-- canonical
	hash		TEXT,
	whole		BIGINT NOT NULL,
	PRIMARY KEY (project, case_key)
);
INSERT INTO test_script (project, case_key, kind, script, hash, whole)
SELECT project, key, coalesce(script_kind, 'steps'), coalesce(script, ''),
    script_hash, CASE WHEN script_pass IS NULL AND script IS NOT NULL THEN 0
    ELSE 1 END
FROM test_case WHERE script IS NOT NULL OR script_hash IS NOT NULL;
ALTER TABLE test_case DROP COLUMN script_kind;
ALTER TABLE test_case DROP COLUMN script;
ALTER TABLE test_case DROP COLUMN script_hash;

-- 1: a text of the object may contain an image.
ALTER TABLE test_case ADD COLUMN images BIGINT NOT NULL DEFAULT 0;
ALTER TABLE test_execution ADD COLUMN images BIGINT NOT NULL DEFAULT 0;
UPDATE test_case SET images = 1;
UPDATE test_execution SET images = 1;
CREATE INDEX test_case_images ON test_case (project, key) WHERE images = 1;
CREATE INDEX test_execution_images ON test_execution (project, id)
    WHERE images = 1;
