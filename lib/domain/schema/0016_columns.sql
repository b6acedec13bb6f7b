-- Each column has one meaning.  Of an execution: results are its step results;
-- step_slots names the step of each result on a line, NULL before they are read;
-- results_unread is the reason why they could not be read, NULL if they were.
ALTER TABLE test_execution RENAME COLUMN script TO results;
ALTER TABLE test_execution RENAME COLUMN marks TO step_slots;
ALTER TABLE test_execution ADD COLUMN results_unread TEXT;
UPDATE test_execution SET results_unread = substr(step_slots, 8), step_slots = ''
WHERE step_slots LIKE 'unread %';

-- Of an effect: steps are, of an approval, the ids of the steps of its case (JSON);
-- last_log_ms is, of a run, the end of its last log.
ALTER TABLE ledger RENAME COLUMN detail TO steps;
ALTER TABLE ledger ADD COLUMN last_log_ms BIGINT;
UPDATE ledger SET last_log_ms = CAST(steps AS BIGINT), steps = NULL
WHERE kind = 'run' AND steps IS NOT NULL;
