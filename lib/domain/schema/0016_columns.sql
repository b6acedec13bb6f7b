-- One meaning a column.  Of an execution: its step results; the steps that they
-- belong to, a line a result, NULL before they are read; why they could not be
-- read, NULL when they were.
ALTER TABLE test_execution RENAME COLUMN script TO results;
ALTER TABLE test_execution RENAME COLUMN marks TO step_slots;
ALTER TABLE test_execution ADD COLUMN results_unread TEXT;
UPDATE test_execution SET results_unread = substr(step_slots, 8), step_slots = ''
WHERE step_slots LIKE 'unread %';

-- Of an effect: approve, the ids of the steps of its case (JSON); run, the end of
-- its last log.
ALTER TABLE ledger RENAME COLUMN detail TO steps;
ALTER TABLE ledger ADD COLUMN last_log_ms BIGINT;
UPDATE ledger SET last_log_ms = CAST(steps AS BIGINT), steps = NULL
WHERE kind = 'run' AND steps IS NOT NULL;
