-- Programs decide by code and status; reason and error are for people.  Rows of older
-- versions get their code from their sentences here.
ALTER TABLE loss ADD COLUMN code TEXT NOT NULL DEFAULT '';	-- ztoq-stream(5)
UPDATE loss SET code = CASE
    WHEN reason LIKE '%by the map''s default value%' THEN 'map-default'
    WHEN reason LIKE '%by the map''s nearest value%' THEN 'map-nearest'
    WHEN change = 'TRUNCATED' AND field = 'run' THEN 'run-name'
    WHEN change = 'TRUNCATED' THEN 'name-length'
    WHEN change = 'DEFAULTED' AND reason = 'the source has no name' THEN 'name-missing'
    WHEN field = 'name' AND change = 'REMAPPED' THEN 'name-control'
    WHEN field = 'name' AND change = 'DEFAULTED' THEN 'stub'
    WHEN field = 'parentId' THEN 'parent-missing'
    WHEN field = 'folder' AND change = 'REMAPPED' THEN 'plan-folder'
    WHEN field = 'folder' THEN 'folder-missing'
    WHEN reason LIKE 'HTML that is not closed%' THEN 'html-closed'
    WHEN reason LIKE 'a run without a log has no place%' THEN 'no-log'
    WHEN reason LIKE 'a run without a log holds it%' THEN 'run-note'
    WHEN reason LIKE 'a result without an end date%' THEN 'undated'
    WHEN reason LIKE 'call to %: no such case%' THEN 'call-missing'
    WHEN reason LIKE 'call to %: calling it%' THEN 'call-loop'
    WHEN reason LIKE 'call to %' THEN 'call-other'
    WHEN reason LIKE 'a step that calls%' THEN 'call-text'
    WHEN field = 'testScript' AND change = 'DROPPED' THEN 'script-unread'
    WHEN field = 'versions' THEN 'versions'
    WHEN field = 'attachments' THEN 'attachments'
    WHEN field = 'links.testPlans' AND reason LIKE 'plan %' THEN 'plan-missing'
    WHEN field = 'links.testPlans' THEN 'plan-further'
    WHEN field IN ('links.testCycles', 'testCycle') THEN 'cycle-missing'
    WHEN field = 'description' AND change = 'DROPPED' THEN 'suite-text'
    WHEN field IN ('start_date', 'end_date') THEN 'date-unwritable'
    WHEN field = 'exe_end_date' AND reason LIKE '%no time of day%' THEN 'date-no-time'
    WHEN field = 'exe_end_date' AND reason LIKE '%no time zone%' THEN 'date-no-zone'
    WHEN field = 'exe_end_date' THEN 'date-leap-second'
    WHEN field = 'exe_start_date' AND reason LIKE 'no execution time%' THEN 'start-unknown'
    WHEN field = 'exe_start_date' THEN 'start-unwritable'
    WHEN field = 'testExecutionStatus' THEN 'status-missing'
    WHEN field = 'steps.status' AND change = 'REMAPPED' THEN 'step-status'
    WHEN field = 'steps.status' THEN 'step-status-missing'
    WHEN field = 'steps.more' THEN 'result-more'
    WHEN field = 'steps' AND change = 'DROPPED' THEN 'results-unread'
    WHEN field IN ('steps', 'test_step_logs') THEN 'results-table'
    ELSE '' END;

-- The status of the answer that refused an effect; NULL: there was none.
ALTER TABLE ledger ADD COLUMN http_status BIGINT;
UPDATE ledger SET http_status = 403
WHERE kind = 'field' AND state = 'failed' AND error LIKE '%403%';
